import { expect, test } from "bun:test";
import fc from "fast-check";
import { compareIds } from "../../model/issue-id";
import { compareFaceFile } from "../../storage/compared-face";
import { contentBlockLength, contentSums } from "../../storage/face-content";
import { differingLines } from "../../storage/face-difference";
import { LineWindow } from "../../storage/line-window";
import { makeFile } from "../helpers/simulated-face";
import { beadsPath, SimulatedWorld } from "../helpers/simulated-world";
import { line } from "../helpers/story";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();
const plainIds = ["a", "a-1", "a-1.b", "a-10", "a-2", "b", "c", "z-9"];
const aPlainId = fc.constantFrom(...plainIds);
const anId = fc.constantFrom(...plainIds, "é", "\uffff", "\u{10000}");
const aTitle = fc.oneof(
  fc.constantFrom("", "x", "y"),
  fc.constantFrom(3000, (1 << 18) - 50, (1 << 18) + 17).map((length) => "x".repeat(length)),
);
const somePlainTitles = fc.dictionary(aPlainId, aTitle, { noNullPrototype: true });
const someTitles = fc.dictionary(anId, aTitle, { noNullPrototype: true });
/** What a face may hold besides, in whatever order. */
const anOddLine = fc.oneof(
  fc.constantFrom(
    "",
    "<<<<<<< a",
    '{"_type":"memory"}',
    "{broken",
    `\uFEFF${line("a", "x")}`,
    `${line("b", "x")}\r`,
  ),
  fc.tuple(anId, aTitle).map(([id, title]) => line(id, title)),
  anId.map((id) => `{ "id": ${JSON.stringify(id)}}`),
);

function sortedLines(titles: Readonly<Record<string, string>>): string[] {
  const ids = Object.keys(titles).sort(compareIds);
  return ids.map((id) => line(id, titles[id] ?? ""));
}

function differences(face: string, stored: readonly string[]): string[] {
  const world = SimulatedWorld.withWorkspace();
  const text = `head${stored.map((each) => `${each}\n`).join("")}`;
  makeFile(world, "stored", `${text}tail`);
  makeFile(world, "face", face);
  const directory = world.start().environment.fileSystem.openDirectory(beadsPath);
  const window = (name: string, offset: number, length: number): LineWindow => {
    const file = directory?.open(name, "read");
    if (file === undefined) throw new Error("it is there");
    return new LineWindow({ file, offset, length });
  };
  const lines = differingLines(
    window("face", 0, encoder.encode(face).length),
    window("stored", 4, encoder.encode(text).length - 4),
  );
  return Array.from(lines, ({ bytes }) => decoder.decode(bytes));
}

test("lines of a sorted face are passed over just when they are stored in these bytes", () => {
  fc.assert(
    fc.property(somePlainTitles, somePlainTitles, fc.boolean(), (titles, changed, isWhole) => {
      const stored = sortedLines(titles);
      const present = sortedLines(isWhole ? { ...titles, ...changed } : changed);
      const face = present.map((each) => `${each}\n`).join("");
      expect(differences(face, stored)).toEqual(present.filter((each) => !stored.includes(each)));
    }),
    { numRuns: 300 },
  );
}, 30_000);

test("no line that is not stored in these bytes is passed over, whatever else the face holds and however it ends", () => {
  fc.assert(
    fc.property(
      someTitles,
      fc.array(anOddLine, { maxLength: 6 }),
      fc.boolean(),
      fc.nat(),
      (titles, odd, ends, seed) => {
        const stored = sortedLines(titles);
        const present = [...stored];
        for (const [at, each] of odd.entries())
          present.splice((seed + at * 7) % (present.length + 1), 0, each);
        const text = present.join("\n");
        const found = differences(ends ? `${text}\n` : text, stored);
        const missed = present.filter(
          (each) => !stored.includes(each) && each !== "" && !found.includes(each),
        );
        expect(missed).toEqual([]);
        for (const each of found) expect(["", ...present]).toContain(each);
      },
    ),
    { numRuns: 300 },
  );
}, 30_000);

test("the last line counts as stored only with its line feed", () => {
  const stored = [line("a", "A"), line("b", "B")];
  expect(differences(stored.join("\n"), stored)).toEqual([line("b", "B")]);
  expect(differences(`${stored.join("\n")}\n`, stored)).toEqual([]);
  expect(differences("", stored)).toEqual([]);
  expect(differences(`${line("a", "A")}\n`, [])).toEqual([line("a", "A")]);
});

test("a content that is compared while it is read has the checksum that it has at once", () => {
  const world = SimulatedWorld.withWorkspace();
  makeFile(world, "stored", "");
  const directory = world.start().environment.fileSystem.openDirectory(beadsPath);
  const file = directory?.open("stored", "read");
  if (directory === undefined || file === undefined) throw new Error("it is there");
  const lengths = [0, 1, contentBlockLength - 1, contentBlockLength, contentBlockLength + 1];
  for (const length of [...lengths, 3 * contentBlockLength])
    for (const lineLength of [100, 2 * contentBlockLength]) {
      const bytes = new Uint8Array(length).map((_, at) => (at % lineLength === 99 ? 0x0a : 11 + (at % 241)));
      makeFile(world, `face-${length}-${lineLength}`, bytes);
      const compared = compareFaceFile(
        directory,
        `face-${length}-${lineLength}`,
        { all: { file, offset: 0, length: 0 }, from: () => undefined },
        { isSummed: true },
      );
      expect(compared?.sums).toEqual(contentSums(bytes));
      const lines = compared?.lines.map(({ bytes: each, isTerminated }) => [
        ...each,
        ...(isTerminated ? [10] : []),
      ]);
      expect(new Uint8Array(lines?.flat() ?? [])).toEqual(bytes);
    }
});
