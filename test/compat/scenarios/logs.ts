import { BOX, type ScenarioGroup } from "../scenario.ts";

export const logs: ScenarioGroup = {
  name: "logs",
  scenarios: [
    {
      name: "the options of a log driver reach what logs shows",
      setup: [
        `docker run --name compat-a --log-opt labels=a,none --log-opt labels-regex=^z --log-opt env=B --log-opt env-regex=^A -e 'A1=x y&z' -e B=é -e C=c -l 'a=(x)*!' -l zed=1 -l q=1 ${BOX} seq 2`,
        `docker run --name compat-b --log-opt 'tag={{.Name}}/{{.ImageName}}/{{.DaemonName}}' ${BOX} echo x`,
        `docker run --name compat-c --log-driver local --log-opt max-size=10k --log-opt compress=false ${BOX} seq 3`,
      ],
      steps: [
        `docker logs --details compat-a`,
        `docker logs --details -t compat-a | sed 's/^[^ ]* //'`,
        `docker logs compat-a`,
        `docker logs --details compat-b`,
        `docker logs --details compat-c`,
        `docker logs -n 1 compat-c`,
        `docker inspect -f '{{json .HostConfig.LogConfig}}' compat-c`,
        `docker run --rm --log-opt max-file=2 ${BOX} echo x`,
        `docker run --rm --log-opt mode=blocking ${BOX} echo x`,
      ],
    },
    {
      name: "options that a log driver does not have",
      steps: [
        `docker run --rm --log-opt bogus=1 ${BOX} true`,
        `docker run --rm --log-opt max-size=-1 ${BOX} true`,
        `docker run --rm --log-opt max-size=x ${BOX} true`,
        `docker run --rm --log-opt max-size=1m --log-opt max-file=0 ${BOX} true`,
        `docker run --rm --log-opt max-size=1m --log-opt max-file=x ${BOX} true`,
        `docker run --rm --log-opt compress=x ${BOX} true`,
        `docker run --rm --log-opt compress=true ${BOX} true`,
        `docker run --rm --log-opt mode=bogus ${BOX} true`,
        `docker run --rm --log-opt max-buffer-size=1m ${BOX} true`,
        `docker run --rm --log-driver local --log-opt labels=x ${BOX} true`,
        `docker run --rm --log-driver none --log-opt max-size=1 ${BOX} true`,
      ],
    },
    {
      name: "since and until take dates, times and durations",
      setup: [`docker run --name compat-a ${BOX} seq 2`],
      steps: [
        `docker logs --since 2001-01-01 compat-a`,
        `docker logs --since 2001-01-01T10:00:00 --until 2001-01-02 compat-a`,
        `docker logs --since 2001-01-01T10:00:00.5+02:00 -n 1 compat-a`,
        `docker logs --since 1000000000.5 --tail 1 compat-a`,
        `docker logs --until 1h compat-a`,
        `docker logs --since '' compat-a`,
        `docker logs --since bogus compat-a`,
        `docker logs --until bogus compat-a`,
        `docker logs --tail -1 compat-a`,
        `docker logs --tail '' compat-a`,
        `docker logs compat-a compat-b`,
      ],
    },
  ],
};
