import { expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { storeWithWrites } from "../helpers/moments";
import { faceIn, put, replaceFace, sync, titlesIn, write } from "../helpers/simulated-face";
import { SimulatedWorld } from "../helpers/simulated-world";
import { line } from "../helpers/story";
import { tester } from "../helpers/tester";
import { anyLine } from "../model/line-samples";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

/** Lines of all dialects with odd keys and spaces, each of another issue, sorted by id. */
const anyFace = fc
  .array(anyLine, { minLength: 1, maxLength: 5 })
  .map((lines) => lines.map((line, at) => line.replace(/("id": ?)"i"/, `$1"t-${at}"`)));

test("a line of any dialect goes from the face to the store and back as the bytes it was, and so in the next clone", async () => {
  await fc.assert(
    fc.asyncProperty(anyFace, async (lines) => {
      const first = await throughStore(lines);
      const next = await throughStore(first);
      expect(next).toEqual(first);
      // The checksum in a stamp says whose line it is, so a line with the stamp of another one is an edit of that.
      for (const [at, line] of lines.entries()) if (!line.includes("_stamp")) expect(first[at]).toBe(line);
    }),
    { numRuns: 30 },
  );
});

test("white space around a line stays in the face, and in no log: the next write can be read", async () => {
  const { world } = storeWithWrites(1);
  await sync(world);
  for (const [at, [before, behind]] of [
    ["", " "],
    ["", "\r\r"],
    ["", "\t\r"],
    [" \t", ""],
    ["\uFEFF ", "\r "],
  ].entries()) {
    const own = `${before}${line(`t-own${at}`, "Own")}${behind}\n`;
    const edited = faceIn(world).replace(
      /(?<=\n|^)([^\n]*"t-third"[^\n]*)/,
      (text) => `${before}${text.replace(/"title":"[^"]*"/, `"title":"Third ${at}"`)}${behind}`,
    );
    replaceFace(world, edited + own);
    write(world, [put(`t-mine${at}`, "Mine")]);
    await sync(world);
    expect(faceIn(world)).toContain(own);
    expect(titlesIn(world)).toMatchObject({
      [`t-own${at}`]: "Own",
      [`t-mine${at}`]: "Mine",
      "t-third": `Third ${at}`,
    });
  }
});

/** The lines of the face after a store was made from it, compacted, and its face written anew from nothing. */
async function throughStore(lines: readonly string[]): Promise<string[]> {
  const world = SimulatedWorld.withWorkspace(lines);
  await world.start().store().compact();
  world.remove("issues.jsonl");
  await world.start().store().sync(tester);
  const text = new TextDecoder().decode(world.file("issues.jsonl")?.read(0, 1 << 20));
  return text.split("\n").filter((line) => line !== "");
}
