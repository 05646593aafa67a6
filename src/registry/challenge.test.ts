import { expect, test } from "bun:test";
import { parseChallenges } from "./challenge.ts";

test("a bearer challenge gives realm, service and scope, commas in quotes included", () => {
  const header =
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"';
  expect(parseChallenges(header)).toEqual([
    {
      scheme: "bearer",
      parameters: {
        realm: "https://auth.docker.io/token",
        service: "registry.docker.io",
        scope: "repository:a/b:pull,push",
      },
    },
  ]);
});

test("several challenges of one header are told apart", () => {
  expect(parseChallenges('Basic realm="a \\"b\\"", Bearer realm=x, error="insufficient_scope"')).toEqual([
    { scheme: "basic", parameters: { realm: 'a "b"' } },
    { scheme: "bearer", parameters: { realm: "x", error: "insufficient_scope" } },
  ]);
});

test("a scheme without parameters, an empty header and nonsense are read without an error", () => {
  expect(parseChallenges("Negotiate")).toEqual([{ scheme: "negotiate", parameters: {} }]);
  expect(parseChallenges("")).toEqual([]);
  expect(parseChallenges('"')).toEqual([]);
  expect(parseChallenges(`Bearer realm="${"x".repeat(100_000)}`)).toHaveLength(1);
});
