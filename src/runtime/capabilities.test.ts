import { describe, expect, test } from "bun:test";
import { CAPABILITIES, DEFAULT_CAPABILITIES, decodeCapabilities, toCapabilities } from "./capabilities.ts";

const available = CAPABILITIES.filter((name) => name !== "CAP_SYS_RESOURCE");
const request = { add: [] as string[], drop: [] as string[], privileged: false, available };

describe("the capabilities of a container", () => {
  test("are Docker's fourteen when nothing is asked", () => {
    expect(toCapabilities(request)).toEqual(DEFAULT_CAPABILITIES);
    expect(DEFAULT_CAPABILITIES).toHaveLength(14);
  });

  test("are all that this process has when privileged", () => {
    expect(toCapabilities({ ...request, privileged: true, drop: ["CHOWN"] })).toEqual(available);
  });

  test("take names in any case, with or without CAP_", () => {
    const names = toCapabilities({ ...request, add: ["net_admin", "CAP_SYS_PTRACE", "chown"] });
    expect(names).toEqual([...DEFAULT_CAPABILITIES, "CAP_NET_ADMIN", "CAP_SYS_PTRACE"]);
  });

  test("after ALL was dropped are only those added", () => {
    expect(toCapabilities({ ...request, add: ["CHOWN"], drop: ["all"] })).toEqual(["CAP_CHOWN"]);
  });

  test("after ALL was added are all but those dropped", () => {
    const names = toCapabilities({ ...request, add: ["ALL"], drop: ["CHOWN"] });
    expect(names).toEqual(available.filter((name) => name !== "CAP_CHOWN"));
  });

  test("lose the dropped", () => {
    expect(toCapabilities({ ...request, drop: ["MKNOD"] })).not.toContain("CAP_MKNOD");
  });

  test("are refused with Docker's text when unknown", () => {
    expect(() => toCapabilities({ ...request, add: ["FOO"] })).toThrow(
      'invalid CapAdd: unknown capability: "CAP_FOO"',
    );
    expect(() => toCapabilities({ ...request, drop: ["cap_foo"] })).toThrow(
      'invalid CapDrop: unknown capability: "CAP_FOO"',
    );
  });
});

test("a capability mask of the kernel reads as names", () => {
  expect(decodeCapabilities("00000000a80425fb").toSorted()).toEqual(DEFAULT_CAPABILITIES.toSorted());
  expect(decodeCapabilities("0")).toEqual([]);
});
