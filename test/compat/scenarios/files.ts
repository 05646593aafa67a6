import { BOX, type ScenarioGroup } from "../scenario.ts";

export const files: ScenarioGroup = {
  name: "files",
  scenarios: [
    {
      name: "diff lists what changed",
      setup: [
        `docker run --name compat-a ${BOX} sh -c 'echo x > /etc/new; rm /etc/group; echo y >> /etc/passwd; mkdir -p /d/e; touch /d/e/f; ln -s a /d/l'; docker create --name compat-b ${BOX} true`,
      ],
      steps: [
        `docker diff compat-a | sort`,
        `docker diff compat-b`,
        `docker diff compat-nosuch`,
        `docker diff`,
      ],
    },
    {
      name: "cp copies into a container",
      setup: [
        `docker create --name compat-a ${BOX} true; mkdir -p src/sub; echo 1 > src/one; echo 2 > src/sub/two; echo f > file; ln -s file link`,
      ],
      steps: [
        `docker cp file compat-a:/tmp/`,
        `docker cp file compat-a:/tmp/renamed`,
        `docker cp src compat-a:/tmp/`,
        `docker cp src compat-a:/tmp/fresh`,
        `docker cp src/. compat-a:/tmp/contents`,
        `docker cp link compat-a:/tmp/link; docker cp -L link compat-a:/tmp/followed`,
        `docker cp -q file compat-a:/tmp/quiet`,
        `docker diff compat-a | sort`,
        `docker cp file compat-a:/nosuch/ 2>&1 | tail -n 1`,
        `docker cp file compat-a:/nosuch/file`,
        `docker cp src compat-a:/etc/passwd 2>&1 | tail -n 1`,
        `docker cp nosuch compat-a:/tmp`,
        `docker cp file compat-nosuch:/tmp`,
        `docker cp file other`,
        `docker cp compat-a:/x compat-a:/y`,
        `docker cp file`,
        `docker cp file compat-a:`,
      ],
    },
    {
      name: "cp copies out of a container",
      setup: [
        `docker run --name compat-a ${BOX} sh -c 'mkdir -p /o/s; echo 1 > /o/one; echo 2 > /o/s/two; ln -s one /o/link; chmod 700 /o/s'`,
      ],
      steps: [
        `docker cp compat-a:/o/one .; cat one`,
        `docker cp compat-a:/o out; find out | sort; stat -c '%a %n' out/s`,
        `mkdir there; docker cp compat-a:/o there; find there | sort`,
        `docker cp compat-a:/o/. flat; find flat | sort`,
        `docker cp compat-a:/o/link l; readlink l`,
        `docker cp -L compat-a:/o/link m; cat m`,
        `docker cp compat-a:/o/one - | tar -tf -`,
        `docker cp compat-a:/o - | tar -tf - | sort`,
        `docker cp compat-a:/nosuch .`,
        `docker cp compat-a:/o/one nosuch/deep/`,
        `docker cp compat-a:/o one`,
        `docker cp compat-a:/o/one/ x`,
      ],
    },
    {
      name: "cp goes where a link of the container leads",
      setup: [
        `docker run --name compat-a ${BOX} sh -c 'mkdir -p /o/s; echo 1 > /o/one; ln -s /o/one /o/abs; ln -s /made /o/dangle; ln -s s /o/dl'; echo new > file`,
      ],
      steps: [
        `docker cp file compat-a:/o/dl; docker cp compat-a:/o/s/file - | tar -xOf -`,
        `docker cp file compat-a:/o/abs; docker cp compat-a:/o/abs link; readlink link; docker cp compat-a:/o/one - | tar -xOf -`,
        `docker cp file compat-a:/o/dangle; docker cp compat-a:/made - | tar -xOf -`,
        `docker cp file compat-a:up; docker cp file compat-a:../../../upper; docker cp compat-a:/upper - | tar -tf -`,
        `docker cp -L compat-a:/o/dangle got; cat got`,
        `docker cp compat-a:/o/dl/ folder; ls folder`,
        `docker cp compat-a:/. - | tar -tf - | head -n 2`,
        `docker cp file ./a:b; docker cp a:b compat-a:/`,
        `docker cp file :/x`,
        `docker diff compat-a | sort`,
      ],
    },
    {
      name: "cp takes an archive from standard input",
      setup: [`docker create --name compat-a ${BOX} true; mkdir in; echo 1 > in/f`],
      steps: [
        `tar -czf - in | docker cp - compat-a:/bin; docker cp compat-a:/bin/in/f - | tar -xOf -`,
        `tar -czf - in | head -c 60 | docker cp - compat-a:/bin 2>&1 | wc -l`,
        `docker cp - compat-a:/tmp < /dev/null`,
        `docker cp - - < /dev/null`,
        `tar -cf - in | docker cp - compat-a:/tmp`,
        `docker cp compat-a:/tmp/in/f - | tar -xOf -`,
        `echo nonsense | docker cp - compat-a:/tmp`,
        `tar -cf - in | docker cp - compat-a:/nosuch`,
      ],
    },
    {
      name: "export writes the file system",
      setup: [`docker run --name compat-a ${BOX} sh -c 'echo x > /new; rm /etc/group'`],
      steps: [
        `docker export compat-a | tar -tf - | grep -E '^(new|etc/|bin/busybox)' | grep -vE 'host|mtab|resolv' | sort`,
        `docker export -o out.tar compat-a; tar -xOf out.tar new; stat -c %a out.tar`,
        `docker export compat-nosuch > /dev/null`,
        `docker export -o /nosuch/out.tar compat-a`,
        `docker export`,
      ],
    },
  ],
};
