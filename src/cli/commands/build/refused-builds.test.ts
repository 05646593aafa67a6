import { afterAll, describe, expect, test } from "bun:test";
import { openBench } from "./build-bench.fixture.ts";

const bench = openBench();
const { run } = bench;
afterAll(() => bench[Symbol.dispose]());

describe("what cannot be built is refused in buildx's words", () => {
  test.each<[readonly string[], string]>([
    [["nope"], 'failed to build: unable to prepare context: path "nope" not found'],
    [["ctx/Dockerfile"], 'failed to build: unable to prepare context: path "ctx/Dockerfile" not found'],
    [
      ["-f", "-", "-"],
      "failed to build: invalid argument: can't use stdin for both build context and dockerfile",
    ],
    [["-t", "a::x", "ctx"], 'failed to build: invalid tag "a::x": invalid reference format'],
    [["-t", "Bad", "ctx"], 'failed to build: invalid tag "Bad": repository name must be lowercase'],
    [["--secret", "src=x", "ctx"], "failed to build: secret missing ID"],
    [["--secret", "id=x,foo=x", "ctx"], "unexpected key 'foo' in 'foo=x'"],
    [["--secret", "id=x,type=zz", "ctx"], 'unsupported secret type "zz"'],
    [["--secret", "x", "ctx"], "invalid field 'x' must be a key=value pair"],
    [
      ["--secret", "id=x,src=/nope", "ctx"],
      "failed to build: failed to stat /nope: stat /nope: no such file or directory",
    ],
    [
      ["--ssh", "default", "ctx"],
      "failed to build: failed to convert agent config {default [] false}: invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set",
    ],
    [
      ["--ssh", "default=/nope", "ctx"],
      'failed to build: failed to convert agent config {default [/nope] false}: failed to convert agent config for ID: "default": stat /nope: no such file or directory',
    ],
    [["--build-arg", "=x", "ctx"], 'invalid key-value pair "=x": empty key'],
    [["--label", "", "ctx"], 'invalid key-value pair "": empty key'],
    [["--build-context", "x", "ctx"], "invalid context value: x, expected key=value"],
    [
      ["--build-context", "x=/nope", "ctx"],
      "failed to build: failed to get build context x: stat /nope: no such file or directory",
    ],
    [["--build-context", "x=target:foo", "ctx"], "failed to build: failed to find target foo for context x"],
    [
      ["--platform", "bad/x/y/z", "ctx"],
      'failed to build: "bad/x/y/z": cannot parse platform specifier: invalid argument',
    ],
    [["--network", "foo", "ctx"], 'failed to build: network mode "foo" not supported'],
    [["--add-host", "foo:bar", "ctx"], "failed to build: invalid host foo:bar"],
    [["--allow", "foo", "ctx"], "failed to build: unknown entitlement foo"],
    [["--progress", "foo", "ctx"], "invalid progress mode foo"],
    [["--progress", "tty", "ctx"], "failed to get console: provided file is not a console"],
    [["--call", "foo", "ctx"], "failed to build: failed to solve: unsupported request frontend.foo"],
    [["--call", "check,foo", "ctx"], "invalid print value: check,foo"],
    [["-o", "type=foo", "ctx"], 'failed to build: failed to solve: exporter "foo" could not be found'],
    [["-o", "type=local", "ctx"], "failed to build: dest is required for local exporter"],
    [
      ["-o", "type=tar,dest=/nope/x", "ctx"],
      "failed to build: failed to open open /nope/x: no such file or directory",
    ],
    [["-o", "type=tar,dest=ctx", "ctx"], "failed to build: destination file ctx is a directory"],
    [["-o", "type=local,dest=secret", "ctx"], "failed to build: destination directory secret is a file"],
    [
      ["-o", "type=image,compression=zstd", "ctx"],
      'failed to build: attribute "compression" of the image output needs push=true',
    ],
    [
      ["-o", "type=registry,name=x,compression=estargz", "ctx"],
      "failed to build: compression=estargz is not supported",
    ],
    [
      ["-o", "type=registry,name=x,force-compression=true", "ctx"],
      "failed to build: force-compression needs compression=gzip or compression=zstd",
    ],
    [
      ["-o", "type=oci,dest=x,compression=zstd", "ctx"],
      'failed to build: attribute "compression" of the oci output is not supported',
    ],
    [["-o", "type=tar,dest", "ctx"], "invalid value dest"],
    [["--push", "ctx"], "failed to build: tag is needed when pushing to registry"],
    [["--iidfile", "i", "-o", "out", "ctx"], "local and tar exporters are incompatible with image ID file"],
    [["--cache-from", "type=foo", "ctx"], "failed to build: unknown cache importer: foo"],
    [["--cache-from", "type=local", "ctx"], "failed to build: local cache importer requires src"],
    [
      ["--cache-from", "type=registry,ref=x,timeout=5", "ctx"],
      'failed to build: attribute "timeout" of the registry cache importer is not supported',
    ],
    [
      ["--cache-to", "type=registry,ref=x,compression=gzip", "ctx"],
      "failed to build: compression=gzip of the registry cache exporter is not supported",
    ],
    [
      ["--cache-to", "type=local,dest=x,ignore-error=perhaps", "ctx"],
      'failed to build: non-bool value "perhaps" of ignore-error',
    ],
    [["--cache-to", "typ=gha", "ctx"], 'type required form> "typ=gha"'],
    [
      ["--annotation", "x", "-o", "type=oci,tar=false,dest=x", "ctx"],
      'failed to build: parse annotations: invalid annotation "x", expected key=value',
    ],
    [
      ["--annotation", "a=b", "ctx"],
      "failed to build: annotations are kept by the outputs oci and docker, and by a push",
    ],
    [
      ["--annotation", "foo:a=b", "-o", "type=oci,tar=false,dest=x", "ctx"],
      'failed to build: parse annotations: unknown annotation type "foo"',
    ],
    [
      ["--annotation", "index:a=b", "-o", "type=oci,tar=false,dest=x", "ctx"],
      "failed to build: index annotations are not supported: only those of the manifest are",
    ],
    [
      ["--provenance", "true", "ctx"],
      "failed to build: Attestation is not supported: use --provenance=false and --sbom=false",
    ],
    [["--provenance", "zzz", "ctx"], "invalid value zzz"],
    [["--attest", "foo=bar", "ctx"], "attestation type not specified"],
    [["--squash", "ctx"], "failed to build: --squash is not supported"],
    [
      ["--isolation", "hyperv", "ctx"],
      "failed to build: cannot use --isolation hyperv: it is an option of Windows",
    ],
    [["--rm=false", "ctx"], "failed to build: cannot use --rm=false: steps leave no containers"],
    [["-q", "--progress", "plain", "ctx"], "progress=plain and quiet cannot be used together"],
    [
      ["--no-cache", "--no-cache-filter", "x", "ctx"],
      "failed to build: --no-cache and --no-cache-filter cannot currently be used together",
    ],
    [["--builder", "nope", "ctx"], 'no builder "nope" found'],
    [["--on-failure", "shell", "ctx"], "failed to build: --on-failure shell needs a terminal"],
  ])("%p", async (words, message) => {
    const { status, out, err, requests } = await run(words);
    expect(err.split("\n")[0]).toBe(`ERROR: ${message}`);
    expect({ status, out, requests }).toEqual({ status: 1, out: "", requests: [] });
  });

  test("what attestations are not wanted is no reason to refuse", async () => {
    const words = ["--provenance=false", "--sbom=false", "--attest", "type=sbom,disabled=true", "ctx"];
    expect((await run(words)).status).toBe(0);
  });
});
