import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { FileStatus } from "../../native/file-status";
import type { Directory, OpenFile } from "../../storage/file-system";
import {
  bootIdBytes,
  decodeStatusPage,
  encodeStatusPage,
  laterMount,
  readCurrentStatus,
  readStatusPage,
  type StatusPage,
  standingOf,
  statusPageLength,
  writeStatusPage,
} from "../../storage/status-page";
import { beadsPath, SimulatedWorld } from "../helpers/simulated-world";
import { flipBit } from "./segment-samples";

const boot = Uint8Array.from({ length: 16 }, () => 1);
const page: StatusPage = {
  bootId: boot,
  storeId: Uint8Array.from({ length: 16 }, () => 2),
  device: 2049n,
  inode: 5n,
  generation: 3,
  confirmedOffset: 4711,
  confirmedSequence: 12,
  sealed: false,
  unproven: false,
  mount: 77,
  prefix: { offset: 4000, lastSequence: 11, lastChecksum: 3n, checksum: 4n, isPlain: true },
};

describe("the bytes of a status page", () => {
  test("are read as they were written", () => {
    const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 });
    const uint53 = fc.nat({ max: Number.MAX_SAFE_INTEGER });
    const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    const prefix = fc.record({
      offset: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      lastSequence: uint53,
      lastChecksum: uint64,
      checksum: uint64,
      isPlain: fc.boolean(),
    });
    const anyPage = fc.record({
      bootId: bytes16,
      storeId: bytes16,
      device: uint64,
      inode: uint64,
      generation: uint53,
      confirmedOffset: uint53,
      confirmedSequence: uint53,
      sealed: fc.boolean(),
      unproven: fc.boolean(),
      mount: fc.nat({ max: 0xff_ffff }),
      prefix: fc.option(prefix, { nil: undefined }),
    });
    fc.assert(
      fc.property(anyPage, (each) => {
        expect(decodeStatusPage(encodeStatusPage(each))).toEqual(each);
      }),
      { numRuns: 200 },
    );
  });

  test("count for nothing after any bit of them changed, or when they are cut short", () => {
    const bytes = encodeStatusPage(page);
    for (let bit = 0; bit < statusPageLength * 8; bit += 1)
      expect(decodeStatusPage(flipBit(bytes, bit))).toBeUndefined();
    for (let length = 0; length < statusPageLength; length += 1)
      expect(decodeStatusPage(bytes.subarray(0, length))).toBeUndefined();
    expect(decodeStatusPage(new Uint8Array(statusPageLength))).toBeUndefined();
  });

  test("half from one write and half from the next count for nothing", () => {
    const [before, after] = [encodeStatusPage(page), encodeStatusPage({ ...page, confirmedOffset: 5000 })];
    for (let cut = 73; cut < 90; cut += 1) {
      const torn = new Uint8Array([...after.subarray(0, cut), ...before.subarray(cut)]);
      expect(decodeStatusPage(torn)).toBeUndefined();
    }
  });
});

describe("a page", () => {
  test("that is being replaced is read again", () => {
    const whole = encodeStatusPage(page);
    expect(readStatusPage(fileOf([flipBit(whole, 700), whole.subarray(0, 40), whole]))).toEqual(page);
  });

  test("that stays torn is missing", () => {
    const torn = flipBit(encodeStatusPage(page), 700);
    expect(readStatusPage(fileOf([torn, torn, torn, torn, encodeStatusPage(page)]))).toBeUndefined();
  });

  test("counts within its boot and for the very file it names, is a hint for that file after a boot, and nothing else", () => {
    const otherBoot = Uint8Array.from({ length: 16 }, () => 9);
    const segment = statusOf(2049n, 5n);
    expect(standingOf(page, boot, segment)).toBe("current");
    expect(standingOf(page, otherBoot, segment)).toBe("earlier-boot");
    for (const other of [undefined, statusOf(2049n, 6n), statusOf(2050n, 5n)])
      for (const bootId of [boot, otherBoot]) expect(standingOf(page, bootId, other)).toBe("foreign");
  });

  test("whose segment a compaction moved away meanwhile is read again", () => {
    const next = { ...page, generation: 4, inode: 6n };
    const lockFile = fileOf([encodeStatusPage(page), encodeStatusPage(next)]);
    const store = directoryOf({ "wal.4": statusOf(2049n, 6n) });
    expect(readCurrentStatus(lockFile, store, boot)).toEqual(next);
  });

  test("whose segment is not there, and which does not change either, counts for nothing", () => {
    expect(readCurrentStatus(fileOf([encodeStatusPage(page)]), directoryOf({}), boot)).toBeUndefined();
  });

  test("is written into its place at the start of the lock file and leaves the rest alone", () => {
    const world = SimulatedWorld.withWorkspace();
    const file = world.start().environment.fileSystem.openDirectory(beadsPath)?.create("lock", 0o600);
    file?.append(new Uint8Array(400).fill(7));
    if (file !== undefined) writeStatusPage(file, page);
    expect(file?.read(0, statusPageLength)).toEqual(encodeStatusPage(page));
    expect(file?.read(statusPageLength, 400)).toEqual(new Uint8Array(400 - statusPageLength).fill(7));
  });
});

test("of two mounts the later one is told where their numbers went round, too, and one that is not known says nothing", () => {
  expect(laterMount(5, 7)).toBe(7);
  expect(laterMount(7, 5)).toBe(7);
  expect(laterMount(0xff_fff0, 3)).toBe(3);
  expect(laterMount(3, 0xff_fff0)).toBe(3);
  expect(laterMount(0, 9)).toBe(9);
  expect(laterMount(0xff_fff0, 0)).toBe(0xff_fff0);
});

test("a boot is named by its UUID, or by any other text that differs", () => {
  expect(bootIdBytes("00112233-4455-6677-8899-AABBCCDDEEFF\n").toHex()).toBe(
    "00112233445566778899aabbccddeeff",
  );
  expect(bootIdBytes("boot one")).toHaveLength(16);
  expect(bootIdBytes("x".repeat(32))).not.toEqual(bootIdBytes("y".repeat(32)));
  expect(bootIdBytes("boot one")).not.toEqual(bootIdBytes("boot two"));
});

/** A file that gives other bytes with each read, the last ones for ever. */
function fileOf(reads: readonly Uint8Array[]): OpenFile {
  let count = 0;
  const world = SimulatedWorld.withWorkspace();
  const file = world.start().environment.fileSystem.openDirectory(beadsPath)?.create("lock", 0o600);
  if (file === undefined) throw new Error("the workspace is there");
  file.read = () => reads[Math.min(count++, reads.length - 1)] ?? new Uint8Array(0);
  return file;
}

function directoryOf(files: Record<string, FileStatus>): Directory {
  const directory = SimulatedWorld.withWorkspace().start().environment.fileSystem.openDirectory(beadsPath);
  if (directory === undefined) throw new Error("the workspace is there");
  directory.status = (name) => files[name];
  return directory;
}

function statusOf(device: bigint, inode: bigint): FileStatus {
  return {
    device,
    inode,
    links: 1,
    size: 0,
    modifiedNs: 0n,
    changedNs: 0n,
    kind: "file",
    permissions: 0o600,
    owner: 0,
    mount: 77,
  };
}
