import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { emptySource } from "../../model/issue-source";
import { State } from "../../model/state";
import { mergedFaceLines } from "../../storage/face";
import { takeInLines } from "../../storage/face-intake";
import { FaceKeeper } from "../../storage/face-keeper";
import { lineLimitBytes, parseFace } from "../../storage/face-lines";
import type { NewsSource } from "../../storage/face-watch";
import { openForWriting, openPlace } from "../../storage/session";
import { storeWithWrites } from "../helpers/moments";
import { replaceFace, sequenceIn, titlesIn } from "../helpers/simulated-face";
import { workspace } from "../helpers/simulated-world";
import { line } from "../helpers/story";
import { tester } from "../helpers/tester";
import { addIssue, makeWorkspace, titles } from "../helpers/workspace";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

const timeoutMs = 60_000;

test(
  "a line of 20 MB that came with the face is taken in like any other, and nobody's write fails for it",
  async () => {
    const workspace = await makeWorkspace("large-line");
    const path = `${workspace.directory}/.beads/issues.jsonl`;
    const notes = '\\"\\n'.repeat(5 * 1024 * 1024);
    const large = line("bd-large", "Large").replace(/\}$/, `,"notes":"${notes}"}`);
    expect(large.length).toBeGreaterThan(20_000_000);
    writeFileSync(path, `${large}\n`);
    addIssue(workspace.open(), "small");
    writeFileSync(path, "");
    expect(titles(workspace.open())).toEqual(["Large", "small"]);
    expect(await workspace.open().compact()).toMatchObject({ outcome: "compacted" });
    await workspace.open().sync(tester);
    expect(readFileSync(path, "utf8").split("\n").includes(large)).toBe(true);
    expect((await workspace.open().check()).failures).toBe(0);
  },
  timeoutMs,
);

test("a line that no frame could hold belongs to the face, like one that cannot be read", () => {
  const start = Buffer.from('{"id":"t-huge","title":"');
  const longest = Buffer.alloc(lineLimitBytes, "x");
  longest.set(start);
  longest.set(Buffer.from('"}'), longest.length - 2);
  const lineFeed = Buffer.from("\n");
  expect(parseFace(Buffer.concat([longest, lineFeed]), undefined)).toMatchObject({
    lineCount: 1,
    guests: [],
  });
  const longer = Buffer.concat([start, Buffer.from("x"), longest.subarray(start.length), lineFeed]);
  const face = parseFace(Buffer.concat([longer, Buffer.from(`${line("t-1", "One")}\n`)]), undefined);
  expect(face.guests.map(({ lineNumber, isReadable }) => [lineNumber, isReadable])).toEqual([[1, false]]);
  expect([...face.ids]).toEqual(["t-1"]);
});

test("more than a frame can hold is taken in by several, and by a reader at once", () => {
  const texts = ["t-1", "t-2", "t-3"].map((id) => line(id, "New"));
  const lines = texts.map((text, index) => ({
    id: `t-${index + 1}`,
    text,
    raw: undefined,
    lineNumber: index + 1,
  }));
  const state = new State(emptySource);
  const memory = () => new Map();
  expect(takeInLines(lines, state, memory, false, 1)).toMatchObject({ isPartial: false });
  const taken: string[][] = [];
  for (let isPartial = true; isPartial; ) {
    const intake = takeInLines(lines, state, memory, true, 400);
    for (const operation of intake.operations) state.apply(operation, taken.length + 1);
    taken.push([...intake.changedIds]);
    ({ isPartial } = intake);
  }
  expect(taken).toEqual([["t-1", "t-2"], ["t-3"]]);
});

test(
  "a fresh clone shows all of a face that is larger than a frame",
  () => {
    const notes = "x".repeat(16 * 1024 * 1024);
    const stamped = (id: string) => line(id, "New").replace(/\}$/, `,"notes":"${notes}","_stamp":"#1"}`);
    const ids = Array.from({ length: 6 }, (_, index) => `t-${index}`);
    const face = parseFace(Buffer.from(ids.map((id) => `${stamped(id)}\n`).join("")), undefined);
    expect([...mergedFaceLines(face).keys()]).toEqual(ids);
  },
  timeoutMs,
);

test("a source that brings only a part is asked again", () => {
  const { world } = storeWithWrites(1);
  replaceFace(world, `${line("t-x", "X")}\n${line("t-y", "Y")}\n`);
  const process = world.start();
  const place = openPlace(workspace, process.environment);
  const session = openForWriting(place.owner, process.environment);
  const keeper = new FaceKeeper(workspace, process.environment, process.store().settings);
  const watch = keeper.watch(place);
  const events: string[] = [];
  let looks = 0;
  const source: NewsSource = {
    name: watch.name,
    look: (access, loaded, isLogged) => {
      looks += 1;
      const news = watch.look(access, loaded, isLogged);
      if (news === undefined || events.length > 0) return news;
      const state = loaded.state.fork();
      const operations = news.operations.slice(0, 1);
      for (const operation of operations) state.apply(operation, loaded.position.sequence + 1);
      return { ...news, operations, changedIds: ["t-x"], state, isPartial: true };
    },
    sign: () => events.push("asked to sign"),
  };
  const before = sequenceIn(world);
  expect(keeper.takeIn(session, source, tester).changedIds.toSorted()).toEqual(["t-x", "t-y"]);
  expect([looks, events.length, sequenceIn(world) - before]).toEqual([2, 2, 2]);
  process.kill();
  world.remove("issues.jsonl");
  expect(titlesIn(world)).toMatchObject({ "t-x": "X", "t-y": "Y" });
});
