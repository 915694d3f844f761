import { describe, expect, test } from "bun:test";
import { SystemCallError } from "../../native/errno";
import type { Directory, FileSystem } from "../../storage/file-system";
import { NativeFileSystem, readSmallFile } from "../../storage/native-file-system";
import { beadsPath, SimulatedWorld } from "../helpers/simulated-world";
import { temporaryDirectory } from "../helpers/workspace";

/** What the seam promises, of the real disk and of its double. */
const disks: Record<string, () => { fileSystem: FileSystem; path: string }> = {
  "the disk": () => ({ fileSystem: new NativeFileSystem(), path: temporaryDirectory("file-system") }),
  "the simulated disk": () => ({ fileSystem: simulated().fileSystem, path: beadsPath }),
};

// A file of Linux that opens well and answers every read at its start with EIO.
test.skipIf(process.platform !== "linux")(
  "a disk that fails is not called a request that cannot be done",
  () => {
    const failure = expect.objectContaining({ code: "STORAGE_FAILED" });
    expect(() => readSmallFile("/proc/self/mem")).toThrow(failure);
  },
);

for (const [name, make] of Object.entries(disks)) {
  describe(`an exchange on ${name}`, () => {
    test("swaps two names, and each file keeps its number, its links and what it holds", () => {
      const { directory } = open(make);
      const before = [put(directory, "one", "first"), put(directory, "other", "second")];
      expect(directory.exchange("one", "other")).toBe(true);
      expect([content(directory, "one"), content(directory, "other")]).toEqual(["second", "first"]);
      expect([directory.status("other")?.inode, directory.status("one")?.inode]).toEqual(before);
      expect([directory.status("other")?.links, directory.status("one")?.links]).toEqual([1, 1]);
    });

    test("reaches into another directory", () => {
      const { directory } = open(make);
      directory.makeDirectory("below", 0o700);
      const below = directory.openDirectory("below");
      if (below === undefined) throw new Error("below is not there");
      put(directory, "one", "first");
      put(below, "other", "second");
      expect(directory.exchange("one", "other", below)).toBe(true);
      expect([content(directory, "one"), content(below, "other")]).toEqual(["second", "first"]);
      expect(below.remove("other")).toBe(true);
      expect(content(directory, "one")).toBe("second");
    });

    test("beside it, a second name is another name of the same file", () => {
      const { directory } = open(make);
      directory.makeDirectory("below", 0o700);
      const below = directory.openDirectory("below");
      if (below === undefined) throw new Error("below is not there");
      const inode = put(directory, "one", "first");
      expect(directory.link("one", "other", below)).toBe(true);
      expect(below.status("other")).toMatchObject({ inode, links: 2 });
      expect(errnoOf(() => directory.link("one", "other", below))).toBe("EEXIST");
      expect(errnoOf(() => directory.link("absent", "more", below))).toBe("ENOENT");
      put(directory, "new", "second");
      directory.rename("new", "one");
      expect([content(directory, "one"), content(below, "other")]).toEqual(["second", "first"]);
      expect(below.status("other")?.links).toBe(1);
    });

    test("with a name that is not there is ENOENT, and nothing has changed", () => {
      const { directory } = open(make);
      put(directory, "one", "first");
      for (const [one, other] of [
        ["one", "absent"],
        ["absent", "one"],
        ["absent", "absent too"],
      ] as const) {
        expect(errnoOf(() => directory.exchange(one, other))).toBe("ENOENT");
        expect(directory.list()).toEqual(["one"]);
        expect(content(directory, "one")).toBe("first");
      }
    });
  });

  test(`the time of a file's last change is what it was set to on ${name}`, () => {
    const { directory } = open(make);
    const file = directory.create("dated", 0o600);
    const { changedNs } = file.status();
    file.setModified(1_600_000_000_123);
    expect(file.status().modifiedNs).toBe(1_600_000_000_123_000_000n);
    expect(directory.status("dated")?.modifiedNs).toBe(1_600_000_000_123_000_000n);
    // Nobody can set this one: what was set back still shows as changed.
    expect(file.status().changedNs).toBeGreaterThanOrEqual(changedNs);
  });
}

test("an exchange that was not synced arrives as a whole or not at all", () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 60; seed += 1) {
    const { world, directory } = exchanged();
    directory.close();
    seen.add(contentsAfter(world, seed));
  }
  expect([...seen].sort()).toEqual(["first second", "second first"]);
});

test("an exchange whose directory was synced is still there after a power cut", () => {
  for (let seed = 0; seed < 60; seed += 1) {
    const { world, directory } = exchanged();
    directory.sync();
    expect(contentsAfter(world, seed)).toBe("second first");
  }
});

test("an exchange that arrives late does not undo a later one that was synced", () => {
  for (let seed = 0; seed < 60; seed += 1) {
    const { world, directory } = exchanged();
    directory.exchange("one", "other");
    directory.sync();
    expect(contentsAfter(world, seed)).toBe("first second");
  }
});

test("a fork of the simulated disk can still lose an exchange", () => {
  const { world } = exchanged();
  const fork = world.fork();
  expect(contentsAfter(fork, 0)).toBe("first second");
  expect(contentsAfter(fork, 1)).toBe("second first");
});

test("a simulated disk that cannot exchange says so, also after a power cut, and nothing has changed", () => {
  const { world, directory } = exchanged();
  world.disk.canExchange = false;
  expect(directory.exchange("one", "other")).toBe(false);
  expect(content(directory, "one")).toBe("second");
  expect(errnoOf(() => directory.exchange("one", "absent"))).toBe("ENOENT");
  for (const successor of [world.powerCut(1), world.fork()])
    expect(openSimulated(successor).exchange("one", "other")).toBe(false);
});

test("a removed simulated directory has no names to exchange", () => {
  const { world, directory } = exchanged();
  world.remove();
  expect(errnoOf(() => directory.exchange("one", "other"))).toBe("ENOENT");
});

function simulated(world = SimulatedWorld.withWorkspace()) {
  return { world, fileSystem: world.start().environment.fileSystem };
}

/** `one` holds "first" and `other` "second", all of it durable, and then they are exchanged. */
function exchanged(): { world: SimulatedWorld; directory: Directory } {
  const world = SimulatedWorld.withWorkspace();
  const directory = openSimulated(world);
  put(directory, "one", "first");
  put(directory, "other", "second");
  world.disk.settle();
  expect(directory.exchange("one", "other")).toBe(true);
  return { world, directory };
}

function contentsAfter(world: SimulatedWorld, seed: number): string {
  const directory = openSimulated(world.powerCut(seed));
  return `${content(directory, "one")} ${content(directory, "other")}`;
}

function openSimulated(world: SimulatedWorld): Directory {
  return open(() => ({ fileSystem: simulated(world).fileSystem, path: beadsPath })).directory;
}

function open(make: () => { fileSystem: FileSystem; path: string }): { directory: Directory } {
  const { fileSystem, path } = make();
  const directory = fileSystem.openDirectory(path);
  if (directory === undefined) throw new Error(`${path} is not there`);
  return { directory };
}

/** The number of the new file. */
function put(directory: Directory, name: string, text: string): bigint {
  const file = directory.create(name, 0o600);
  file.append(new TextEncoder().encode(text));
  file.sync();
  const { inode } = file.status();
  file.close();
  return inode;
}

function content(directory: Directory, name: string): string | undefined {
  const file = directory.open(name, "read");
  if (file === undefined) return undefined;
  const text = new TextDecoder().decode(file.read(0, 100));
  file.close();
  return text;
}

function errnoOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof SystemCallError) return error.code;
    throw error;
  }
  throw new Error("the call succeeded");
}
