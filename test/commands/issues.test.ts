import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { initialisedWorld, type TestWorld } from "./test-world";

async function make(world: TestWorld, ...words: string[]): Promise<string> {
  const { stdout, stderr } = await world.bz("q", ...words);
  if (!stdout.endsWith("\n")) throw new Error(stderr);
  return stdout.trimEnd();
}

interface Row {
  readonly id: string;
  readonly version: number;
  readonly [key: string]: unknown;
}

interface Envelope {
  readonly issues: readonly Row[];
  readonly total: number;
  readonly failed?: readonly { readonly id: string; readonly code: string; readonly message: string }[];
  readonly dependents?: unknown;
}

async function rows(world: TestWorld, ...words: string[]): Promise<Envelope> {
  // The shape is what these tests are about; a wrong one fails in the expectations that follow.
  return (await world.json(...words)) as Envelope;
}

async function row(world: TestWorld, id: string): Promise<Row> {
  const [found] = (await rows(world, "show", id)).issues;
  if (found === undefined) throw new Error(`${id} is not there`);
  return found;
}

describe("q", () => {
  test("prints the id alone, in text and with -q, and the row under --json", async () => {
    const world = await initialisedWorld();
    expect((await world.bz("q", "Fix", "the", "page")).stdout).toMatch(/^bd-[0-9a-z]{4,}\n$/);
    expect((await world.bz("q", "Another", "-q")).stdout).toMatch(/^bd-[0-9a-z]{4,}\n$/);
    expect(await world.json("q", "Third", "-p1", "-t", "bug", "-l", "b,a", "-d", "text")).toMatchObject({
      title: "Third",
      priority: 1,
      issue_type: "bug",
      labels: ["a", "b"],
      description: "text",
      status: "open",
      created_by: "tester",
      dependency_count: 0,
      version: 3,
    });
    expect((await rows(world, "list")).issues.map(({ title }) => title)).toContain("Fix the page");
  });

  test("reads stdin only when asked, and then takes the title from there", async () => {
    const world = await initialisedWorld();
    world.stdin = "From a pipe\n";
    await make(world, "Not from it");
    expect(world.stdinReads).toBe(0);
    const id = await make(world, "-");
    expect(await row(world, id)).toMatchObject({ title: "From a pipe" });
  });
});

describe("create", () => {
  test("takes every field, and answers the row at top level without edges", async () => {
    const world = await initialisedWorld();
    const blocker = await make(world, "Blocker");
    const epic = await make(world, "Epic", "-t", "epic");
    const created = (await world.json(
      ...["create", "All of it", "-t", "feature", "-p", "high", "-a", "alice", "-o", "bob", "-l", "x"],
      ...[
        "--design",
        "D",
        "--acceptance-criteria",
        "A",
        "--notes",
        "N",
        "--due",
        "2026-02-01",
        "-e",
        "1h30m",
      ],
      ...[
        "--external-ref",
        "gh-1",
        "--pinned",
        "--metadata",
        '{"k":[1]}',
        "--parent",
        epic,
        "--deps",
        blocker,
      ],
    )) as Row;
    expect(created).toMatchObject({
      priority: 1,
      issue_type: "feature",
      assignee: "alice",
      owner: "bob",
      design: "D",
      acceptance_criteria: "A",
      notes: "N",
      due_at: "2026-02-01T00:00:00.000Z",
      estimated_minutes: 90,
      external_ref: "gh-1",
      pinned: true,
      metadata: { k: [1] },
      parent: epic,
      dependency_count: 1,
    });
    expect(created).not.toHaveProperty("dependencies");
    expect(created.id).toStartWith(`${epic}.`);
  });

  test("refuses empty and long titles, bad values and unknown ids, and creates nothing then", async () => {
    const world = await initialisedWorld();
    for (const words of [
      ["create", ""],
      ["create", "   "],
      ["create", "x".repeat(501)],
      ["create", "two\nlines"],
      ["create", "T", "-p", "5"],
      ["create", "T", "-t", "bugg"],
      ["create", "T", "--due", "31 Feb"],
      ["create", "T", "-e", "soon"],
      ["create", "T", "--metadata", "{"],
      ["create", "T", "--dep", "none"],
      ["create", "T", "--dep", "blocksy:bd-none"],
      ["create", "T", "--dep", "parent-child:bd-none"],
      ["create", "T", "--parent", "bd-none"],
      ["create", "T", "--id", "no spaces"],
      ["create"],
      ["create", "T", "--title", "T"],
      ["create", "T", "extra"],
    ]) {
      const { exitCode, stdout, stderr } = await world.bz(...words);
      expect([words, exitCode, stdout]).toEqual([words, 1, ""]);
      expect(stderr).toStartWith("error: ");
    }
    expect((await rows(world, "list", "--all")).total).toBe(0);
  });

  test("with --id refuses an id that is taken", async () => {
    const world = await initialisedWorld();
    expect((await world.bz("create", "T", "--id", "bd-mine", "--silent")).stdout).toBe("bd-mine\n");
    expect((await world.bz("create", "U", "--id", "bd-mine")).stderr).toContain("already");
    expect(await row(world, "bd-mine")).toMatchObject({ title: "T" });
  });

  test("with --dry-run says what it would do and refuses what it would refuse", async () => {
    const world = await initialisedWorld();
    expect(await world.json("create", "T", "--dry-run")).toMatchObject({
      dry_run: true,
      issue: { title: "T" },
    });
    expect((await world.bz("create", "", "--dry-run")).exitCode).toBe(1);
    expect((await rows(world, "list")).total).toBe(0);
  });
});

describe("update", () => {
  test("changes the fields it names, of several issues at once, in one transaction", async () => {
    const world = await initialisedWorld();
    const [one, two] = [await make(world, "One"), await make(world, "Two")];
    const { issues } = await rows(world, "update", one, two, "-p", "0", "--add-label", "hot");
    expect(issues.map(({ id, priority, labels, version }) => [id, priority, labels, version])).toEqual([
      [one, 0, ["hot"], 3],
      [two, 0, ["hot"], 3],
    ]);
    expect(issues[0]).not.toHaveProperty("dependencies");
  });

  test("lets the good ones through, reports each of the others, and exits non-zero", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    const { exitCode, stdout, stderr } = await world.bz("update", "bd-none", id, "-p", "0", "--json");
    expect(exitCode).toBe(1);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({
      issues: [{ id, priority: 0 }],
      failed: [{ id: "bd-none", code: "NOT_FOUND" }],
    });
    const text = await world.bz("update", "bd-none", id, "-p", "1");
    expect(text).toMatchObject({ exitCode: 1, stdout: `Updated ${id}: One\n` });
    expect(text.stderr).toContain("bd-none");
  });

  test('clears a field with "", and labels with --set-labels ""', async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One", "-d", "text", "-l", "a,b");
    await world.bz("update", id, "--due", "tomorrow", "-a", "bob", "--estimate", "2h", "--metadata", "[1]");
    const cleared = ["-d", "", "--set-labels", "", "--due", "", "-a", "", "--estimate", "", "--metadata", ""];
    const { issues } = await rows(world, "update", id, ...cleared);
    expect(issues[0]?.labels).toEqual([]);
    for (const key of ["description", "due_at", "assignee", "estimated_minutes", "metadata"]) {
      expect(issues[0]).not.toHaveProperty(key);
    }
  });

  test("--notes replaces, --append-notes adds a line", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    await world.bz("update", id, "--notes", "first");
    await world.bz("update", id, "--append-notes", "second");
    expect(await row(world, id)).toMatchObject({ notes: "first\nsecond" });
    await world.bz("update", id, "--notes", "third");
    expect(await row(world, id)).toMatchObject({ notes: "third" });
  });

  test("that changes nothing writes nothing and says so", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    expect((await world.bz("update", id, "-p", "2")).stdout).toBe(`Unchanged ${id}: One\n`);
    expect(await row(world, id)).toMatchObject({ version: 1 });
  });

  test("--expect-version refuses with exit 4 when the issue has moved on", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    expect((await world.bz("update", id, "-p", "1", "--expect-version", "1")).exitCode).toBe(0);
    const { exitCode, stderr } = await world.bz("update", id, "-p", "0", "--expect-version", "1", "--json");
    expect(exitCode).toBe(4);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: "VERSION_MISMATCH", context: { id, expected: 1, version: 2 } },
    });
    expect(await row(world, id)).toMatchObject({ priority: 1, version: 2 });
  });

  test("-s closed closes, -s open reopens", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    await world.bz("update", id, "-s", "closed", "-r", "because", "--session", "s1");
    expect(await row(world, id)).toMatchObject({
      status: "closed",
      close_reason: "because",
      closed_by_session: "s1",
    });
    await world.bz("update", id, "-s", "open");
    expect(await row(world, id)).not.toHaveProperty("closed_at");
  });

  test("refuses a dependency or parent that would close a circle, and prints the way", async () => {
    const world = await initialisedWorld();
    const one = await make(world, "One");
    const two = await make(world, "Two", "--dep", one);
    const { exitCode, stderr } = await world.bz("update", one, "--dep", two, "--json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: "CYCLE", context: { path: [one, two, one] } },
    });
    const child = await make(world, "Child", "--parent", one);
    expect((await world.bz("update", one, "--parent", child)).exitCode).toBe(1);
    expect((await world.bz("update", one, "--dep", `related:${two}`)).exitCode).toBe(0);
  });

  test("refuses a call that names no change, and a reason without closing", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    for (const words of [
      [],
      ["-r", "x"],
      ["-s", "opne"],
      ["-s", "tombstone"],
      ["--expect-version", "x", "-p", "1"],
    ]) {
      expect((await world.bz("update", id, ...words)).exitCode).toBe(1);
    }
    expect(await row(world, id)).toMatchObject({ version: 1, status: "open" });
  });
});

describe("close and reopen", () => {
  test("are idempotent and keep what belongs to them", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    const { issues } = await rows(world, "close", id, "-r", "done", "--session", "s1");
    expect(issues).toMatchObject([{ id, status: "closed", close_reason: "done", closed_by_session: "s1" }]);
    expect((await world.bz("close", id)).exitCode).toBe(0);
    expect(await row(world, id)).toMatchObject({ version: 2 });
    await world.bz("reopen", id, "-r", "not done");
    const reopened = await row(world, id);
    expect(reopened).toMatchObject({ status: "open", comments: [{ text: "not done", author: "tester" }] });
    expect(reopened).not.toHaveProperty("close_reason");
    expect((await world.bz("reopen", id)).stdout).toStartWith("Was not closed");
  });

  test("an epic with open children is closed only with them or by force", async () => {
    const world = await initialisedWorld();
    const epic = await make(world, "Epic", "-t", "epic");
    const child = await make(world, "Child", "--parent", epic);
    const refused = await world.bz("close", epic, "--json");
    expect(refused.exitCode).toBe(1);
    expect(JSON.parse(refused.stderr)).toMatchObject({
      error: { code: "HAS_OPEN_CHILDREN", context: { open_children: [child] } },
    });
    expect((await world.bz("update", epic, "-s", "closed")).exitCode).toBe(1);
    expect((await world.bz("close", epic, child)).exitCode).toBe(0);
    await world.bz("reopen", epic, child);
    expect((await world.bz("close", epic, "-f")).exitCode).toBe(0);
    expect(await row(world, child)).toMatchObject({ status: "open" });
  });

  test("take unique beginnings of ids, and list the candidates of others", async () => {
    const world = await initialisedWorld();
    await world.bz("create", "One", "--id", "bd-aaa1");
    await world.bz("create", "Two", "--id", "bd-aaa2");
    const { exitCode, stderr } = await world.bz("close", "aaa", "--json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: "AMBIGUOUS_ID", context: { candidates: ["bd-aaa1", "bd-aaa2"] } },
    });
    expect((await world.bz("close", "aaa2", "aaa2")).stdout).toBe("Closed bd-aaa2: Two\n");
  });
});

describe("delete", () => {
  test("leaves a tombstone that says who, when and why", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    await world.bz("delete", id, "--reason", "mistake");
    expect(await row(world, id)).toMatchObject({
      status: "tombstone",
      deleted_by: "tester",
      delete_reason: "mistake",
      title: "One",
    });
    expect((await rows(world, "list", "--all")).total).toBe(0);
    expect((await rows(world, "list", "-s", "tombstone")).total).toBe(1);
  });

  test("refuses while others depend on it; -f and --cascade say who does", async () => {
    const world = await initialisedWorld();
    const base = await make(world, "Base");
    const middle = await make(world, "Middle", "--dep", base);
    const top = await make(world, "Top", "--dep", middle);
    const refused = await world.bz("delete", base, "--json");
    expect(refused.exitCode).toBe(1);
    expect(JSON.parse(refused.stderr)).toMatchObject({
      error: { code: "HAS_DEPENDENTS", context: { dependents: [{ id: middle, type: "blocks" }] } },
    });
    const rehearsed = await rows(world, "delete", base, "--cascade", "--dry-run");
    expect(rehearsed).toMatchObject({ dry_run: true, total: 3 });
    expect((await rows(world, "list")).total).toBe(3);
    expect((await rows(world, "delete", middle, "-f")).dependents).toEqual([
      { id: top, depends_on_id: middle, type: "blocks" },
    ]);
    expect((await world.bz("delete", base)).exitCode).toBe(0);
  });

  test("takes ids from a file, and reports those that are not there", async () => {
    const world = await initialisedWorld();
    const [one, two] = [await make(world, "One"), await make(world, "Two")];
    writeFileSync(`${world.directory}/ids`, `# gone\n${one}\n\n bd-none \n`);
    const { exitCode, stdout } = await world.bz("delete", two, "--from-file", "ids", "--json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ total: 2, failed: [{ id: "bd-none" }] });
    expect((await world.bz("delete")).exitCode).toBe(1);
  });

  test("--hard removes the text from the store and its history", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "Secret word");
    await world.bz("delete", id, "--hard");
    expect(await row(world, id)).toMatchObject({ status: "tombstone", title: "(purged)" });
    expect((await world.bz("history", id)).stdout).not.toContain("Secret");
    expect((await world.bz("doctor")).exitCode).toBe(0);
  });
});

describe("history", () => {
  test("tells what was done to an issue, by whom and in which session", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    await make(world, "Another");
    await world.bz("update", id, "-p", "1", "--actor", "alice", "--session", "s1");
    await world.bz("close", id, "-r", "done");
    await world.bz("reopen", id);
    await world.bz("compact");
    await world.bz("delete", id);
    const { events } = (await world.json("history", id)) as { events: { action: string }[] };
    expect(events.map((event) => event.action)).toEqual([
      "created",
      "updated",
      "closed",
      "reopened",
      "deleted",
    ]);
    expect(events[1]).toMatchObject({
      actor: "alice",
      session: "s1",
      command: "update",
      changes: { priority: 1 },
    });
    expect((await world.bz("show", id, "--with-history")).stdout).toContain(
      "alice (s1)  updated  priority=1",
    );
  });
});
