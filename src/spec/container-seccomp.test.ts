import { expect, test } from "bun:test";
import { openContainerSeccomp } from "./container-seccomp.ts";
import { sampleInput } from "./sample-input.ts";

const PROFILE = '{"defaultAction":"SCMP_ACT_ALLOW"}';

function open(hostConfig: { readonly Privileged?: boolean; readonly SecurityOpt?: readonly string[] }) {
  const { container, facts } = sampleInput({ hostConfig });
  return openContainerSeccomp(container, facts);
}

test("a privileged container has no filter unless it asks for one", () => {
  expect(open({ Privileged: true })).toBeUndefined();
  expect(open({ Privileged: true, SecurityOpt: [`seccomp=${PROFILE}`] })?.defaultAction).toBe(
    "SCMP_ACT_ALLOW",
  );
});

test("a container can go without a filter or bring its own", () => {
  expect(open({ SecurityOpt: ["seccomp:unconfined"] })).toBeUndefined();
  expect(open({ SecurityOpt: [`seccomp=${PROFILE}`] })?.syscalls).toEqual([]);
  expect(() => open({ SecurityOpt: ["seccomp={"] })).toThrow("Decoding seccomp profile failed");
});
