import { write } from "node:fs";
import { errnoOf } from "../base/index.ts";

/** Writes all of `bytes`. In a thread: this process may itself have to read the pipe that is full. */
export function writeFully(fd: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const attempt = (at: number): void => {
      if (at === bytes.length) {
        resolve();
        return;
      }
      write(fd, bytes, at, bytes.length - at, null, (error, count) => {
        if (error === null) attempt(at + count);
        // A pipe that its owner made non-blocking tells no other way when it has room.
        else if (errnoOf(error) === "EAGAIN") setTimeout(attempt, 2, at);
        else reject(error);
      });
    };
    attempt(0);
  });
}
