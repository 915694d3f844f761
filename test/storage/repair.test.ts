import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BzError } from "../../model/errors";
import type { Store } from "../../storage/store";
import { addIssue, makeWorkspace, retitle, type TestWorkspace, titles } from "../helpers/workspace";

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

function damage(path: string, offset: number): void {
  const bytes = readFileSync(path);
  bytes[offset] = (bytes[offset] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof BzError) return error.code;
    throw error;
  }
  return "none";
}

async function failuresOf(opened: Store): Promise<string[]> {
  return (await opened.check()).findings
    .filter(({ status }) => status === "failure")
    .map(({ check }) => check);
}

describe("doctor", () => {
  test("a healthy store has no failures and is not written to", async () => {
    const workspace = await filled("healthy");
    const before = readdirSync(join(workspace.directory, ".beads"), { recursive: true }).map(String).sort();
    const stamps = before.map((name) => statSync(join(workspace.directory, ".beads", name)).mtimeMs);
    expect(await failuresOf(workspace.open())).toEqual([]);
    const after = readdirSync(join(workspace.directory, ".beads"), { recursive: true }).map(String).sort();
    expect(after).toEqual(before);
    expect(after.map((name) => statSync(join(workspace.directory, ".beads", name)).mtimeMs)).toEqual(stamps);
  });

  test("repairing a healthy store does nothing", async () => {
    const workspace = await filled("nothing-to-do");
    expect((await workspace.open().repair()).actions).toEqual([]);
    expect(titles(workspace.open())).toEqual(all);
  });

  test("a flipped byte in a snapshot line is named, refused by reads of that line, and repaired from what is left", async () => {
    const workspace = await filled("snapshot-line");
    damage(store(workspace, "snapshot"), 128 + 20);
    expect(codeOf(() => titles(workspace.open()))).toBe("CORRUPT");
    expect(await failuresOf(workspace.open())).toContain("snapshot");
    const report = await workspace.open().repair();
    expect(report.quarantine).toBeString();
    expect(existsSync(join(report.quarantine ?? "", "snapshot"))).toBeTrue();
    expect(report.after.failures).toBe(0);
    expect(
      report.actions.filter((action) => action.includes("does not match its checksum: it is lost")),
    ).toHaveLength(1);
    expect(titles(workspace.open())).toHaveLength(all.length - 1);
    addIssue(workspace.open(), "after");
    expect(titles(workspace.open())).toContain("after");
  });

  test("a damaged line that the face still has is taken from there, and said to be", async () => {
    const workspace = await filled("line-in-face");
    await workspace.open().sync();
    damage(store(workspace, "snapshot"), 128 + 20);
    const report = await workspace.open().repair();
    expect(report.actions.filter((action) => action.includes("taken from issues.jsonl"))).toHaveLength(1);
    expect(titles(workspace.open())).toEqual(all);
  });

  test("a flipped byte in an acknowledged frame refuses every read and every write, and costs that transaction alone", async () => {
    const workspace = await filled("frame");
    const segment = store(workspace, "wal.2");
    damage(segment, 80 + 32 + 10);
    expect(codeOf(() => titles(workspace.open()))).toBe("CORRUPT");
    expect(codeOf(() => addIssue(workspace.open(), "refused"))).toBe("CORRUPT");
    const report = await workspace.open().repair();
    expect(report.lostSequences).toEqual([6]);
    expect(report.after.failures).toBe(0);
    expect(titles(workspace.open())).toEqual(all.filter((title) => title !== "logged 0"));
    expect(readdirSync(report.quarantine ?? "").sort()).toEqual(["snapshot", "wal.2"]);
  });

  test("after a repair sequences and generations go on above all that ever were", async () => {
    const workspace = await filled("above");
    const before = (await workspace.open().info()).store;
    damage(store(workspace, "snapshot"), 5);
    await workspace.open().repair();
    addIssue(workspace.open(), "next");
    const after = (await workspace.open().info()).store;
    expect(after?.sequence).toBe((before?.sequence ?? 0) + 1);
    expect(after?.generation).toBeGreaterThan(before?.generation ?? 0);
    await workspace.open().compact();
    expect(await failuresOf(workspace.open())).toEqual([]);
    expect((await workspace.open().history()).length).toBe(11);
  });

  test("a lost snapshot is damage, and is rebuilt from the face and the log", async () => {
    const workspace = await filled("lost-snapshot");
    await workspace.open().sync();
    const id = addIssue(workspace.open(), "behind the face");
    retitle(workspace.open(), id, "behind the face, changed");
    rmSync(store(workspace, "snapshot"));
    expect(codeOf(() => titles(workspace.open()))).toBe("CORRUPT");
    expect(codeOf(() => addIssue(workspace.open(), "refused"))).toBe("CORRUPT");
    const report = await workspace.open().repair();
    expect(report.after.failures).toBe(0);
    expect(titles(workspace.open())).toEqual([...all, "behind the face, changed"].sort());
  });

  test("a missing store/.gitignore is a failure that repair mends", async () => {
    const workspace = await filled("gitignore");
    rmSync(store(workspace, ".gitignore"));
    expect(await failuresOf(workspace.open())).toEqual(["git"]);
    await workspace.open().repair();
    expect(readFileSync(store(workspace, ".gitignore"), "utf8")).toBe("*\n");
    expect(await failuresOf(workspace.open())).toEqual([]);
  });

  test("a torn tail that was never acknowledged is no damage and is replaced by the next write", async () => {
    const workspace = await filled("torn");
    const segment = store(workspace, "wal.2");
    writeFileSync(segment, Buffer.concat([readFileSync(segment), Buffer.from("bzfr and then nothing")]));
    expect(titles(workspace.open())).toEqual(all);
    expect(await failuresOf(workspace.open())).toEqual([]);
    addIssue(workspace.open(), "next");
    expect(titles(workspace.open())).toEqual([...all, "next"].sort());
    expect(existsSync(store(workspace, "wal.3"))).toBeTrue();
  });
});
