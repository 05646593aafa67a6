import { expect, test } from "bun:test";
import { parseImagePlace } from "./image-place.ts";

test("places of images are read as Podman and Skopeo write them", () => {
  const read = (text: string) => {
    const place = parseImagePlace(text);
    return place === undefined ? undefined : [place.kind, place.path, place.name];
  };
  expect(read("oci:/a/b:v1")).toEqual(["oci", "/a/b", "v1"]);
  expect(read("oci:/a:b/c")).toEqual(["oci", "/a:b/c", undefined]);
  expect(read("oci:./a")).toEqual(["oci", "./a", undefined]);
  expect(read("oci:a:v1")).toEqual(["oci", "a", "v1"]);
  expect(read("oci-archive:a.tar:v1")).toEqual(["oci-archive", "a.tar", "v1"]);
  expect(read("oci-archive:/a.tar:host:5000/name:v1")).toEqual([
    "oci-archive",
    "/a.tar",
    "host:5000/name:v1",
  ]);
  expect(read("docker-archive:a.tar")).toEqual(["docker-archive", "a.tar", undefined]);
  expect(read("docker-archive:/a.tar:name:v1")).toEqual(["docker-archive", "/a.tar", "name:v1"]);
});

test("names of images stay names", () => {
  for (const text of ["oci:v1", "oci", "debian", "docker-archive", "localhost:5000/oci:1"]) {
    expect(parseImagePlace(text)).toBeUndefined();
  }
});
