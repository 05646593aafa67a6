import { expect, test } from "bun:test";
import { ZERO_TIME } from "../../base/index.ts";
import { encodeGoJson, inspectFormat } from "../../template/index.ts";
import { toContainerInspect } from "./container-inspect.ts";
import { toContainerListItem } from "./container-list-item.ts";
import { toImageInspect } from "./image-inspect.ts";
import { readAnswer, readContainerView, readImageView } from "./inspect-fixture.ts";

test("container inspect prints what Docker printed, byte for byte", async () => {
  const { output } = inspectFormat("", [toContainerInspect(await readContainerView())]);
  expect(output).toBe(await readAnswer("container.txt"));
});

test("image inspect prints what Docker printed, byte for byte", async () => {
  const { output } = inspectFormat("", [toImageInspect(await readImageView())]);
  expect(output).toBe(await readAnswer("image.txt"));
});

test("a template sees the image in the form of the CLI, which is not what is printed", async () => {
  const { output } = inspectFormat("{{json .}}", [toImageInspect(await readImageView())]);
  expect(output).toBe(await readAnswer("image-typed.txt"));
});

test("a container in the list has Docker's keys and values", async () => {
  const [expected] = JSON.parse(await readAnswer("container-list.txt"));
  const item = toContainerListItem(await readContainerView());
  const shown = JSON.parse(encodeGoJson(item.type, item.value));
  const byPort = (a: { PrivatePort: number }, b: { PrivatePort: number }) => a.PrivatePort - b.PrivatePort;
  expect(shown).toEqual({ ...expected, Ports: expected.Ports.sort(byPort) });
  expect(Object.keys(shown)).toEqual(Object.keys(expected));
});

test("templates reach Go's names, and JSON's names when no Go name is beside them", async () => {
  const item = toContainerInspect(await readContainerView());
  const print = (format: string) => inspectFormat(format, [item]);
  expect(print("{{.ID}} {{.HostConfig.NanoCPUs}}").output).toBe(
    `${(await readContainerView()).record.id} 500000000\n`,
  );
  expect(print("{{.Id}} {{.HostConfig.NanoCpus}}").output).toBe(
    print("{{.ID}} {{.HostConfig.NanoCPUs}}").output,
  );
  expect(print("{{.Id}} {{.HostConfig.NanoCPUs}}").errors).toHaveLength(1);
  expect(print("{{.HostConfig.PortBindings}}").output).toBe(
    "map[80/tcp:[{127.0.0.1 8125}] 81/udp:[{ 8123}]]\n",
  );
  expect(print("{{.NetworkSettings.Ports}} {{.State.Running}}").output).toBe(
    "map[443/tcp:[] 80/tcp:[{127.0.0.1 8125}] 81/udp:[{0.0.0.0 8123} {:: 8123}]] true\n",
  );
});

test("a container that never ran shows its networks without addresses", async () => {
  const view = await readContainerView();
  const record = {
    ...view.record,
    state: { status: "created" },
    network: null,
    startedAt: ZERO_TIME,
  } as const;
  const [shown] = JSON.parse(inspectFormat("", [toContainerInspect({ ...view, record })]).output);
  expect(shown.State).toMatchObject({ Status: "created", Running: false, Pid: 0 });
  expect(shown.NetworkSettings).toMatchObject({ SandboxKey: "", Ports: {}, IPAddress: "" });
  expect(shown.NetworkSettings.Networks).toEqual({
    "box-m": {
      IPAMConfig: { IPv4Address: "10.77.0.77" },
      Links: null,
      Aliases: ["zed"],
      MacAddress: "",
      DriverOpts: null,
      GwPriority: 0,
      NetworkID: "",
      EndpointID: "",
      Gateway: "",
      IPAddress: "",
      IPPrefixLen: 0,
      IPv6Gateway: "",
      GlobalIPv6Address: "",
      GlobalIPv6PrefixLen: 0,
      DNSNames: null,
    },
  });
});

test("a container shows the networks that it is to be on, also while it does not run", async () => {
  const view = await readContainerView();
  const networksOf = (endpoints: typeof view.record.endpoints) => {
    const record = { ...view.record, endpoints, network: null };
    const [shown] = JSON.parse(inspectFormat("", [toContainerInspect({ ...view, record })]).output);
    return Object.keys(shown.NetworkSettings.Networks);
  };
  expect(networksOf({ bridge: {} })).toEqual(["bridge"]);
  expect(networksOf({ one: {}, other: { Aliases: ["x"] } })).toEqual(["one", "other"]);
  expect(networksOf({})).toEqual([]);
});
