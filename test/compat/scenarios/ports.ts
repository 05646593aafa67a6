import { BOX, type ScenarioGroup } from "../scenario.ts";

/** Docker has a proxy for IPv6 where the container has none; Strake publishes what the container can answer. */
const IPV4 = `sed '/-> \\[::\\]/d;/^\\[::\\]/d;s/, \\[::\\]:[^,]*//g'`;
const CHOSEN = `sed 's/\\(:\\)\\(3[2-9]\\|[456]\\)[0-9]\\{3,4\\}/\\1<port>/g'`;
const EXPOSED =
  "docker inspect -f '{{json .HostConfig.PortBindings}} {{json .Config.ExposedPorts}}' compat-c";

/** Publishes, shows in every way what is published, and removes. */
const shows = (options: string) =>
  `docker run -d --name compat-c ${options} ${BOX} sleep 1000 > /dev/null; docker port compat-c | ${IPV4} | ${CHOSEN}; ${EXPOSED}; docker ps -a --filter name=compat-c --format '{{.Ports}}' | ${IPV4} | ${CHOSEN}; docker rm -f compat-c > /dev/null`;

const refused = (options: string) => `docker create --name compat-c ${options} ${BOX} true`;

export const ports: ScenarioGroup = {
  name: "ports",
  scenarios: [
    {
      name: "every form of -p and -P",
      steps: [
        "-p 80",
        "-p 28401:80",
        "-p 28401-28403:80-82",
        "-p 127.0.0.1:28401:80",
        "-p 127.0.0.1::80",
        "-p 127.0.0.1:28401-28402:80-81/udp",
        "-p 28401:80/udp -p 28401:80/TCP",
        "-p 28401:80 -p 28402:80",
        "-p 0:80",
        "-p :80",
        "-p published=28401,target=80,protocol=udp",
        "-P --expose 80 --expose 81-82/udp",
        "-P -p 28401:80 --expose 80 --expose 81",
        "--expose 80",
        "--network none -p 28401:80",
        "--network host -p 28401:80",
      ].map(shows),
    },
    {
      name: "forms of -p and --expose that are none",
      steps: [
        "-p 28401-28402:80-82",
        "-p 28402-28401:80",
        "-p 28401:80/foo",
        "-p 70000:80",
        "-p 80:70000",
        "-p a:b",
        "-p 28401:80:90",
        "-p 1.2.3:28401:80",
        "-p localhost:28401:80",
        "-p 28401:",
        "-p ''",
        "--expose x",
        "--expose 82-80",
        "--expose 80:80",
      ].map(refused),
    },
    {
      name: "a port that is taken, and what docker port answers",
      setup: [`docker run -d --name compat-a -p 28401:80 -p 28402:81/udp ${BOX} sleep 1000`],
      steps: [
        `docker port compat-a | ${IPV4}`,
        `docker port compat-a 80 | ${IPV4}`,
        `docker port compat-a 80/tcp | ${IPV4}`,
        `docker port compat-a 81/udp | ${IPV4}`,
        `docker port compat-a '' | ${IPV4}`,
        `docker port compat-a 81`,
        `docker port compat-a 80/foo`,
        `docker port compat-a x`,
        `docker port compat-a 99999`,
        `docker port compat-nosuch`,
        `docker run -d --name compat-b -p 28401:80 ${BOX} true`,
        `docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' compat-b`,
        `docker run --rm --name compat-e -p 127.0.0.1:28401:80 ${BOX} true`,
        `docker run --rm --name compat-e -p 10.99.99.99:28403:80 ${BOX} true 2>&1 | sed 's/:172[^:]*:/:<ip>:/'`,
        `docker run -d --name compat-d -p 28401-28402:80 ${BOX} sleep 1000 > /dev/null; docker port compat-d | ${IPV4}`,
        `docker stop -t0 compat-a; docker port compat-a; docker inspect -f '{{json .NetworkSettings.Ports}}' compat-a`,
        `docker rm compat-b; docker start compat-a; docker port compat-a 80 | ${IPV4}`,
      ],
    },
    {
      name: "ports follow a container from network to network",
      setup: [
        `docker network create compat-n1; docker network create compat-n2`,
        `docker run -d --name compat-a --network compat-n1 -p 28401:80 ${BOX} sleep 1000`,
      ],
      steps: [
        `docker network connect compat-n2 compat-a; docker port compat-a | ${IPV4}`,
        `docker network disconnect compat-n1 compat-a; docker port compat-a | ${IPV4}`,
        `docker network disconnect compat-n2 compat-a; docker port compat-a`,
        `docker network connect compat-n1 compat-a; docker port compat-a | ${IPV4}`,
      ],
    },
    {
      name: "a container in the network of another",
      setup: [
        `docker network create --subnet 10.246.0.0/24 compat-n1; docker run -d --name compat-a -h one --network compat-n1 --ip 10.246.0.7 ${BOX} sleep 1000`,
      ],
      steps: [
        `docker run --rm --network container:compat-a ${BOX} sh -c 'hostname; grep 10.246 /etc/hosts; ls /sys/class/net | sort'`,
        `docker create --name compat-b --network container:compat-a ${BOX} true > /dev/null; docker inspect -f '{{.HostConfig.NetworkMode}} {{json .NetworkSettings.Networks}}' compat-b`,
        `docker run --rm --network container:compat-a -p 80:80 ${BOX} true`,
        `docker run --rm --network container:compat-a --expose 80 ${BOX} true`,
        `docker run --rm --network container:compat-a -P ${BOX} true`,
        `docker run --rm --network container:compat-a --network-alias x ${BOX} true`,
        `docker run --rm --network container:compat-a -h x ${BOX} true`,
        `docker run --rm --network container:compat-a --dns 1.1.1.1 ${BOX} true`,
        `docker run --rm --network container:compat-a --add-host a:1.1.1.1 ${BOX} true`,
        `docker run --rm --network container:compat-a --network compat-n1 ${BOX} true`,
        `docker run --rm --network container: ${BOX} true`,
        `docker run --rm --network container:compat-nosuch ${BOX} true`,
        `docker stop -t0 compat-a > /dev/null; docker start compat-b`,
        `docker rm -f compat-a > /dev/null; docker start compat-b`,
      ],
    },
    {
      name: "static addresses outside of what a network has",
      setup: [
        `docker network create --subnet 10.246.0.0/24 --ip-range 10.246.0.128/25 --aux-address r=10.246.0.130 compat-n1`,
        `docker network create --subnet 10.247.0.0/24 --ipv6 --subnet fd46::/64 compat-n2`,
        `docker run -d --name compat-a ${BOX} sleep 1000`,
      ],
      steps: [
        "--network compat-n1 --ip6 fd46::5",
        "--network compat-n2 --ip6 fd47::5",
        "--network compat-n2 --ip6 x",
        "--network compat-n2 --ip6 fd46::1",
        "--network compat-n1 --ip 10.246.0.130",
        "--network compat-n1 --ip 10.246.0.5",
        "--network host --ip 10.246.0.5",
        "--network none --ip 10.246.0.5",
      ]
        .map((options) => `docker run --rm ${options} ${BOX} true`)
        .concat(
          `docker network connect --ip 10.246.0.999 compat-n1 compat-a`,
          `docker network connect --ip 10.99.0.9 compat-n1 compat-a`,
          `docker network connect --ip6 fd46::9 compat-n2 compat-a; docker inspect -f '{{(index .NetworkSettings.Networks "compat-n2").GlobalIPv6Address}}' compat-a`,
          `docker network create --subnet 10.246.0.128/25 compat-n3`,
          `docker network create --subnet 10.240.0.0/12 compat-n3`,
          `docker network create --ipv6 --subnet fd46::/80 compat-n3`,
        ),
    },
  ],
};
