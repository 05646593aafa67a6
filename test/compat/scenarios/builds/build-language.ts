import { BOX, type ScenarioGroup } from "../../scenario.ts";
import { type BuildCase, buildScenario } from "./build-scenario.ts";

const CASES: readonly BuildCase[] = [
  {
    name: "metadata of every kind goes into the config and the history",
    dockerfile: `FROM ${BOX}
MAINTAINER someone <a@b>
LABEL a=b "c d"="e f" multi="x\\
y"
ENV A=1 B="two words" C=th\\ ree
ENV legacy value with spaces
EXPOSE 80 443/tcp 53/udp 8000-8002
VOLUME /data /more
VOLUME ["/x y", "/z"]
USER 1000:1001
WORKDIR /w
WORKDIR sub/dir
STOPSIGNAL SIGUSR1
SHELL ["/bin/sh", "-ec"]
HEALTHCHECK --interval=5s --timeout=3s --start-period=1m --start-interval=2s --retries=4 CMD test -e /ok
ENTRYPOINT ["/bin/echo", "-n"]
CMD ["hello", "world"]
ONBUILD RUN echo triggered
`,
  },
  {
    name: "shell forms wrap the command in the shell",
    dockerfile: `FROM ${BOX}
CMD echo cmd "$HOME"
SHELL ["/bin/sh", "-x", "-c"]
ENTRYPOINT exec top -b
HEALTHCHECK NONE
`,
  },
  {
    name: "variables are substituted in all their forms",
    dockerfile: `ARG TAG=1
FROM compat-box:\${TAG}
ARG EMPTY=
ARG SET=value
ARG LATE
ENV A=\${SET:-x} B=\${UNSET:-default} C=\${EMPTY:+alt} D=\${SET:+alt} E=\${EMPTY-no} F=\${UNSET-yes} G=\${SET+plus}
ENV H=$SET/$SET I=\\$SET J='$SET' K="$SET" L=\${SET#va} M=\${SET%ue} N=\${SET/al/AL} O=\${SET//[aeu]/_}
ENV P=$A$B Q=\${LATE}
LABEL l=$SET
WORKDIR /$SET
EXPOSE \${PORT:-8080}
`,
    builds: ["--build-arg LATE=given", "--build-arg LATE"],
  },
  {
    name: "global arguments, predefined ones and those of a stage",
    dockerfile: `ARG GLOBAL=global
ARG UNUSED=1
FROM ${BOX}
ARG GLOBAL
ARG UNUSED
ARG TARGETPLATFORM
ARG TARGETARCH
ARG TARGETOS
ARG BUILDPLATFORM
ARG OWN=own
RUN echo "$GLOBAL $UNUSED $TARGETPLATFORM $TARGETARCH $TARGETOS $BUILDPLATFORM $OWN [$HTTP_PROXY]" > /out
`,
    builds: ["--build-arg UNUSED=2 --build-arg HTTP_PROXY=http://proxy:1"],
  },
  {
    name: "parser directives, comments, continuations and the case of instructions",
    dockerfile: `# escape=\`
# a comment
from ${BOX}
# between
RUN echo one && \`
    # inside
    echo two > /out

run echo "back\\slash" >> /out
LABEL x=y \`
  # a comment again
  z=w
`,
  },
  {
    name: "heredocs make scripts and files",
    dockerfile: `FROM ${BOX}
ARG NAME=you
RUN <<EOF
set -e
echo "hello $NAME" > /hello
echo second >> /hello
EOF
RUN <<EOF1 cat > /first && cat <<EOF2 > /second
one
EOF1
two
EOF2
RUN <<-EOF
	echo tabs > /tabs
	EOF
RUN <<EOF
#!/bin/sh
echo "from $0" | sed 's/.*from/from/' > /script
EOF
COPY <<EOF /etc/made
name=$NAME
EOF
COPY <<"A" <<B /two/
literal $NAME
A
expanded $NAME
B
COPY --chmod=600 --chown=3:4 <<EOF /secret
x
EOF
`,
  },
  {
    name: "triggers of the base run in the image on it",
    dockerfile: `FROM ${BOX} AS base
ONBUILD ARG WHO=nobody
ONBUILD RUN echo "$WHO" > /who
ONBUILD COPY f /from-child
FROM base
CMD ["x"]
`,
    context: "echo f > f",
    builds: ["--build-arg WHO=child"],
  },
  {
    name: "later instructions replace, add and reset",
    dockerfile: `FROM ${BOX}
ENTRYPOINT ["a"]
CMD ["b"]
ENTRYPOINT ["c"]
USER root
USER 5
LABEL a=1
LABEL a=2 b=3
ENV PATH=/x:$PATH
EXPOSE 1
EXPOSE 2
VOLUME /v
VOLUME /v /w
HEALTHCHECK CMD a
HEALTHCHECK CMD ["b", "c"]
`,
  },
  {
    name: "labels, target and platform come from flags",
    dockerfile: `FROM ${BOX} AS first
LABEL a=dockerfile b=kept
RUN echo first > /first
FROM first AS second
RUN echo second > /second
`,
    builds: [
      "--target first --label a=flag --label c --platform linux/amd64",
      "--target SECOND",
      "--target nosuch",
    ],
  },
];

/** What instructions say, substitution, and what becomes of it in config and history. */
export const buildLanguage: ScenarioGroup = { name: "build-language", scenarios: CASES.map(buildScenario) };
