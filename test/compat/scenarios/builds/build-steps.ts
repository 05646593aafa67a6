import { BOX, type ScenarioGroup } from "../../scenario.ts";
import { BUILT, type BuildCase, buildScenario } from "./build-scenario.ts";

const CASES: readonly BuildCase[] = [
  {
    name: "steps change files, and remove them",
    dockerfile: `FROM ${BOX}
RUN mkdir -p /d/e && echo 1 > /d/e/f && echo 2 > /d/g && chmod 751 /d
RUN rm /d/g && echo 3 >> /d/e/f && ln -s e /d/l && ln /d/e/f /d/hard
RUN rm -r /d/e && mkdir /d/e
RUN true
RUN ["/bin/sh", "-c", "echo exec form > /exec"]
`,
  },
  {
    name: "steps have the user, folder, shell and environment of the stage",
    dockerfile: `FROM ${BOX}
ENV FROM_ENV=env
ARG FROM_ARG=arg
WORKDIR /work
RUN chmod 777 . && echo "$FROM_ENV $FROM_ARG $(pwd) $HOME $PATH" > one
USER 1234:5678
RUN id -u > two; id -g >> two; echo $HOME >> two; umask >> two
SHELL ["/bin/sh", "-ec"]
RUN echo $0 > three; tty >> three || true; cat /dev/stdin | wc -c >> three
`,
  },
  {
    name: "mounts are there while a step runs, and not in the layer",
    context: "echo content > file; mkdir d; echo x > d/x",
    dockerfile: `FROM ${BOX} AS other
RUN echo other > /o
FROM ${BOX}
RUN --mount=type=bind,target=/ctx cat /ctx/file > /1; touch /ctx/new 2>/dev/null || echo read-only >> /1
RUN --mount=type=bind,source=d,target=/d,rw echo y > /d/y && ls /d > /2
RUN --mount=type=bind,from=other,source=/o,target=/o cat /o > /3
RUN --mount=type=cache,target=/cache echo cached > /cache/f
RUN --mount=type=cache,target=/cache cat /cache/f > /4
RUN --mount=type=tmpfs,target=/t,size=64k echo x > /t/x && df /t | tail -n 1 | sed 's/ .*//' > /5
RUN --mount=type=secret,id=s cat /run/secrets/s > /6
RUN --mount=type=secret,id=s,target=/key,mode=0440,uid=5,gid=6 stat -c '%a %u:%g' /key > /7
RUN --mount=type=secret,id=s,env=SECRET echo "$SECRET" > /8
RUN --mount=type=secret,id=none test ! -e /run/secrets/none && echo absent > /9
`,
    builds: ["--secret id=s,src=ctx/file"],
  },
  {
    name: "a secret that is required and not given",
    dockerfile: `FROM ${BOX}
RUN --mount=type=secret,id=s,required cat /run/secrets/s
`,
  },
  {
    name: "networks of steps",
    dockerfile: `FROM ${BOX}
RUN --network=none ls /sys/class/net > /none
RUN grep -c added /etc/hosts > /hosts
`,
    builds: ["--add-host added:1.2.3.4"],
  },
  {
    name: "a step that fails",
    dockerfile: `FROM ${BOX}
RUN echo fine
RUN echo before; exit 42
RUN never
`,
  },
  {
    name: "a program that is not there",
    dockerfile: `FROM ${BOX}
RUN nosuch-program
`,
  },
  {
    name: "an exec form whose program is not there",
    dockerfile: `FROM ${BOX}
RUN ["/nosuch"]
`,
  },
  {
    name: "a step that is killed",
    dockerfile: `FROM ${BOX}
RUN kill -9 $$
`,
  },
  {
    name: "stages that are not needed do not run",
    dockerfile: `FROM ${BOX} AS bad
RUN exit 1
FROM ${BOX} AS good
RUN echo good > /good
FROM good
`,
  },
  {
    name: "the same build twice gives the same image, a changed file another",
    context: "echo 1 > f",
    dockerfile: `FROM ${BOX}
RUN echo slow > /slow
COPY f /f
CMD ["x"]
`,
    builds: ["", ""],
    after: [
      `docker image inspect -f '{{join .RootFS.Layers " "}}' ${BUILT} > one; echo 2 > ctx/f; docker build -q -t compat-second ctx; docker image inspect -f '{{join .RootFS.Layers " "}}' compat-second > two; cut -d' ' -f1,2 one > a; cut -d' ' -f1,2 two | diff a - && echo same below; diff -q one two`,
    ],
  },
];

/** RUN: its surroundings, mounts, failures, and what of it is kept. */
export const buildSteps: ScenarioGroup = { name: "build-steps", scenarios: CASES.map(buildScenario) };
