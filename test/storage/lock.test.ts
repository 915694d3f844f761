import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BzError } from "../../model/errors";
import { nativeEnvironment } from "../../storage/environment";
import type { Directory } from "../../storage/file-system";
import { WriterLock } from "../../storage/lock";
import { NativeFileSystem } from "../../storage/native-file-system";
import { lockFileLength } from "../../storage/status-page";
import { beadsPath, type SimulatedProcess, SimulatedWorld } from "../helpers/simulated-world";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

const environment = nativeEnvironment();

/** A `store/` on the real disk, and locks on it as different commands have them. */
function realStore(): { path: string; store: Directory; open: () => WriterLock } {
  const path = mkdtempSync(join(tmpdir(), "bz-lock-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  const directory = (): Directory => {
    const opened = new NativeFileSystem().openDirectory(path);
    if (opened === undefined) throw new Error("the directory was just made");
    return opened;
  };
  const open = (): WriterLock => {
    const store = directory();
    return new WriterLock(store.openOrCreate("lock", 0o600), store, environment);
  };
  return { path, store: directory(), open };
}

describe("the writers' lock", () => {
  test("is held by one at a time and free again after a release", () => {
    const { open } = realStore();
    const [one, other] = [open(), open()];
    expect(one.acquire("q", 100)).toBe(true);
    expect(errorOf(() => other.acquire("q", 0))).toMatchObject({ code: "LOCK_TIMEOUT", retryable: true });
    one.release();
    expect(other.acquire("q", 0)).toBe(true);
    other.release();
  });

  test("that could not be completed is free again, although its file stays mapped", () => {
    const world = SimulatedWorld.withWorkspace();
    const healthy = new WriterLock(...simulatedStore(world.start()));
    expect(healthy.acquire("q", 0)).toBe(true);
    healthy.release();
    const process = world.start(({ name }) =>
      name === "statusOf" ? { kind: "fail", code: "EIO" } : undefined,
    );
    const lock = new WriterLock(...simulatedStore(process));
    expect(() => lock.acquire("q", 0)).toThrow("EIO");
    lock.file.close();
    expect(healthy.acquire("q", 0)).toBe(true);
  });

  test("that is not given in time names its holder, the command and how long it has been held", () => {
    const { open, path } = realStore();
    const [one, other] = [open(), open()];
    one.acquire("add-batch", 100);
    const error = errorOf(() => other.acquire("q", 30));
    expect(error).toMatchObject({
      code: "LOCK_TIMEOUT",
      context: { timeout_ms: 30, holder_pid: process.pid, holder_command: "add-batch" },
    });
    expect(error?.message).toContain(
      `Waited 30 ms for ${path}/lock, held by process ${process.pid} (bz add-batch, for `,
    );
    expect(error?.message).toContain("Nothing was saved.");
    expect(error?.hint).toContain(`kill -CONT ${process.pid}`);
    one.release();
  });

  test.skipIf(process.platform !== "linux")(
    "that another program holds without telling is traced to that program",
    () => {
      const { open, store } = realStore();
      const foreign = store.openOrCreate("lock", 0o600);
      expect(foreign.tryLock()).toBe(true);
      const error = errorOf(() => open().acquire("q", 20));
      expect(error?.context).toMatchObject({ holder_pid: process.pid, holder_age_ms: null });
    },
  );

  test("on a file that lost its name, or whose name another file has, excludes nobody and is not taken", () => {
    const { path, open } = realStore();
    const removed = open();
    unlinkSync(join(path, "lock"));
    expect(removed.acquire("q", 0)).toBe(false);
    const replaced = removed;
    const fresh = open();
    expect(replaced.acquire("q", 0)).toBe(false);
    expect(fresh.acquire("q", 0)).toBe(true);
    expect(fresh.isPublished()).toBe(true);
    unlinkSync(join(path, "lock"));
    expect(fresh.isPublished()).toBe(false);
    fresh.release();
  });

  test("brings its file to the full size when first taken, and never again", () => {
    const { path, open } = realStore();
    const lock = open();
    expect(lock.walState).toBeUndefined();
    lock.acquire("q", 0);
    expect(statSync(join(path, "lock"))).toMatchObject({ size: lockFileLength });
    expect(statSync(join(path, "lock")).mode & 0o777).toBe(0o600);
    lock.release();
    open().acquire("q", 0);
    expect(statSync(join(path, "lock"))).toMatchObject({ size: lockFileLength });
  });

  test("completes a file that was left at any size, without touching what stands there", () => {
    const { path, open } = realStore();
    writeFileSync(join(path, "lock"), new Uint8Array(5000).fill(7));
    const lock = open();
    lock.acquire("q", 0);
    expect(lock.file.read(0, 96)).toEqual(new Uint8Array(96).fill(7));
    expect(lock.file.status().size).toBe(lockFileLength);
    lock.release();
  });

  test("counts what was taken, waited for and given up", () => {
    const { open } = realStore();
    const [one, other] = [open(), open()];
    one.acquire("q", 0);
    const late = open();
    expect(() => late.acquire("q", 5)).toThrow(BzError);
    one.release();
    other.acquire("q", 0);
    other.release();
    expect(one.walState?.metrics()).toMatchObject({
      acquisitions: 2,
      contended: 0,
      timeouts: 1,
      waiting: 0,
      hold: { count: 2 },
    });
  });
});

describe("the trip-wire", () => {
  test("tells on a writer that came through another lock file, and is free when that one ends", () => {
    const { path, open } = realStore();
    const foreign = open();
    expect(foreign.acquire("q", 0)).toBe(true);
    renameSync(`${path}/lock`, `${path}/lock.away`);
    const error = errorOf(() => open().acquire("q", 0));
    expect(error).toMatchObject({ code: "LOCK_FAILED", context: { directory: path } });
    expect(error?.message).toContain("Nothing was saved.");
    foreign.release();
    const next = open();
    expect(next.acquire("q", 0)).toBe(true);
    next.release();
  });
});

function simulatedStore({ environment }: SimulatedProcess): ConstructorParameters<typeof WriterLock> {
  const store = environment.fileSystem.openDirectory(beadsPath);
  if (store === undefined) throw new Error("the workspace is there");
  return [store.openOrCreate("lock", 0o600), store, environment];
}

function errorOf(action: () => unknown): BzError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof BzError) return error;
    throw error;
  }
}
