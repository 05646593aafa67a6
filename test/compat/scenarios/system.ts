import { BOX, type ScenarioGroup } from "../scenario.ts";

const SMALL = `mkdir small; head -c 5000 /dev/zero > small/f; tar -cf small.tar --mtime=@0 -C small .; docker import --change 'LABEL compat=1' small.tar compat-small:1`;
const EVENTS = `docker events --since $(cat since) --until $(date +%s.%N)`;
const NAMED = `--format '{{.Type}} {{.Action}} {{range $key, $value := .Actor.Attributes}}{{$key}}={{$value}} {{end}}'`;

/** Sums over everything that an engine holds: compared with a Docker that holds nothing else. */
export const system: ScenarioGroup = {
  name: "system",
  alone: true,
  scenarios: [
    {
      name: "system df sums what each kind of object holds",
      setup: [
        SMALL,
        `docker run --name compat-a ${BOX} sh -c 'head -c 3000 /dev/zero > /x'; docker create --name compat-b ${BOX} true`,
        `docker run --rm -v compat-v:/v ${BOX} sh -c 'head -c 7000 /dev/zero > /v/f'; docker volume create compat-w; docker create --name compat-c -v compat-w:/w ${BOX} true`,
      ],
      steps: [
        `docker system df`,
        `docker run -d --name compat-d ${BOX} sh -c 'head -c 1000 /dev/zero > /x; exec sleep 1000' > /dev/null; until docker exec compat-d test -s /x; do :; done`,
        `docker system df --format '{{.Type}}: {{.TotalCount}} {{.Active}} {{.Size}} {{.Reclaimable}}'`,
        `docker system df --format json`,
        `docker system df --format raw`,
        `docker system df --format 'table {{.Type}}\t{{.Reclaimable}}'`,
        `docker system df --format '{{.Nope}}'`,
        `docker system df extra`,
        `docker system df --nope`,
      ],
    },
    {
      name: "system df -v shows every object with its size",
      setup: [
        `docker run --name compat-a -v compat-v:/v ${BOX} sh -c 'head -c 3000 /dev/zero > /x; head -c 7000 /dev/zero > /v/f'; docker commit -c 'LABEL compat=1' compat-a compat-two:1`,
      ],
      steps: [
        `docker system df -v`,
        `docker system df -v --format '{{range .Images}}{{.Repository}}:{{.Tag}} {{.Size}} {{.SharedSize}} {{.UniqueSize}} {{.Containers}} {{.VirtualSize}} {{.Digest}}|{{end}}'`,
        `docker system df -v --format '{{range .Containers}}{{.Names}} {{.Size}} {{.Image}} {{.Mounts}} {{.LocalVolumes}}{{end}}'`,
        `docker system df -v --format '{{range .Volumes}}{{.Name}} {{.Links}} {{.Size}} {{.Driver}}{{end}}'`,
        `docker system df -v --format '{{json .Volumes}}' | sed 's/"Mountpoint":"[^"]*"/"Mountpoint":""/'`,
        `docker system df -v --format '{{len .Images}} {{len .BuildCache}} {{.Nope}}'`,
      ],
    },
    {
      name: "info and version answer templates",
      setup: [`docker create --name compat-a ${BOX} true`],
      steps: [
        `docker info --format '{{.Containers}} {{.ContainersRunning}} {{.ContainersPaused}} {{.ContainersStopped}} {{.Images}}'`,
        `docker info --format '{{.Driver}} {{.LoggingDriver}} {{.CgroupDriver}} {{.OSType}}'`,
        `docker info --format '{{.NCPU}} {{.KernelVersion}} {{.Name}}' | grep -cF "$(nproc) $(uname -r) $(uname -n)"`,
        `docker info --format '{{.Architecture}}' | grep -cFx "$(uname -m)"; docker info --format '{{.IPv4Forwarding}}' | grep -c "$(sed 's/1/true/;s/0/false/' /proc/sys/net/ipv4/ip_forward)"`,
        `docker info --format '{{.MemTotal}}' | grep -cFx $(awk '/^MemTotal/ {printf "%.0f", $2 * 1024}' /proc/meminfo)`,
        `docker info --format '{{range .DriverStatus}}{{index . 0}};{{end}} {{(index .DriverStatus 1)}}'`,
        `docker info --format '{{json .Swarm}} {{json .Labels}} {{json .RegistryConfig}} {{.IndexServerAddress}} {{json .Plugins.Volume}}'`,
        `docker info --format '{{json .SecurityOptions}}' | grep -o '"name=seccomp[^"]*"'`,
        `docker info | grep -E '^(Client|Server)?:|^ (Containers|Context|Debug Mode|Images|Storage Driver|Swarm|OSType|Experimental|Plugins|Security Options)|^  (Running|Paused|Stopped|Volume|seccomp|Supports d_type)|^   Profile'`,
        `docker info --format '{{.ClientInfo.Context}} {{.ClientInfo.Debug}} {{.ClientInfo.Os}}'`,
        `docker info --format '{{.Nope}}'`,
        `docker info --format '{{nope'`,
        `docker info extra`,
        `docker version --format '{{.Client.Os}} {{.Client.Context}} {{.Server.Os}} {{.Server.Experimental}}'`,
        `docker version --format '{{(index .Server.Components 0).Name}}'`,
        `docker version | grep -E '^(Client|Server)|^ (Context|Engine)|^  Experimental'`,
        `docker version --format '{{.Nope}}'`,
        `docker version --format '{{nope'`,
        `docker version extra`,
      ],
    },
    {
      name: "events tell of every kind of object",
      setup: [`date +%s.%N > since`],
      steps: [
        `docker volume create compat-v --label a=b`,
        `docker create --name compat-a -v compat-v:/v -l compat=1 ${BOX} sh -c 'exit 3' | wc -c`,
        `docker start -a compat-a`,
        `docker rename compat-a compat-b; docker update --memory 50m --memory-swap 60m compat-b`,
        `docker run -d --name compat-c --network none ${BOX} sleep 1000 | wc -c`,
        `docker pause compat-c; docker unpause compat-c; docker exec compat-c true; docker top compat-c > /dev/null`,
        `docker cp compat-c:/etc/passwd - > /dev/null; docker cp since compat-c:/x; docker export compat-c > /dev/null`,
        `docker commit -p=false -c 'LABEL compat=1' compat-c compat-x:1 > /dev/null; docker tag compat-x:1 compat-y:1; docker save compat-y:1 > /dev/null; docker load -qi box.tar`,
        `docker stop -t 0 compat-c; docker rm compat-b compat-c > /dev/null; docker volume rm compat-v; docker rmi compat-x:1 compat-y:1 | wc -l`,
        `docker container prune -f; docker volume prune -f; docker image prune -f`,
        `${EVENTS} --filter type=volume ${NAMED} | sed 's/container=[0-9a-f]*/container=ID/'`,
        `${EVENTS} --filter type=container --filter container=compat-b ${NAMED} | sed 's/execDuration=[0-9]*/execDuration=N/' | grep -v attach`,
        `${EVENTS} --filter type=container --filter container=compat-c ${NAMED} | sed 's/execDuration=[0-9]*/execDuration=N/' | grep -v ' die ' | grep -v ' stop '`,
        `${EVENTS} --filter type=container --filter event=prune ${NAMED}`,
        `${EVENTS} --filter type=image ${NAMED} | sed 's/sha256:[0-9a-f]*/ID/g'`,
        `${EVENTS} --filter type=container --filter event=exec_create --filter event=exec_die --format '{{.Action}} {{.Actor.Attributes.exitCode}}'`,
        `${EVENTS} --filter type=daemon --filter type=builder --format '{{.Type}}'`,
        `${EVENTS} --filter label=compat --filter event=create --format '{{.Type}} {{.Scope}} {{.Actor.Attributes.name}}' | grep compat-`,
        `docker events --since 2 --until 1`,
        `docker events --until bogus`,
        `${EVENTS} --filter event=update --format json | sed 's/"timeNano":[0-9]*/"timeNano":N/;s/"time":[0-9]*/"time":N/'`,
      ],
    },
  ],
};
