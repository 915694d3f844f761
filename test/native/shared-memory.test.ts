import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { closeFile, currentDirectory, mapShared, openAt, readAt, writeAt } from "../../native/file";
import { errnoOf, startChild, temporaryDirectory } from "./helpers";

const path = temporaryDirectory();

function pageFile(name: string): { path: string; fd: number } {
  const file = join(path, name);
  writeFileSync(file, new Uint8Array(4096));
  return { path: file, fd: openAt(currentDirectory, file, "update") };
}

test("what is written through a map is read from the file, and the other way round", () => {
  const { fd } = pageFile("both-ways");
  const words = new Int32Array(mapShared(fd, 4096));
  expect(words).toHaveLength(1024);
  words[2] = 0x01020304;
  expect([...readAt(fd, 8, 4)]).toEqual([4, 3, 2, 1]);
  writeAt(fd, 12, new Uint8Array([9, 0, 0, 0]));
  expect(words[3]).toBe(9);
  closeFile(fd);
});

test("atomic additions of four processes are exact", async () => {
  const { path: file, fd } = pageFile("atomics");
  const words = new Int32Array(mapShared(fd, 4096));
  closeFile(fd);
  const children = [1, 2, 3, 4].map(() => startChild("atomicIncrements", file, "250000"));
  for (const child of children) expect([await child.stderr.text(), await child.exited]).toEqual(["", 0]);
  expect(Atomics.load(words, 1)).toBe(1_000_000);
});

test.skipIf(process.platform !== "linux")("a collected map is unmapped", () => {
  const { fd } = pageFile("collected");
  const mapped = () => readFileSync("/proc/self/maps", "utf8").split("/collected\n").length - 1;
  const mapAndForget = () => {
    for (let i = 0; i < 200; i++) new Int32Array(mapShared(fd, 4096))[0] = i;
  };
  mapAndForget();
  Bun.gc(true);
  expect(mapped()).toBeLessThan(100);
  closeFile(fd);
});

test("a file opened for reading cannot be mapped for writing", () => {
  const { path: file } = pageFile("read-only");
  const fd = openAt(currentDirectory, file, "read");
  expect(errnoOf(() => mapShared(fd, 4096))).toBe("EACCES");
  expect(errnoOf(() => mapShared(9999, 4096))).toBe("EBADF");
  closeFile(fd);
});
