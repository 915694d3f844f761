import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { closeFile, currentDirectory, openAt } from "../../native/file";
import { isProcessAlive, isTerminal, processId, randomBytes, userId, writeAllTo } from "../../native/process";
import { errnoOf, startChild, temporaryDirectory } from "./helpers";

const path = temporaryDirectory();

test("the process knows its number and its user", () => {
  expect(processId()).toBe(process.pid);
  expect(userId()).toBe(process.geteuid?.() ?? -1);
});

test("a Bun that shows nothing but bun:ffi is good enough", async () => {
  const file = join(path, "mapped");
  writeFileSync(file, new Uint8Array(Int32Array.of(42, ...new Array<number>(1023).fill(0)).buffer));
  const child = startChild("onlyDocumentedFfi", file);
  const [said, errors] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect(errors).toBe("");
  expect(said.split("\n")).toEqual(["42", expect.stringContaining("no such file or directory"), ""]);
});

test("random bytes are as many as were asked for, also beyond what the kernel gives at once, and others every time", () => {
  const lengths = [0, 1, 4, 16, 256, 257, 1000];
  expect(lengths.map((length) => randomBytes(length).length)).toEqual(lengths);
  const [one, other] = [randomBytes(1000), randomBytes(1000)];
  expect(one).not.toEqual(other);
  // Of 256 values about 5 are missing from a thousand bytes.
  expect(new Set(one).size).toBeGreaterThan(200);
  expect(one.subarray(-16).some((byte) => byte !== 0)).toBe(true);
});

test("a process is alive until it has ended", async () => {
  expect(isProcessAlive(process.pid)).toBe(true);
  expect(isProcessAlive(1)).toBe(true);
  const child = startChild("exit", "", "0");
  await child.exited;
  expect(isProcessAlive(child.pid)).toBe(false);
});

test("numbers that no process has are not alive, and never mean a group of processes", () => {
  for (const pid of [0, -1, 1.5, Number.NaN, 2 ** 31, 2 ** 40]) expect(isProcessAlive(pid)).toBe(false);
});

test("a file is no terminal, and neither is a closed descriptor", () => {
  const fd = openAt(currentDirectory, "/dev/null", "read");
  expect(isTerminal(fd)).toBe(false);
  closeFile(fd);
  expect(isTerminal(fd)).toBe(false);
});

test("a writer waits for a slow reader of a pipe that does not block", async () => {
  const fifo = join(path, "fifo");
  Bun.spawnSync(["mkfifo", fifo]);
  const fd = openAt(currentDirectory, fifo, "update");
  const copy = join(path, "copy");
  const reader = Bun.spawn(["bash", "-c", `sleep 0.1; head -c 1000000 "$0" > "$1"`, fifo, copy], {
    env: { PATH: process.env.PATH },
    timeout: 30_000,
  });
  const bytes = new Uint8Array(1_000_000).map((_, index) => index % 251);
  expect(writeAllTo(fd, bytes)).toBe("written");
  await reader.exited;
  expect(new Uint8Array(readFileSync(copy))).toEqual(bytes);
  closeFile(fd);
});

test("a writer whose reader has gone is told so and lives on", async () => {
  const child = startChild("flood");
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  expect(await child.stderr.text()).toBe("closed");
  expect(await child.exited).toBe(0);
});

test("any other failed write is an error", () => {
  expect(errnoOf(() => writeAllTo(9999, new Uint8Array(1)))).toBe("EBADF");
});

test("exitNow ends the process with its code and runs no exit handler", async () => {
  const child = startChild("exit", "", "7");
  expect(await child.exited).toBe(7);
  expect(await child.stdout.text()).toBe("");
});
