import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { initialisedWorld } from "../commands/test-world";
import { codeOf, damage, failuresOf } from "../helpers/damaged-store";
import { tester } from "../helpers/tester";
import { addIssue, makeWorkspace, retitle, type TestWorkspace, titles } from "../helpers/workspace";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

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

/** One record in the snapshot, one behind it. */
async function remembering(name: string): Promise<TestWorkspace> {
  const workspace = await makeWorkspace(name);
  addIssue(workspace.open(), "one");
  remember(workspace, "kept", "early");
  remember(workspace, "gone", "early");
  remember(workspace, "gone", null);
  await workspace.open().compact();
  remember(workspace, "logged", "late");
  return workspace;
}

function remember(workspace: TestWorkspace, key: string, value: string | null): void {
  workspace.open().write(tester, () => ({
    operations: [{ op: "record", type: "memory", key, value, at: 1, by: "tester" }],
    result: undefined,
  }));
}

function memories(workspace: TestWorkspace): string[] {
  return workspace
    .open()
    .read(({ state }) => state.records("memory").map(({ key, value }) => `${key}: ${value}`));
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

  test("a flipped byte in a snapshot line is named, refused by reads of that line, and the line comes back from the history", async () => {
    const workspace = await filled("snapshot-line");
    damage(store(workspace, "snapshot"), 128 + 20);
    expect(codeOf(() => titles(workspace.open()))).toBe("CORRUPT");
    expect(await failuresOf(workspace.open())).toContain("snapshot");
    const report = await workspace.open().repair();
    expect(report.quarantine).toBeString();
    expect(existsSync(join(report.quarantine ?? "", "snapshot"))).toBeTrue();
    expect(report.after.failures).toBe(0);
    expect(report.losses).toEqual([]);
    expect(
      report.actions.filter((action) => action.includes("taken from the log, byte for byte")),
    ).toHaveLength(1);
    expect(titles(workspace.open())).toEqual(all);
    addIssue(workspace.open(), "after");
    expect(titles(workspace.open())).toContain("after");
  });

  test("records come back with a snapshot whose issues are damaged, and from the history when they are damaged themselves", async () => {
    const workspace = await remembering("records");
    damage(store(workspace, "snapshot"), 128 + 20);
    expect((await workspace.open().repair()).losses).toEqual([]);
    expect(memories(workspace)).toEqual(["kept: early", "logged: late"]);

    await workspace.open().compact();
    const snapshot = store(workspace, "snapshot");
    damage(snapshot, readFileSync(snapshot).indexOf('"value":"early"') + 10);
    expect(codeOf(() => memories(workspace))).toBe("CORRUPT");
    expect(titles(workspace.open())).toEqual(["one"]);
    expect(await failuresOf(workspace.open())).toEqual(["snapshot"]);
    const report = await workspace.open().repair();
    expect(report).toMatchObject({ losses: [], after: { failures: 0 } });
    expect(report.actions.join(" ")).toContain("2 of them stand in the log and were taken from there");
    expect(memories(workspace)).toEqual(["kept: early", "logged: late"]);
  });

  test("damaged records that the log does not tell in full are named as lost", async () => {
    const workspace = await remembering("records-lost");
    rmSync(store(workspace, "history"), { recursive: true });
    damage(store(workspace, "snapshot"), readFileSync(store(workspace, "snapshot")).indexOf("early"));
    const report = await workspace.open().repair();
    expect(report.losses).toEqual([
      expect.stringContaining("0 of them stand in the log, which is not whole"),
    ]);
    expect(titles(workspace.open())).toEqual(["one"]);
    expect(memories(workspace)).toEqual(["logged: late"]);
  });

  test("a damaged line that neither the history nor the face has is lost, and that is said", async () => {
    const workspace = await filled("line-lost");
    damage(store(workspace, "snapshot"), 128 + 20);
    rmSync(store(workspace, "history"), { recursive: true });
    const report = await workspace.open().repair();
    expect(report.losses).toEqual([expect.stringContaining("does not match its checksum: it is lost")]);
    expect(titles(workspace.open())).toHaveLength(all.length - 1);
  });

  test("a damaged line that only the face still has is taken from there, and said to be", async () => {
    const workspace = await filled("line-in-face");
    await workspace.open().sync(tester);
    damage(store(workspace, "snapshot"), 128 + 20);
    rmSync(store(workspace, "history"), { recursive: true });
    const report = await workspace.open().repair();
    expect(report.actions.filter((action) => action.includes("taken from issues.jsonl"))).toHaveLength(1);
    expect(report.losses).toEqual([]);
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
    expect(report.losses).toEqual(["Transaction 6 could not be read."]);
    expect(report.after.failures).toBe(0);
    expect(titles(workspace.open())).toEqual(all.filter((title) => title !== "logged 0"));
    expect(readdirSync(report.quarantine ?? "").sort()).toEqual(["losses.txt", "snapshot", "wal.2"]);
    expect(readFileSync(join(report.quarantine ?? "", "losses.txt"), "utf8")).toBe(
      "Transaction 6 could not be read.\n",
    );
    const { findings } = await workspace.open().check();
    expect(findings.find(({ check }) => check === "quarantine")?.message).toContain("/losses.txt");
  });

  test("after a repair sequences and generations go on above all that ever were", async () => {
    const workspace = await filled("above");
    const before = (await workspace.open().info()).store;
    damage(store(workspace, "snapshot"), 5);
    expect(await workspace.open().repair()).toMatchObject({ lostSequences: [], losses: [] });
    expect(titles(workspace.open())).toEqual(all);
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
    await workspace.open().sync(tester);
    const id = addIssue(workspace.open(), "behind the face");
    retitle(workspace.open(), id, "behind the face, changed");
    rmSync(store(workspace, "snapshot"));
    expect(codeOf(() => titles(workspace.open()))).toBe("CORRUPT");
    expect(codeOf(() => addIssue(workspace.open(), "refused"))).toBe("CORRUPT");
    const report = await workspace.open().repair();
    expect(report.after.failures).toBe(0);
    expect(titles(workspace.open())).toEqual([...all, "behind the face, changed"].sort());
  });

  test("a lost snapshot is rebuilt from the history alone, with every change in it", async () => {
    const workspace = await makeWorkspace("history-alone");
    addIssue(workspace.open(), "a");
    const id = addIssue(workspace.open(), "b");
    await workspace.open().compact();
    retitle(workspace.open(), id, "b, changed");
    await workspace.open().compact();
    rmSync(store(workspace, "snapshot"));
    const report = await workspace.open().repair();
    expect(report).toMatchObject({ losses: [], lostSequences: [], after: { failures: 0 } });
    expect(titles(workspace.open())).toEqual(["a", "b, changed"]);
    addIssue(workspace.open(), "c");
    expect((await workspace.open().history()).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
  });

  test("without a snapshot, what its history lacks as well is named as lost", async () => {
    const workspace = await filled("history-damaged");
    rmSync(store(workspace, "snapshot"));
    damage(store(workspace, "history/wal.1"), 80 + 32 + 10);
    const report = await workspace.open().repair();
    expect(report.lostSequences).toEqual([1]);
    expect(report.losses).toEqual(["Transaction 1 could not be read."]);
    expect(titles(workspace.open())).toEqual(all.filter((title) => title !== "folded 0"));
  });

  test("an acknowledged end of the log that is cut off is named as lost", async () => {
    const workspace = await filled("cut-off");
    const segment = store(workspace, "wal.2");
    truncateSync(segment, statSync(segment).size - 1);
    const report = await workspace.open().repair();
    expect(report.lostSequences).toEqual([10]);
    expect(titles(workspace.open())).toEqual(all.filter((title) => title !== "logged 4"));
  });

  test("an issue that was purged and scrubbed stays purged without a snapshot", async () => {
    const workspace = await makeWorkspace("purged");
    const id = addIssue(workspace.open(), "secret");
    await workspace.open().sync(tester);
    const info = { timeMs: Date.now(), actor: "tester", command: "delete" };
    workspace.open().write(info, () => ({
      operations: [{ op: "purge", id, at: info.timeMs + 1 }],
      result: undefined,
    }));
    await workspace.open().scrub([id]);
    rmSync(store(workspace, "snapshot"));
    expect((await workspace.open().repair()).losses).toEqual([]);
    expect(titles(workspace.open())).toEqual(["(purged)"]);
  });

  test("lines of a snapshot without an index count as they stand there, and those that the history vouches for come from there", async () => {
    const workspace = await makeWorkspace("text-lines");
    const line = '{"id":"bd-aaaa",  "title":"spaced","status":"open","priority":2,"issue_type":"task"}';
    rmSync(store(workspace, ""), { recursive: true });
    writeFileSync(join(workspace.directory, ".beads/issues.jsonl"), `  ${line}\n`);
    addIssue(workspace.open(), "plain");
    await workspace.open().compact();
    rmSync(join(workspace.directory, ".beads/issues.jsonl"));
    const snapshot = store(workspace, "snapshot");
    damage(snapshot, statSync(snapshot).size - 1);
    const bytes = readFileSync(snapshot);
    bytes.write("P", bytes.indexOf("plain"));
    writeFileSync(snapshot, bytes);
    const history = readFileSync(store(workspace, "history/wal.1"));
    rmSync(store(workspace, "history/wal.1"));
    expect((await workspace.open().repair()).losses).toEqual([]);
    expect(titles(workspace.open())).toEqual(["Plain", "spaced"]);
    expect(workspace.open().read(({ state }) => state.line("bd-aaaa"))).toBe(line);

    writeFileSync(snapshot, bytes);
    for (const name of readdirSync(store(workspace, "")))
      if (name.startsWith("wal.") && name !== "wal.2") rmSync(store(workspace, name));
    writeFileSync(store(workspace, "history/wal.1"), history);
    await workspace.open().repair();
    expect(titles(workspace.open())).toEqual(["plain", "spaced"]);
  });

  test("unpublished files of dead processes are named with the command that removes them", async () => {
    const workspace = await filled("leftovers");
    const leftover = "tmp.4194304.abc";
    const leave = (path: string): void => {
      writeFileSync(path, "");
      utimesSync(path, 0, 0);
    };
    leave(store(workspace, `snapshot.${leftover}`));
    leave(store(workspace, `history/wal.1.${leftover}`));
    leave(join(workspace.directory, ".beads", `config.yaml.${leftover}`));
    const leftovers = async (): Promise<string | undefined> =>
      (await workspace.open().check()).findings.find(({ check }) => check === "leftovers")?.message;
    expect(await leftovers()).toBe(
      `3 unpublished files of processes that died: store/snapshot.${leftover}, store/history/wal.1.${leftover}, config.yaml.${leftover}. \`bz compact\` removes them once they are ten minutes old.`,
    );
    const own = join(workspace.directory, ".beads/notes.tmp.4194304.txt");
    leave(own);
    mkdirSync(join(workspace.directory, ".beads", `.gitignore.${leftover}`));
    utimesSync(join(workspace.directory, ".beads", `.gitignore.${leftover}`), 0, 0);
    await workspace.open().compact();
    expect(existsSync(own)).toBe(true);
    rmSync(join(workspace.directory, ".beads", `.gitignore.${leftover}`), { recursive: true });
    expect(await leftovers()).toBe("None.");
    leave(join(workspace.directory, ".beads", `issues.jsonl.${leftover}`));
    expect(await leftovers()).toContain("`bz sync` removes them");
    await workspace.open().sync(tester);
    expect(await leftovers()).toBe("None.");
  });

  for (const [what, put] of [
    ["directory", (path: string) => mkdirSync(path)],
    ["symbolic link", (path: string) => symlinkSync("snapshot", path)],
    ["FIFO", (path: string) => Bun.spawnSync(["mkfifo", path])],
  ] as const) {
    test(`a ${what} in the place of the lock file is a finding beside the others, and repair moves it away`, async () => {
      const workspace = await filled("lock-file");
      const lock = store(workspace, "lock");
      rmSync(lock);
      put(lock);
      const report = await workspace.open().check();
      expect(await failuresOf(workspace.open())).toEqual(["lock file"]);
      expect(report.findings.find(({ check }) => check === "snapshot")?.status).toBe("pass");
      const { actions, quarantine, losses, after } = await workspace.open().repair();
      expect(actions).toEqual([expect.stringContaining("was no regular file")]);
      expect(readdirSync(quarantine ?? "")).toEqual(["lock"]);
      expect({ losses, failures: after.failures }).toEqual({ losses: [], failures: 0 });
      addIssue(workspace.open(), "next");
      expect(titles(workspace.open())).toEqual([...all, "next"].sort());
    });
  }

  test("a repair that lost something exits 1 and says what and where the copies are; one that did not exits 0", async () => {
    const world = await initialisedWorld();
    await world.bz("q", "One");
    await world.bz("q", "Two");
    await world.bz("compact");
    const storePath = join(world.directory, ".beads/store");
    rmSync(join(storePath, "snapshot"));
    const whole = await world.bz("doctor", "--fix", "--json");
    expect(whole.exitCode).toBe(0);
    expect(JSON.parse(whole.stdout)).toMatchObject({ ok: true, losses: [], lost_sequences: [] });
    rmSync(join(storePath, "snapshot"));
    damage(join(storePath, "history/wal.1"), 80 + 32 + 10);
    const lossy = await world.bz("doctor", "--fix", "--json");
    expect(lossy.exitCode).toBe(1);
    const losses = ["Transaction 1 could not be read."];
    expect(JSON.parse(lossy.stdout)).toMatchObject({ ok: false, losses, lost_sequences: [1] });
    rmSync(join(storePath, "snapshot"));
    const { exitCode, stderr } = await world.bz("doctor", "--fix");
    expect(exitCode).toBe(1);
    expect(stderr).toContain(losses[0] ?? "");
    expect(stderr).toContain("quarantine/");
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
