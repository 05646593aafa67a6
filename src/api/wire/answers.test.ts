import { expect, test } from "bun:test";
import { encodeGoJson, type GoValue } from "../../template/index.ts";
import { toEvent } from "./event.ts";
import { toHistoryItem, toImageListItem, toImagePrune, toRemovedImage } from "./image-list-item.ts";
import { toChanges, toContainerPrune, toExecInspect, toTop } from "./process-answers.ts";
import { toStats } from "./stats.ts";

const json = ({ type, value }: GoValue) => encodeGoJson(type, value, { escapeHtml: false });
const id = `sha256:${"1b".repeat(32)}` as Parameters<typeof toImageListItem>[0]["id"];

test("an image in the list", () => {
  const image = {
    id,
    parent: undefined,
    repoTags: ["box:1"],
    repoDigests: [],
    created: 1795445155,
    size: 1982319,
    labels: { x: "y" },
  };
  expect(json(toImageListItem(image))).toBe(
    `{"Containers":-1,"Created":1795445155,"Id":"${id}","Labels":{"x":"y"},"ParentId":"","RepoDigests":[],"RepoTags":["box:1"],"SharedSize":-1,"Size":1982319}`,
  );
  expect(json(toImageListItem({ ...image, labels: {} }))).toContain('"Labels":null');
});

test("a line of history", () => {
  const line = {
    id,
    created: 1795445155,
    createdBy: "",
    tags: ["box:1"],
    size: 5,
    comment: "Imported from -",
  };
  expect(json(toHistoryItem(line))).toBe(
    `{"Comment":"Imported from -","Created":1795445155,"CreatedBy":"","Id":"${id}","Size":5,"Tags":["box:1"]}`,
  );
  expect(json(toHistoryItem({ ...line, tags: [] }))).toContain('"Tags":null');
});

test("what was removed and what was pruned", () => {
  expect(json(toRemovedImage({ untagged: "box:1" }))).toBe('{"Untagged":"box:1"}');
  expect(json(toImagePrune({ removed: [{ deleted: id }], reclaimed: 7 }))).toBe(
    `{"ImagesDeleted":[{"Deleted":"${id}"}],"SpaceReclaimed":7}`,
  );
  expect(json(toImagePrune({ removed: [], reclaimed: 0 }))).toBe('{"ImagesDeleted":null,"SpaceReclaimed":0}');
  expect(json(toContainerPrune({ removed: [], reclaimed: 0 }))).toBe(
    '{"ContainersDeleted":null,"SpaceReclaimed":0}',
  );
});

test("changes and processes of a container", () => {
  expect(json(toChanges([]))).toBe("null");
  expect(json(toChanges([{ kind: "delete", path: "/a" }]))).toBe('[{"Path":"/a","Kind":2}]');
  expect(json(toTop({ titles: ["PID", "CMD"], processes: [["7", "sleep 1"]] }))).toBe(
    '{"Processes":[["7","sleep 1"]],"Titles":["PID","CMD"]}',
  );
});

test("an exec that has not started has no exit code", () => {
  const exec = {
    id: "e",
    containerId: "c",
    running: false,
    exitCode: undefined,
    command: ["sleep", "1"],
    tty: false,
    privileged: false,
    user: "1",
    stdin: false,
    stdout: true,
    stderr: false,
    pid: 0,
  };
  expect(json(toExecInspect(exec))).toBe(
    '{"ID":"e","Running":false,"ExitCode":null,"ProcessConfig":{"tty":false,"entrypoint":"sleep","arguments":["1"],"privileged":false,"user":"1"},"OpenStdin":false,"OpenStderr":false,"OpenStdout":true,"CanRemove":false,"ContainerID":"c","DetachKeys":"","Pid":0}',
  );
});

test("the counters of a container that does not run are zero", () => {
  expect(json(toStats({ record: { id: "c", name: "n" }, stats: undefined }))).toBe(
    '{"name":"/n","id":"c","read":"0001-01-01T00:00:00Z","preread":"0001-01-01T00:00:00Z","pids_stats":{},"blkio_stats":{"io_service_bytes_recursive":null,"io_serviced_recursive":null,"io_queue_recursive":null,"io_service_time_recursive":null,"io_wait_time_recursive":null,"io_merged_recursive":null,"io_time_recursive":null,"sectors_recursive":null},"num_procs":0,"storage_stats":{},"cpu_stats":{"cpu_usage":{"total_usage":0,"usage_in_kernelmode":0,"usage_in_usermode":0},"throttling_data":{"periods":0,"throttled_periods":0,"throttled_time":0}},"precpu_stats":{"cpu_usage":{"total_usage":0,"usage_in_kernelmode":0,"usage_in_usermode":0},"throttling_data":{"periods":0,"throttled_periods":0,"throttled_time":0}},"memory_stats":{}}',
  );
});

test("the counters of a container that runs", () => {
  const stats = {
    readAt: 1795445278657788477n,
    cpuTotal: 55392498,
    cpuUser: 20000000,
    cpuKernel: 20000000,
    perCpu: [11241765, 44150733],
    systemCpu: 3240080000000,
    onlineCpus: 2,
    throttling: { periods: 0, throttledPeriods: 0, throttledTime: 0 },
    memoryUsage: 708608,
    memoryMaxUsage: 4874240,
    memoryLimit: 25276514304,
    memoryStat: { cache: 122880, active_file: 1 },
    pids: 1,
    pidsLimit: undefined,
    blockIo: [{ major: 254, minor: 0, op: "read", bytes: 4096 }],
    networks: {
      eth0: {
        rxBytes: 90,
        rxPackets: 1,
        rxErrors: 0,
        rxDropped: 0,
        txBytes: 42,
        txPackets: 1,
        txErrors: 0,
        txDropped: 0,
      },
    },
    cgroupVersion: 1,
  } as const;
  expect(json(toStats({ record: { id: "c", name: "n" }, stats }))).toBe(
    '{"name":"/n","id":"c","read":"2026-11-23T14:47:58.657788477Z","preread":"0001-01-01T00:00:00Z","pids_stats":{"current":1},"blkio_stats":{"io_service_bytes_recursive":[{"major":254,"minor":0,"op":"Read","value":4096}],"io_serviced_recursive":[],"io_queue_recursive":[],"io_service_time_recursive":[],"io_wait_time_recursive":[],"io_merged_recursive":[],"io_time_recursive":[],"sectors_recursive":[]},"num_procs":0,"storage_stats":{},"cpu_stats":{"cpu_usage":{"total_usage":55392498,"percpu_usage":[11241765,44150733],"usage_in_kernelmode":20000000,"usage_in_usermode":20000000},"system_cpu_usage":3240080000000,"online_cpus":2,"throttling_data":{"periods":0,"throttled_periods":0,"throttled_time":0}},"precpu_stats":{"cpu_usage":{"total_usage":0,"usage_in_kernelmode":0,"usage_in_usermode":0},"throttling_data":{"periods":0,"throttled_periods":0,"throttled_time":0}},"memory_stats":{"usage":708608,"max_usage":4874240,"stats":{"active_file":1,"cache":122880},"limit":25276514304},"networks":{"eth0":{"rx_bytes":90,"rx_packets":1,"rx_errors":0,"rx_dropped":0,"tx_bytes":42,"tx_packets":1,"tx_errors":0,"tx_dropped":0}}}',
  );
});

test("an event of a container carries the older names too, one of a volume does not", () => {
  const event = {
    seq: 1,
    time: 1795445778129820569n,
    type: "container",
    action: "start",
    actor: "c",
    attributes: { name: "n", image: "box:1" },
  } as const;
  expect(json(toEvent(event))).toBe(
    '{"status":"start","id":"c","from":"box:1","Type":"container","Action":"start","Actor":{"ID":"c","Attributes":{"image":"box:1","name":"n"}},"scope":"local","time":1795445778,"timeNano":1795445778129820569}',
  );
  expect(json(toEvent({ ...event, type: "volume", action: "create" }))).toStartWith(
    '{"Type":"volume","Action":"create"',
  );
});
