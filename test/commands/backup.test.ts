import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { initialisedWorld, sequenceOf, type TestWorld } from "./test-world";

const directoryOf = (world: TestWorld): string => join(world.directory, ".beads/store/backups");
const pathOf = (world: TestWorld, name: string): string => join(directoryOf(world), name);

async function backup(world: TestWorld, ...words: string[]): Promise<string> {
  const { stdout, stderr } = await world.bz("backup", "create", "-q", ...words);
  if (!stdout.endsWith("\n")) throw new Error(stderr);
  return stdout.trimEnd();
}

async function refusal(world: TestWorld, ...words: string[]) {
  const { exitCode, stdout, stderr } = await world.bz(...words, "--json");
  expect([words, stdout]).toEqual([words, ""]);
  return { exitCode, ...JSON.parse(stderr).error };
}

/** Three issues, a memory, a backup, and then something done to each. */
async function changedSince(): Promise<{ world: TestWorld; name: string }> {
  const world = await initialisedWorld();
  for (const letter of ["a", "b", "c"]) await world.bz("create", `Title ${letter}`, "--id", `bd-${letter}`);
  await world.bz("label", "add", "b", "ui");
  await world.bz("remember", "db", "Postgres");
  await world.bz("remember", "gone", "soon");
  const name = await backup(world, "--note", "before the clean-up");
  await world.bz("update", "a", "--title", "Other", "-p", "0");
  await world.bz("close", "b");
  await world.bz("label", "remove", "b", "ui");
  await world.bz("comment", "c", "later");
  await world.bz("create", "New", "--id", "bd-new");
  await world.bz("remember", "db", "MySQL");
  await world.bz("remember", "late", "x");
  await world.bz("forget", "gone");
  return { world, name };
}

function damage(path: string): void {
  const bytes = readFileSync(path);
  bytes[150] = (bytes[150] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
}

describe("backup create and list", () => {
  test("copy all that the store says, and tell when, by whom and why", async () => {
    const world = await initialisedWorld();
    expect(await world.bz("backup")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "there is no backup yet; `bz backup create` makes one\n",
    });
    await world.bz("create", "One", "--id", "bd-a");
    await world.bz("compact");
    await world.bz("remember", "db", "Postgres");
    const row = await world.json("backup", "create", "--note", "why not");
    expect(row).toEqual({
      name: expect.stringMatching(/^20260115-1200\d\d-[0-9a-z]{4}$/),
      created_at: expect.stringMatching(/^2026-01-15T12:00:\d\d\.000Z$/),
      created_by: "tester",
      note: "why not",
      sequence: 2,
      issues: 1,
      records: 1,
      bytes: expect.any(Number),
      path: expect.stringContaining("/.beads/store/backups/2026"),
    });
    expect(await world.json("backup")).toEqual({ backups: [row], total: 1, returned: 1, truncated: false });
    expect(await sequenceOf(world)).toBe(2);
    const newer = await backup(world);
    expect((await world.bz("backup", "list", "-q")).stdout.split("\n")[0]).toBe(newer);
    const [latest, first] = (await world.bz("backup")).stdout.split("\n");
    expect([latest?.startsWith(newer), first?.endsWith("  why not")]).toEqual([true, true]);
    expect((await world.bz("doctor")).exitCode).toBe(0);
  });

  test("take in first what others wrote into issues.jsonl", async () => {
    const world = await initialisedWorld();
    writeFileSync(
      join(world.directory, ".beads/issues.jsonl"),
      '{"id":"bd-x","title":"Theirs","status":"open"}\n',
    );
    expect(await world.json("backup", "create")).toMatchObject({ issues: 1, sequence: 1 });
  });

  test("write nothing where nothing may be written", async () => {
    const world = await initialisedWorld();
    expect(await refusal(world, "backup", "create", "--readonly")).toMatchObject({ exitCode: 1 });
    expect(await refusal(world, "backup", "create", "--note", "x".repeat(501))).toMatchObject({
      code: "INVALID",
    });
    expect(existsSync(directoryOf(world))).toBe(false);
  });
});

describe("backup diff", () => {
  test("names what was added, removed and changed since", async () => {
    const { world, name } = await changedSince();
    expect(await world.json("backup", "diff", name)).toEqual({
      backup: name,
      added: 1,
      removed: 0,
      modified: 3,
      changes: [
        { id: "bd-a", title: "Other", change: "modified", items: ["title", "priority"] },
        { id: "bd-b", title: "Title b", change: "modified", items: ["status", "label ui"] },
        { id: "bd-c", title: "Title c", change: "modified", items: [expect.stringMatching(/^comment \d+$/)] },
        { id: "bd-new", title: "New", change: "added" },
      ],
      total: 4,
      returned: 4,
      truncated: false,
      records: [
        { type: "memory", key: "db", change: "modified" },
        { type: "memory", key: "gone", change: "removed" },
        { type: "memory", key: "late", change: "added" },
      ],
    });
    expect((await world.bz("backup", "diff", name)).stdout).toContain(
      "modified  bd-a: Other (title, priority)\n",
    );
    const now = await backup(world);
    expect(await world.bz("backup", "diff", now)).toMatchObject({
      stdout: "",
      stderr: "nothing has changed since\n",
    });
  });

  test("finds a backup by how its name begins, and nothing outside of the directory", async () => {
    const { world, name } = await changedSince();
    expect((await world.bz("backup", "diff", name.slice(0, 15))).exitCode).toBe(0);
    await backup(world);
    expect(await refusal(world, "backup", "diff", "2026")).toMatchObject({ code: "AMBIGUOUS_ID" });
    writeFileSync(join(world.directory, ".beads/outside"), readFileSync(pathOf(world, name)));
    for (const text of ["../../outside", "../snapshot", "/etc/passwd", ".", "", "none"])
      expect([text, await refusal(world, "backup", "diff", text)]).toMatchObject([
        text,
        { code: "NOT_FOUND" },
      ]);
    expect(await refusal(world, "backup", "diff", `${name}x`)).toMatchObject({
      hint: expect.stringContaining(`did you mean ${name}`),
    });
  });
});

describe("backup restore", () => {
  test("makes everything what it was, as one change, with a backup of what was there before", async () => {
    const { world, name } = await changedSince();
    const before = await sequenceOf(world);
    const rehearsal = await world.json("backup", "restore", name, "--dry-run");
    expect(rehearsal).toMatchObject({ dry_run: true, restored: 3, kept: 2 });
    expect(await sequenceOf(world)).toBe(before);
    expect(readdirSync(directoryOf(world))).toEqual([name]);

    const answer = await world.json("backup", "restore", name);
    expect(answer).toEqual({
      backup: name,
      safety_backup: expect.any(String),
      restored: 3,
      added: 0,
      deleted: 0,
      kept: 2,
      changes: [
        { id: "bd-a", title: "Title a", change: "restored", items: ["title", "priority"] },
        { id: "bd-b", title: "Title b", change: "restored", items: ["status", "label ui"] },
        { id: "bd-c", title: "Title c", change: "restored", items: [expect.stringMatching(/^comment \d+$/)] },
      ],
      total: 3,
      returned: 3,
      truncated: false,
      records: [
        { type: "memory", key: "db", change: "restored" },
        { type: "memory", key: "gone", change: "added" },
      ],
    });
    expect(await sequenceOf(world)).toBe(before + 1);
    expect(await world.json("show", "a", "b", "c")).toMatchObject({
      issues: [{ title: "Title a", priority: 2 }, { status: "open", labels: ["ui"] }, { comment_count: 0 }],
    });
    expect(await world.json("memories")).toMatchObject({
      memories: [{ key: "db", value: "Postgres" }, { key: "gone" }, { key: "late" }],
    });
    expect(await world.json("backup", "list")).toMatchObject({
      backups: [{ note: `before restoring ${name}` }, { note: "before the clean-up" }],
    });
    const again = await world.bz("backup", "restore", name);
    expect(again).toMatchObject({ exitCode: 0, stdout: "" });
    expect(again.stderr).toContain(`everything is as in ${name}`);
    expect(readdirSync(directoryOf(world))).toHaveLength(2);
    expect((await world.bz("doctor")).exitCode).toBe(0);
  });

  test("is undone as any other change", async () => {
    const { world, name } = await changedSince();
    const before = await world.json("show", "a", "b");
    await world.bz("backup", "restore", name, "--exact");
    expect((await world.bz("undo")).exitCode).toBe(0);
    const after = (await world.json("show", "a", "b")) as {
      issues: { updated_at: string; version: number }[];
    };
    const facts = (shown: unknown) =>
      JSON.stringify(shown, (key, value: unknown) =>
        ["updated_at", "version"].includes(key) ? undefined : value,
      );
    expect(facts(after)).toBe(facts(before));
    expect(await world.json("show", "new")).toMatchObject({ issues: [{ status: "open" }] });
    expect(await world.json("memories")).toMatchObject({
      memories: [{ key: "db", value: "MySQL" }, { key: "late" }],
    });
  });

  test("with --exact deletes what came later, and says so", async () => {
    const { world, name } = await changedSince();
    const { stdout } = await world.bz("backup", "restore", name, "--exact");
    expect(stdout).toContain("Deleted bd-new: New\n");
    expect(stdout).toContain('Deleted memory "late"\n');
    expect(await world.json("show", "new")).toMatchObject({
      issues: [{ status: "tombstone", delete_reason: `not in backup ${name}` }],
    });
    expect(await world.json("backup", "diff", name)).toMatchObject({ modified: 0, added: 1, removed: 0 });
  });

  test("of a damaged backup is refused before anything is done", async () => {
    const { world, name } = await changedSince();
    damage(pathOf(world, name));
    const before = await sequenceOf(world);
    for (const words of [
      ["restore", name],
      ["restore", name, "--dry-run"],
      ["diff", name],
    ])
      expect(await refusal(world, "backup", ...words)).toMatchObject({
        code: "CORRUPT",
        exitCode: 2,
        hint: "nothing was changed, and the store is not concerned; `bz backup` lists the other backups",
      });
    expect(await sequenceOf(world)).toBe(before);
    expect(readdirSync(directoryOf(world))).toEqual([name]);
    const { stdout, exitCode } = await world.bz("doctor", "--json");
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Damaged: ${pathOf(world, name)}`);
    writeFileSync(pathOf(world, name), "no snapshot at all");
    expect(await world.json("backup")).toMatchObject({ backups: [{ name, damage: expect.any(String) }] });
    expect((await world.bz("backup")).stdout).toContain("damaged");
  });

  test("brings back issues that a lost store had, and none that was purged", async () => {
    const { world, name } = await changedSince();
    await world.bz("delete", "c", "--hard", "--force");
    const kept = readFileSync(pathOf(world, name));
    const answer = await world.bz("backup", "restore", name);
    expect(answer.stderr).toContain("bd-c was purged since; it stays so\n");

    const other = await initialisedWorld();
    await backup(other);
    writeFileSync(pathOf(other, "from-elsewhere"), kept);
    expect(await other.json("backup", "restore", "from-elsewhere")).toMatchObject({ added: 3, restored: 0 });
    expect(await other.json("show", "a", "b")).toMatchObject({
      issues: [{ title: "Title a" }, { labels: ["ui"] }],
    });
    expect((await other.bz("doctor")).exitCode).toBe(0);
  });
});

test("a purge names what lies among the backups and cannot be read, and is done all the same", async () => {
  const { world } = await changedSince();
  mkdirSync(pathOf(world, "by-hand"));
  const { exitCode, stdout, stderr } = await world.bz("delete", "a", "--hard", "--force");
  expect({ exitCode, told: stdout + stderr }).toEqual({
    exitCode: 0,
    told: expect.stringContaining(pathOf(world, "by-hand")),
  });
});

describe("backup prune", () => {
  test("counts by age, whatever a backup is called that was copied here", async () => {
    const world = await initialisedWorld();
    const old = await backup(world);
    renameSync(pathOf(world, old), pathOf(world, "of-last-year"));
    const newer = await backup(world);
    expect((await world.bz("backup", "-q")).stdout).toBe(`${newer}\nof-last-year\n`);
    expect((await world.bz("backup", "prune", "--keep", "1", "-q")).stdout).toBe("of-last-year\n");
  });

  test("keeps the newest, and with an age only removes older ones", async () => {
    const world = await initialisedWorld();
    const names: string[] = [];
    for (let count = 0; count < 4; count += 1) {
      names.unshift(await backup(world));
      world.timeMs += 86_400_000;
    }
    const listed = async () => (await world.bz("backup", "-q")).stdout.trimEnd().split("\n");
    expect((await world.bz("backup", "prune")).stderr).toBe("nothing to remove; 4 kept\n");
    expect(
      await world.json("backup", "prune", "--keep", "1", "--older-than", "72h", "--dry-run"),
    ).toMatchObject({
      dry_run: true,
      backups: [{ name: names[2] }, { name: names[3] }],
      kept: 2,
    });
    expect(await listed()).toEqual(names);
    expect((await world.bz("backup", "prune", "--keep", "3")).stdout).toBe(`Removed ${names[3]}\n`);
    writeFileSync(pathOf(world, names[1] ?? ""), "damaged");
    await world.bz("backup", "prune", "--keep", "0");
    expect(await listed()).toEqual([names[1] ?? ""]);
    expect(await refusal(world, "backup", "prune", "--keep", "x")).toMatchObject({ code: "USAGE" });
    expect(await refusal(world, "backup", "prune", "--older-than", "soon")).toMatchObject({
      code: "INVALID",
    });
  });
});

test("delete --hard names the backups that still hold the text, and no others", async () => {
  const world = await initialisedWorld();
  const early = await backup(world);
  await world.bz("create", "Secret", "--id", "bd-s");
  await world.bz("create", "About bd-s", "--id", "bd-a");
  const holding = await backup(world);
  const { stderr } = await world.bz("delete", "s", "--hard", "--force");
  expect(stderr).toContain(`${holding} still holds the text`);
  expect(stderr).not.toContain(early);
  const late = await backup(world);
  await world.bz("backup", "prune", "--keep", "1");
  const again = await world.bz("delete", "s", "--hard", "--force");
  expect(again.stderr).not.toContain(late);
});
