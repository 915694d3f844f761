import { expect, test } from "bun:test";
import fc from "fast-check";
import { compareIds } from "../../model/issue-id";
import { ContentWriter, contentBlockLength, contentSums } from "../../storage/face-content";
import type { Directory } from "../../storage/file-system";
import { copyEdited, editsOf, type FaceChange } from "../../storage/spliced-face";
import { makeFile } from "../helpers/simulated-face";
import { beadsPath, SimulatedWorld } from "../helpers/simulated-world";
import { line } from "../helpers/story";

const encoder = new TextEncoder();
const ids = ["a", "a-1", "a-1.b", "a-10", "a-2", "b", "é", "\uffff", "\u{10000}", "z-9"].sort(compareIds);
const anId = fc.constantFrom(...ids);
/** Some fill the window in which a line is looked for several times, some more than a block of the file. */
const aTitle = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(2000, 5000, 40_000, contentBlockLength + 17).map((length) => "x".repeat(length)),
);
const someLines = fc.dictionary(anId, aTitle, { noNullPrototype: true });
const someChanges = fc.dictionary(anId, fc.option(aTitle), { noNullPrototype: true });

function directoryWith(content: string): Directory {
  const world = SimulatedWorld.withWorkspace();
  makeFile(world, "issues.jsonl", content);
  const directory = world.start().environment.fileSystem.openDirectory(beadsPath);
  if (directory === undefined) throw new Error("it is there");
  return directory;
}

function faceOf(titles: Readonly<Record<string, string>>): string {
  const present = Object.keys(titles).sort(compareIds);
  return present.map((id) => `${line(id, titles[id] ?? "")}\n`).join("");
}

function changesOf(titles: Readonly<Record<string, string | null>>): FaceChange[] {
  const changed = Object.keys(titles).sort(compareIds);
  return changed.map((id) => {
    const title = titles[id];
    return { id, bytes: typeof title === "string" ? encoder.encode(line(id, title)) : undefined };
  });
}

/** The face with the changes, and what its writer and its reader say of it. */
function splice(before: string, changes: readonly FaceChange[]) {
  const directory = directoryWith(before);
  const face = directory.open("issues.jsonl", "read");
  if (face === undefined) throw new Error("it is there");
  const edits = editsOf(face, encoder.encode(before).length, changes);
  const output = directory.create("new", 0o600);
  const writer = new ContentWriter(output);
  const read = copyEdited(face, edits, writer);
  const written = writer.finish();
  return { edits, read, written, bytes: output.read(0, 1 << 28), length: writer.length };
}

test("a face with changes spliced in is the one that is written anew, byte for byte", () => {
  fc.assert(
    fc.property(someLines, someChanges, (titles, changes) => {
      const before = faceOf(titles);
      const left = Object.entries({ ...titles, ...changes }).filter(
        (each): each is [string, string] => each[1] !== null,
      );
      const after = encoder.encode(faceOf(Object.fromEntries(left)));
      const spliced = splice(before, changesOf(changes));
      expect(Buffer.compare(spliced.bytes, after)).toBe(0);
      expect(spliced.length).toBe(after.length);
      expect(spliced.read).toEqual(contentSums(encoder.encode(before)));
      expect(spliced.written).toEqual(contentSums(after));
    }),
    { numRuns: 300 },
  );
}, 30_000);

test("changes that stand in the face already, and issues that are not to stand there and do not, are no edits", () => {
  const titles = { a: "A", b: "B" };
  expect(splice(faceOf(titles), changesOf({ ...titles, c: null })).edits).toEqual([]);
  expect(splice("", changesOf({ c: null })).edits).toEqual([]);
});

test("a place is found in steps, however large the face is", () => {
  const titles = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`t-${at}`, `Issue ${at}`]));
  const before = faceOf(titles);
  const directory = directoryWith(before);
  const face = directory.open("issues.jsonl", "read");
  if (face === undefined) throw new Error("it is there");
  let readBytes = 0;
  const counted = {
    ...face,
    read: (offset: number, length: number) => {
      readBytes += length;
      return face.read(offset, length);
    },
  };
  const edits = editsOf(
    counted as typeof face,
    before.length,
    changesOf({ "t-77": "Other", "t-new": "New" }),
  );
  expect(edits).toHaveLength(2);
  expect(readBytes).toBeLessThan(2 * 14 * 4096);
});

test("where a line is no issue, that is said", () => {
  expect(() => splice("{}\n", changesOf({ a: "A" }))).toThrow();
  expect(() => splice("no line of ours", changesOf({ a: "A" }))).toThrow();
});

test("the checksum of a content does not depend on how it came", () => {
  const bytes = crypto.getRandomValues(new Uint8Array(65_536));
  const content = Buffer.concat(Array.from({ length: 13 }, () => bytes));
  for (const piece of [1000, contentBlockLength, 1 << 20]) {
    const writer = new ContentWriter(directoryWith("").create("new", 0o600));
    for (let at = 0; at < content.length; at += piece) writer.write(content.subarray(at, at + piece));
    expect(writer.finish()).toEqual(contentSums(content));
  }
  expect(new ContentWriter(directoryWith("").create("new", 0o600)).finish()).toEqual(
    contentSums(new Uint8Array(0)),
  );
});
