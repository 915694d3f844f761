import { describe, expect, test } from "bun:test";
import { BzError } from "../../model/errors";
import { issueOf, type SectionBuilder, type SectionLine } from "../../storage/section-writer";
import { blockLength, rulesVersions, type SectionKind } from "../../storage/snapshot-sections";
import { verifySnapshot } from "../../storage/snapshot-verification";
import type { SnapshotLine } from "../../storage/snapshot-writer";
import { sectionIn, withForgedSection } from "../helpers/forged-section";
import { line } from "../helpers/story";
import {
  openedSnapshot,
  snapshotLine,
  type WrittenSnapshot,
  writtenSnapshot,
} from "../helpers/written-snapshot";
import { flipBit } from "./segment-samples";

const lines = ["bd-1", "bd-2", "bd-3"].map((id) => snapshotLine(id, line(id, id)));
const ramp = Uint8Array.from({ length: 3 * blockLength + 100 }, (_, index) => (index * 7) ^ (index >> 8));

describe("a section of a snapshot", () => {
  test.each([0, 1, blockLength - 1, blockLength, blockLength + 1, ramp.length])(
    "of %d bytes is read as it was written, whole and in pieces",
    (length) => {
      const content = ramp.subarray(0, length);
      const { snapshot } = written([sectionOf("words", content, 1000), sectionOf("heads", ramp, 1 << 20)]);
      verifySnapshot(snapshot);
      const section = sectionIn(snapshot, "words");
      expect(section.length).toBe(length);
      expect(section.read(0, length)).toEqual(content);
      for (const offset of [0, 1, blockLength - 1, blockLength, blockLength + 1, 2 * blockLength - 3, length])
        for (const wanted of [0, 1, 8, blockLength, blockLength + 9])
          expect(section.read(offset, wanted)).toEqual(content.subarray(offset, offset + wanted));
      expect(sectionIn(snapshot, "heads").read(0, ramp.length)).toEqual(ramp);
    },
  );

  test("costs nothing until it is asked for, then its checksums and the blocks of what is asked for", () => {
    const { snapshot, process } = written([sectionOf("words", ramp, ramp.length)]);
    const before = process.calls.length;
    const namesOfCalls = () => process.calls.slice(before).map(({ name }) => name);
    const section = sectionIn(snapshot, "words");
    expect(namesOfCalls()).toEqual([]);
    section.read(blockLength + 5, 10);
    expect(namesOfCalls()).toEqual(["read", "read"]);
    section.read(blockLength + 500, 10);
    expect(namesOfCalls()).toEqual(["read", "read"]);
    section.read(0, 10);
    expect(namesOfCalls()).toEqual(["read", "read", "read"]);
  });

  test("is made from every line in its order, parsed once for all builders", () => {
    const seen: string[] = [];
    const watch = (kind: SectionKind): SectionBuilder => ({
      ...sectionOf(kind, ramp, 100),
      add: (added) => {
        for (const each of added) seen.push(`${kind} ${each.ordinal} ${each.id} ${issueOf(each)?.title}`);
      },
    });
    written([watch("words"), watch("heads")]);
    expect(seen).toEqual(
      ["words", "heads"].flatMap((kind) => lines.map(({ id }, index) => `${kind} ${index} ${id} ${id}`)),
    );
  });

  test("a line that is no issue does not keep a snapshot from being written", () => {
    const issues: ReturnType<typeof issueOf>[] = [];
    const builder = {
      ...sectionOf("words", ramp, 100),
      add: (each: readonly SectionLine[]) => issues.push(...each.map((line) => issueOf(line))),
    };
    const broken = snapshotLine("bd-9", '{"id":');
    expect(written([builder], [broken]).snapshot.line("bd-9")).toBe('{"id":');
    expect(issues).toEqual([undefined]);
  });

  test("that is damaged is named when a damaged block is asked for; others are still read", () => {
    const { snapshot, bytes } = written([sectionOf("words", ramp, 5000)]);
    const start = indexOf(bytes, ramp);
    const struck = openedSnapshot(flipBit(bytes, (start + blockLength + 3) * 8));
    const section = sectionIn(struck, "words");
    expect(section.read(10, 20)).toEqual(ramp.subarray(10, 30));
    expect(() => section.read(blockLength, 1)).toThrow(
      `the section of words at offset ${start}: its block at offset ${start + blockLength} does not verify.`,
    );
    expect(() => section.read(10, blockLength)).toThrow(BzError);
    expect(() => verifySnapshot(struck)).toThrow(BzError);
    expect(struck.line("bd-1")).toBe(snapshot.line("bd-1"));
  });

  test("whose checksums, or whose entry in the table, are damaged is named", () => {
    const { bytes } = written([sectionOf("words", ramp, 5000)]);
    const checksumsAt = indexOf(bytes, ramp) + ramp.length;
    expect(() => sectionIn(openedSnapshot(flipBit(bytes, checksumsAt * 8)), "words").read(0, 1)).toThrow(
      `the list of checksums at offset ${checksumsAt} does not verify.`,
    );
    for (let at = checksumsAt + 4 * 8; at < bytes.length - 48; at += 1)
      expect(() => openedSnapshot(flipBit(bytes, at * 8)).sections.of("words")).toThrow(
        /the table of sections at offset \d+ does not verify/,
      );
  });

  test("that is not there, or made by other rules, is not asked, but verified", () => {
    const { snapshot, bytes } = written([sectionOf("words", ramp, 5000), sectionOf("heads", ramp, 5000)]);
    expect(snapshot.sections.missing).toEqual(["dependents", "columns"]);
    for (const rulesVersion of [0, rulesVersions.words + 1]) {
      const other = withForgedSection(bytes, "words", { rulesVersion });
      const { sections } = openedSnapshot(other);
      expect(sections.of("words")).toBeUndefined();
      expect(sections.of("heads")?.read(0, ramp.length)).toEqual(ramp);
      expect(sections.missing).toEqual(["dependents", "columns", "words"]);
      verifySnapshot(openedSnapshot(other));
      const struck = openedSnapshot(flipBit(other, (indexOf(other, ramp) + 9) * 8));
      expect(() => verifySnapshot(struck)).toThrow("the section of words at offset");
    }
  });
});

function sectionOf(kind: SectionKind, content: Uint8Array, partLength: number): SectionBuilder {
  return {
    kind,
    add: () => undefined,
    *parts() {
      for (let at = 0; at < content.length; at += partLength) yield content.subarray(at, at + partLength);
    },
  };
}

function written(
  builders: readonly SectionBuilder[],
  content: readonly SnapshotLine[] = lines,
): WrittenSnapshot {
  return writtenSnapshot(content, [], builders);
}

function indexOf(bytes: Uint8Array, content: Uint8Array): number {
  return Buffer.from(bytes).indexOf(content);
}
