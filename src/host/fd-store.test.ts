import { expect, test } from "bun:test";
import { readlinkSync } from "node:fs";
import { closeFdStore, openFdStore, putFd, takeFds } from "./fd-store.ts";
import { closeFd, openPipe } from "./file-io.ts";
import { openPidfd, pidfdGetFd } from "./pidfd.ts";

const targetOf = (fd: number) => readlinkSync(`/proc/self/fd/${fd}`);

test("what is put into a store comes out by its name, also through a copy of the store's ends", () => {
  const store = openFdStore();
  const [reader, writer] = openPipe();
  const pipe = targetOf(reader);
  putFd(store, { name: "reader", fd: reader });
  putFd(store, { name: "writer", fd: writer });
  for (const fd of [reader, writer]) closeFd(fd);
  const pidfd = openPidfd(process.pid) ?? -1;
  const copy = { in: pidfdGetFd(pidfd, store.in) ?? -1, out: pidfdGetFd(pidfd, store.out) ?? -1 };
  closeFd(pidfd);
  closeFdStore(store);
  const taken = takeFds(copy);
  expect(taken.map(({ name, fd }) => [name, targetOf(fd)])).toEqual([
    ["reader", pipe],
    ["writer", pipe],
  ]);
  for (const { fd } of taken) closeFd(fd);
  expect(takeFds(copy)).toEqual([]);
  closeFdStore(copy);
});

test.skipIf(process.getuid?.() !== 0)("a store holds thousands of descriptors", () => {
  const store = openFdStore();
  const [reader, writer] = openPipe();
  for (let number = 0; number < 5000; number++) putFd(store, { name: `${number}`, fd: reader });
  let count = 0;
  for (const { fd } of takeFds(store)) {
    count++;
    closeFd(fd);
  }
  expect(count).toBe(5000);
  for (const fd of [reader, writer]) closeFd(fd);
  closeFdStore(store);
});
