import { BOX, type ScenarioGroup } from "../../scenario.ts";
import { type BuildCase, buildScenario } from "./build-scenario.ts";

const TREE =
  "mkdir -p d/sub e && echo a > a && echo b > b.txt && echo c > d/c && echo s > d/sub/s && echo e > e/e && chmod 640 d/c && chmod 4755 a && ln -s c d/link && ln -s nowhere d/broken && ln b.txt d/hard && chmod 711 d/sub && touch -d 2001-02-03T04:05:06Z a d/c d";

const CASES: readonly BuildCase[] = [
  {
    name: "COPY puts files and folders where Docker puts them",
    context: TREE,
    dockerfile: `FROM scratch
COPY a /a1
COPY a /dir/
COPY a b.txt /many/
COPY d /d1
COPY d/ /d2/
COPY d/. /d3
COPY d/c d/sub /mixed/
WORKDIR /w
COPY a relative
COPY e ./
COPY . /all/
`,
  },
  {
    name: "COPY follows wildcards",
    context: `${TREE}; echo 1 > 'x[1].txt'; echo 2 > x2.txt; mkdir -p f1 f2; echo 1 > f1/one; echo 2 > f2/two`,
    dockerfile: `FROM scratch
COPY *.txt /txt/
COPY x[[]1].txt /bracket
COPY ?.txt /q/
COPY f* /f/
COPY d/*/s /deep/
COPY [ab]* /ab/
`,
  },
  {
    name: "owners and modes are set while copying",
    context: TREE,
    dockerfile: `FROM ${BOX}
RUN echo 'app:x:77:88::/:/bin/sh' >> /etc/passwd; echo 'grp:x:99:' >> /etc/group
USER 5
COPY a /plain
COPY --chown=1:2 d /numbers
COPY --chown=app d/c /name
COPY --chown=app:grp d/c /both
COPY --chown=:grp d/c /group
COPY --chmod=0600 d /mode
COPY --chmod=755 --chown=app a /m/
COPY --chmod=u+x,go=r b.txt /symbolic
`,
  },
  {
    name: "linked copies lie beside the base",
    context: TREE,
    dockerfile: `FROM ${BOX}
RUN mkdir -p /x && ln -s /x /y
COPY --link a /y/a
COPY --link d /x/
COPY --link --chown=3:4 b.txt /new/deep/b
`,
  },
  {
    name: "copies out of other stages and images",
    dockerfile: `FROM ${BOX} AS one
RUN mkdir -p /o/p && echo 1 > /o/p/f && ln -s p /o/l && chmod 700 /o/p && ln /o/p/f /o/h
FROM scratch
COPY --from=one /o /stage
COPY --from=0 /o/p/f /index
COPY --from=${BOX} /etc/group /image
COPY --from=one /o/l /link
COPY --from=one /o/l/ /through
COPY --from=one /o/l/f /inside
`,
  },
  {
    name: "what is ignored is not there",
    context: `${TREE}; printf '# a comment\\n*.txt\\n!keep.txt\\nd/sub\\n**/e\\n/a\\n' > .dockerignore; echo k > keep.txt; mkdir -p g; echo t > g/t.txt; echo e > g/e`,
    dockerfile: `FROM scratch
COPY . /
`,
  },
  {
    name: "an ignore file of the Dockerfile's own",
    context: `${TREE}; echo a > .dockerignore; printf 'b.txt\\n' > Dockerfile.dockerignore`,
    dockerfile: `FROM scratch
COPY . /
`,
  },
  {
    name: "copies replace what is there",
    context: `${TREE}; mkdir n; echo n > n/n`,
    dockerfile: `FROM ${BOX}
RUN mkdir -p /t/folder && echo old > /t/file && ln -s file /t/link && ln -s folder /t/to-folder && echo keep > /t/folder/keep
COPY a /t/file
COPY a /t/link
COPY a /t/to-folder/
COPY d /t/folder
`,
  },
  {
    name: "a file over a folder",
    context: TREE,
    dockerfile: `FROM ${BOX}
RUN mkdir -p /t/a/b
COPY a /t/a
`,
  },
  {
    name: "a folder over a file",
    context: TREE,
    dockerfile: `FROM ${BOX}
RUN echo x > /t
COPY d /t
`,
  },
  {
    name: "several sources need a folder as their destination",
    context: TREE,
    dockerfile: `FROM scratch
COPY a b.txt /one
`,
  },
  {
    name: "a source that is missing",
    context: TREE,
    dockerfile: `FROM scratch
COPY a missing /x/
`,
  },
  {
    name: "a source that climbs out stays inside",
    context: TREE,
    dockerfile: `FROM scratch
COPY ../a /x
COPY ../../../d/c /y
`,
  },
  {
    name: "a link that leads out of the context leads nowhere",
    context: "ln -s /etc/passwd out; mkdir d; ln -s ../../.. d/up; echo a > a",
    dockerfile: `FROM scratch
COPY d /d
COPY out /kept
`,
  },
  {
    name: "ADD unpacks archives of the context",
    context: `${TREE}; tar -cf plain.tar d a; tar -czf zipped.tgz e; echo not > not.tar; gzip -nc a > a.gz`,
    dockerfile: `FROM scratch
ADD plain.tar /plain/
ADD zipped.tgz /zipped
ADD not.tar /not/
ADD a.gz /
ADD d /d/
ADD --chown=6:7 plain.tar /owned/
ADD plain.tar zipped.tgz /both/
`,
  },
  {
    name: "named contexts stand for stages and images",
    context: "mkdir -p ../other; echo o > ../other/o",
    dockerfile: `FROM base AS x
COPY --from=other o /o
COPY --from=img /etc/group /g
`,
    builds: [
      `--build-context base=docker-image://${BOX} --build-context other=other --build-context img=docker-image://${BOX}`,
    ],
  },
  {
    name: "a date for everything",
    context: TREE,
    dockerfile: `FROM scratch
COPY a /a
WORKDIR /w
`,
    builds: ["--build-arg SOURCE_DATE_EPOCH=1000000000"],
    after: ["docker image inspect -f '{{.Created}}' compat-built | cut -c1-10"],
  },
];

/** COPY and ADD. */
export const buildFiles: ScenarioGroup = { name: "build-files", scenarios: CASES.map(buildScenario) };
