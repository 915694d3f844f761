import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { closeFile, currentDirectory, mapShared, openAt } from "../../native/file";
import { lockBefore, tryLock, unlock } from "../../native/file-lock";
import { errnoOf, firstLine, startChild, temporaryDirectory } from "./helpers";

const path = temporaryDirectory();

function lockFile(name: string): { path: string; open: () => number } {
  const file = join(path, name);
  writeFileSync(file, "");
  return { path: file, open: () => openAt(currentDirectory, file, "append") };
}

test("a lock excludes every other descriptor of the file until it is freed", () => {
  const { open } = lockFile("excluded");
  const [one, other] = [open(), open()];
  expect(tryLock(one)).toBe(true);
  expect(tryLock(one)).toBe(true);
  expect(tryLock(other)).toBe(false);
  unlock(one);
  expect(tryLock(other)).toBe(true);
  closeFile(other);
  expect(tryLock(one)).toBe(true);
  closeFile(one);
});

test("without time to wait the lock is only tried", () => {
  const { open } = lockFile("tried");
  const [one, other] = [open(), open()];
  tryLock(one);
  for (const timeoutMs of [0, -1, Number.NaN]) expect(lockBefore(other, timeoutMs)).toBe(false);
  unlock(one);
  expect(lockBefore(other, 0)).toBe(true);
});

test("the wait for a held lock ends at the deadline, again and again", () => {
  const { open } = lockFile("deadline");
  const [one, other] = [open(), open()];
  tryLock(one);
  for (const timeoutMs of [0.001, 1, 30, 100]) expect(lockBefore(other, timeoutMs)).toBe(false);
  unlock(one);
  expect(lockBefore(other, 100)).toBe(true);
});

test("a timer and a handler that were there before are there again after the wait", async () => {
  const { open } = lockFile("restored");
  const [one, other] = [open(), open()];
  tryLock(one);
  let alarms = 0;
  const count = () => alarms++;
  process.on("SIGALRM", count);
  expect(lockBefore(other, 30)).toBe(false);
  process.kill(process.pid, "SIGALRM");
  while (alarms === 0) await Bun.sleep(1);
  process.off("SIGALRM", count);
});

test("a held lock is waited for in another thread, too", async () => {
  const { path: file, open } = lockFile("thread");
  const fd = open();
  tryLock(fd);
  const worker = new Worker(new URL("./lock-worker.ts", import.meta.url).href, { argv: [file] });
  const answers: boolean[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  worker.onmessage = (event: MessageEvent<boolean>) => {
    answers.push(event.data);
    if (answers.length === 1) unlock(fd);
    else resolve();
  };
  await promise;
  worker.terminate();
  expect(answers).toEqual([false, true]);
});

test("a killed holder frees the lock", async () => {
  const { path: file, open } = lockFile("killed");
  const child = startChild("hold", file);
  expect(await firstLine(child.stdout)).toBe("locked");
  const fd = open();
  expect(lockBefore(fd, 50)).toBe(false);
  child.kill("SIGKILL");
  expect(lockBefore(fd, 20_000)).toBe(true);
  await child.exited;
});

test.skipIf(process.platform !== "linux")(
  "waiters get the lock in the order in which they came",
  async () => {
    const { path: file, open } = lockFile("order");
    const fd = open();
    tryLock(fd);
    const children = [];
    for (const number of ["1", "2", "3", "4"]) {
      const child = startChild("queue", file, number);
      children.push(child);
      while (!isWaiting(child.pid)) await Bun.sleep(2);
    }
    unlock(fd);
    for (const child of children) expect(await child.exited).toBe(0);
    expect(readFileSync(file, "utf8")).toBe("1\n2\n3\n4\n");
  },
);

test("increments under the lock from four processes add up", async () => {
  const { path: file, open } = lockFile("increments");
  writeFileSync(file, new Uint8Array(4096));
  const children = [1, 2, 3, 4].map(() => startChild("lockedIncrements", file, "2000"));
  for (const child of children) expect([await child.stderr.text(), await child.exited]).toEqual(["", 0]);
  const fd = openAt(currentDirectory, file, "update");
  expect(new Int32Array(mapShared(fd, 4096))[0]).toBe(8000);
  closeFile(fd);
  closeFile(open());
});

test("a descriptor that is not open cannot be locked", () => {
  expect(errnoOf(() => tryLock(9999))).toBe("EBADF");
  expect(errnoOf(() => lockBefore(9999, 10))).toBe("EBADF");
  expect(errnoOf(() => unlock(9999))).toBe("EBADF");
});

/** Lines of waiting processes have an arrow in `/proc/locks`. */
function isWaiting(pid: number): boolean {
  return readFileSync("/proc/locks", "utf8")
    .split("\n")
    .some((line) => line.includes("-> FLOCK") && line.split(/\s+/).includes(String(pid)));
}
