import { expect, test } from "bun:test";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { framesIn } from "../damage/specimen";
import { codeOf, damage, failuresOf } from "../helpers/damaged-store";
import { addIssue, makeWorkspace, type TestWorkspace, titles } from "../helpers/workspace";

const store = (workspace: TestWorkspace, name: string): string =>
  join(workspace.directory, ".beads/store", name);

async function filled(name: string): Promise<TestWorkspace> {
  const workspace = await makeWorkspace(name);
  for (let index = 0; index < 5; index += 1) addIssue(workspace.open(), `folded ${index}`);
  await workspace.open().compact();
  for (let index = 0; index < 5; index += 1) addIssue(workspace.open(), `logged ${index}`);
  return workspace;
}

const all = ["folded", "logged"].flatMap((word) => [0, 1, 2, 3, 4].map((index) => `${word} ${index}`));

test("damage to the record stops only those who read it; a repair keeps all of it that verifies and names the rest", async () => {
  const workspace = await filled("record");
  damage(store(workspace, "history/wal.1"), 80 + 32 + 10);
  expect(titles(workspace.open())).toEqual(all);
  addIssue(workspace.open(), "meanwhile");
  expect(await failuresOf(workspace.open())).toEqual(["history"]);
  await expect(workspace.open().history()).rejects.toThrow("history/wal.1 is damaged");
  const report = await workspace.open().repair();
  expect(report).toMatchObject({ lostSequences: [1], after: { failures: 0 } });
  expect(report.losses).toEqual([
    "The record of transaction 1 could not be read; what came of it is in the snapshot.",
  ]);
  expect(readdirSync(join(report.quarantine ?? "", "history"))).toEqual(["wal.1"]);
  expect(titles(workspace.open())).toEqual([...all, "meanwhile"].sort());
  const kept = (await workspace.open().history()).map(({ sequence }) => sequence);
  expect(kept).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect((await workspace.open().repair()).actions).toEqual([]);
  const history = (await workspace.open().check()).findings.find(({ check }) => check === "history");
  expect(history).toMatchObject({ status: "note", message: expect.stringContaining("Without 1: a repair") });
});

test("the transactions around a damaged one stay in the record of a repaired log", async () => {
  const workspace = await filled("record-of-log");
  const header = 80 + 32;
  const segment = store(workspace, "wal.2");
  damage(segment, header + 10);
  damage(segment, 40);
  expect((await workspace.open().repair()).lostSequences).toEqual([6, 7, 8, 9, 10]);
  const other = await filled("record-of-log-alone");
  damage(store(other, "wal.2"), header + 10);
  expect((await other.open().repair()).lostSequences).toEqual([6]);
  const kept = (await other.open().history()).map(({ sequence }) => sequence);
  expect(kept).toEqual([1, 2, 3, 4, 5, 7, 8, 9, 10]);
});

test("transactions that stand in the wrong order are all applied", async () => {
  const workspace = await filled("order");
  const path = store(workspace, "wal.2");
  const bytes = readFileSync(path);
  const frames = framesIn(bytes);
  const [one = bytes, two = bytes] = frames;
  writeFileSync(path, Buffer.concat([bytes.subarray(0, 80), two, one, ...frames.slice(2)]));
  expect(codeOf(() => titles(workspace.open()))).toBe("CORRUPT");
  expect(await workspace.open().repair()).toMatchObject({ losses: [], lostSequences: [] });
  expect(titles(workspace.open())).toEqual(all);
});

test("a segment of another store in the place of ours is not mixed in", async () => {
  const workspace = await filled("own");
  const other = await filled("other");
  writeFileSync(store(workspace, "wal.2"), readFileSync(store(other, "wal.2")));
  const report = await workspace.open().repair();
  expect(report.lostSequences).toEqual([6, 7, 8, 9, 10]);
  expect(titles(workspace.open())).toEqual(all.filter((title) => title.startsWith("folded")));
});

test("a backup of the store that was copied over it takes nothing out of the history", async () => {
  const workspace = await filled("restored");
  const backup = join(workspace.directory, "backup");
  cpSync(store(workspace, "."), backup, { recursive: true });
  for (let index = 0; index < 3; index += 1) addIssue(workspace.open(), `later ${index}`);
  await workspace.open().compact();
  addIssue(workspace.open(), "last");
  await workspace.open().compact();
  cpSync(backup, store(workspace, "."), { recursive: true });
  expect(codeOf(() => titles(workspace.open()))).toBe("CORRUPT");
  const report = await workspace.open().repair();
  expect(report).toMatchObject({ losses: [], lostSequences: [], after: { failures: 0 } });
  expect(report.actions.join(" ")).toContain("Took wal.2 out of the log. The record has another one");
  expect(titles(workspace.open())).toEqual([...all, "later 0", "later 1", "later 2", "last"].sort());
  expect(await workspace.open().history()).toHaveLength(14);
});

test("segments of another store in the history, however many, do not make ours the foreign one", async () => {
  const workspace = await filled("few");
  const other = await filled("many");
  for (let round = 0; round < 4; round += 1) {
    addIssue(other.open(), `more ${round}`);
    await other.open().compact();
  }
  cpSync(store(other, "history"), store(workspace, "history"), { recursive: true });
  const report = await workspace.open().repair();
  expect(titles(workspace.open())).toEqual(all);
  expect(report.after.failures).toBe(0);
  expect(readdirSync(join(report.quarantine ?? "", "history"))).toContain("wal.1");
});

test("without the snapshot and the face, what the store was made with comes from the snapshot that the log began with", async () => {
  const workspace = await makeWorkspace("begun");
  const day = "2026-01-01T00:00:00Z";
  const face = ["old", "older", "changed"].map((title, index) =>
    JSON.stringify({
      id: `bd-a${index}`,
      title,
      status: "open",
      priority: 2,
      issue_type: "task",
      created_at: day,
      updated_at: day,
    }),
  );
  rmSync(store(workspace, "."), { recursive: true });
  writeFileSync(store(workspace, "../issues.jsonl"), `${face.join("\n")}\n`);
  addIssue(workspace.open(), "folded");
  await workspace.open().compact();
  addIssue(workspace.open(), "logged");
  const before = titles(workspace.open());
  expect(before).toHaveLength(5);
  writeFileSync(store(workspace, "snapshot"), "");
  rmSync(store(workspace, "../issues.jsonl"), { force: true });
  const report = await workspace.open().repair();
  expect(report).toMatchObject({ losses: [], lostSequences: [], after: { failures: 0 } });
  expect(titles(workspace.open())).toEqual(before);
  expect(report.actions.join(" ")).toContain("the snapshot that the log began with");
});
