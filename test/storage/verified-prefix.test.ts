import { expect, test } from "bun:test";
import {
  decodeStatusPage,
  encodeStatusPage,
  type StatusPage,
  statusPageLength,
} from "../../storage/status-page";
import { prefixChecksum, segmentHeaderLength } from "../../storage/wal-format";
import { storeWithWrites } from "../helpers/moments";
import type { FileNode } from "../helpers/simulated-file";
import { attempt, codeOf, type SimulatedWorld } from "../helpers/simulated-world";
import { compactIn } from "../helpers/story";
import { saltOf } from "./segment-samples";

test("a write says of the frames before its own that they verify, and with which checksum", () => {
  const { world, story } = storeWithWrites(3);
  const before = pageOf(world);
  story.writeWell(world);
  const { prefix } = pageOf(world);
  expect(prefix).toMatchObject({ offset: before.confirmedOffset, lastSequence: before.confirmedSequence });
  expect(prefix?.checksum).toBe(checksumOf(world, before.confirmedOffset));
});

test("the first write of a segment has no frame to say that of", () => {
  const { world } = storeWithWrites(1);
  expect(pageOf(world).prefix).toBeUndefined();
});

test("a write that somebody was faster than says it of what it read itself, and takes back nothing that the other one said of more", () => {
  for (const others of [1, 2]) {
    const { world, story } = storeWithWrites(3);
    const read = pageOf(world).confirmedOffset;
    let longest = 0;
    const process = world.start(({ name }) => {
      if (name === "tryLock" && longest === 0)
        for (let count = 0; count < others; count += 1) {
          longest = pageOf(world).confirmedOffset;
          story.writeWell(world);
        }
      return undefined;
    });
    story.write(process);
    process.kill();
    expect(longest).toBeGreaterThanOrEqual(read);
    expect(pageOf(world).prefix?.offset).toBe(longest);
    expect(story.check(world)).toHaveLength(3 + others + 1);
  }
});

test("frames whose bytes have that checksum are not verified again, and all others are; but a compaction and the check of a store look at each", async () => {
  const { world } = storeWithWrites(4);
  const segment = fileOf(world, "store/wal.1");
  const bytes = segment.read(0, 1 << 20);
  const title = Buffer.from(bytes).indexOf("title");
  segment.write(title, Buffer.from("tItle"), world.disk.tick());
  expect(readingAll(world)).toBe("CORRUPT");
  const page = pageOf(world);
  if (page.prefix === undefined) throw new Error("the fourth write says nothing of those before it");
  expect(title).toBeLessThan(page.prefix.offset);
  const checksum = checksumOf(world, page.prefix.offset);
  const forged = encodeStatusPage({ ...page, prefix: { ...page.prefix, checksum } });
  fileOf(world, "store/lock").write(0, forged, world.disk.tick());
  expect(readingAll(world)).toBe("done");
  expect(codeOf(compactIn(world.start()))).toBe("CORRUPT");
  const { findings } = await world.start().store().check();
  const failed = findings.filter(({ status }) => status === "failure").map(({ check }) => check);
  expect(failed).toContain("log");
});

/** What a reader of every issue is told. */
function readingAll(world: SimulatedWorld): ReturnType<typeof codeOf> {
  const store = world.start().store();
  return codeOf(attempt(() => store.read((view) => [...view.state.issues()].length)));
}

function fileOf(world: SimulatedWorld, name: string): FileNode {
  const file = world.file(name);
  if (file === undefined) throw new Error(`${name} is not there`);
  return file;
}

function pageOf(world: SimulatedWorld): StatusPage {
  const page = decodeStatusPage(fileOf(world, "store/lock").read(0, statusPageLength));
  if (page === undefined) throw new Error("there is no status page");
  return page;
}

/** Of the frames of the first segment that end before the offset. */
function checksumOf(world: SimulatedWorld, offset: number): bigint {
  const bytes = fileOf(world, "store/wal.1").read(0, offset);
  return prefixChecksum(bytes.subarray(segmentHeaderLength), saltOf(bytes));
}
