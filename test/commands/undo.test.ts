import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { initialisedWorld, type TestWorld } from "./test-world";

async function make(world: TestWorld, ...words: string[]): Promise<string> {
  const { stdout, stderr } = await world.bz("q", ...words);
  if (!stdout.endsWith("\n")) throw new Error(stderr);
  return stdout.trimEnd();
}

async function row(world: TestWorld, id: string): Promise<Record<string, unknown>> {
  const { issues } = (await world.json("show", id)) as { issues: Record<string, unknown>[] };
  return issues[0] ?? {};
}

/** Of a command that has to fail: its exit code and the error's document. */
async function refusal(world: TestWorld, ...words: string[]) {
  const { exitCode, stdout, stderr } = await world.bz(...words, "--json");
  expect([words, stdout]).toEqual([words, ""]);
  const { error } = JSON.parse(stderr) as {
    error: { code: string; message: string; hint: string; context: Record<string, unknown> };
  };
  return { exitCode, ...error };
}

async function sequence(world: TestWorld): Promise<number> {
  const { store } = (await world.json("info")) as { store: { sequence: number } };
  return store.sequence;
}

describe("undo", () => {
  test("takes back the last change and says which, in text, as JSON and as ids", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One", "-p", "1");
    await world.bz("update", id, "--title", "Two", "-p", "3", "--add-label", "ui");
    const rehearsal = await world.bz("undo", "--dry-run");
    expect(rehearsal.stdout).toBe(
      `Would undo #2, update, 2026-01-15T12:00:03.000Z\nWould restore ${id}: One (title, priority, label ui)\n`,
    );
    expect(await sequence(world)).toBe(2);
    expect(await world.json("undo", "--dry-run")).toMatchObject({
      dry_run: true,
      issues: [{ id, title: "One", priority: 1, labels: [] }],
      undone: [{ sequence: 2, command: "update", time: "2026-01-15T12:00:03.000Z" }],
    });
    expect((await world.bz("undo")).stdout).toBe(
      `Undid #2, update, 2026-01-15T12:00:03.000Z\nRestored ${id}: One (title, priority, label ui)\n`,
    );
    expect(await row(world, id)).toMatchObject({ title: "One", priority: 1, labels: [], version: 3 });

    await world.bz("update", id, "--title", "Three");
    const { issues, ...rest } = (await world.json("undo")) as { issues: object[] };
    expect(issues).toMatchObject([{ id, title: "One" }]);
    expect(Object.keys(issues[0] ?? {})).not.toContain("dependencies");
    expect(rest).toEqual({
      total: 1,
      returned: 1,
      truncated: false,
      undone: [{ sequence: 4, command: "update", time: expect.any(String) }],
    });
    await world.bz("update", id, "--title", "Four");
    expect((await world.bz("undo", "-q")).stdout).toBe(`${id}\n`);
  });

  test("again steps further back, and --to brings back what an undo took", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    for (const title of ["Two", "Three", "Four"]) await world.bz("update", id, "--title", title);
    const titles: unknown[] = [];
    for (const words of [[], [], ["--to", "4"], [], ["2"], ["--to", "0"], ["--to", "3"]]) {
      const { exitCode, stderr } = await world.bz("undo", ...words);
      expect([words, exitCode, stderr]).toEqual([words, 0, ""]);
      const { title, status } = await row(world, id);
      titles.push(status === "tombstone" ? "deleted" : title);
    }
    expect(titles).toEqual(["Three", "Two", "Four", "Three", "One", "deleted", "Three"]);
    expect((await world.json("doctor")) as object).toMatchObject({ failures: 0 });
  });

  test("brings back what was closed, deleted, claimed, commented, linked and put under a parent", async () => {
    const world = await initialisedWorld();
    const [parent, id] = [await make(world, "Parent"), await make(world, "One")];
    const calls: readonly (readonly string[])[] = [
      ["close", id, "-r", "done"],
      ["delete", id, "--reason", "mistake"],
      ["claim", id],
      ["comments", "add", id, "Some words"],
      ["update", id, "--dep", parent],
      ["update", id, "--parent", parent],
      ["update", id, "--description", "Words", "--metadata", '{"a":[1]}', "--estimate", "30"],
      ["defer", id, "--until", "2030-01-01"],
    ];
    for (const words of calls) {
      const { version: _, updated_at: __, ...before } = await row(world, id);
      expect([words, (await world.bz(...words)).exitCode]).toEqual([words, 0]);
      const { version: ___, updated_at: ____, ...changed } = await row(world, id);
      expect([words, changed]).not.toEqual([words, before]);
      expect([words, (await world.bz("undo")).exitCode]).toEqual([words, 0]);
      const { version: _____, updated_at: ______, ...after } = await row(world, id);
      expect([words, after]).toEqual([words, before]);
    }
  });

  test("of a closing raises the count of reopenings, so that a clone that saw it closed does not close it again", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    await world.bz("close", id);
    await world.bz("undo");
    const face = join(world.directory, ".beads/issues.jsonl");
    await world.bz("sync");
    expect(await Bun.file(face).text()).toMatch(/"_stamp":"[^"]*\^1 /);
  });

  test("of a new issue deletes it, and of an import all that came in", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    expect((await world.bz("undo")).stdout).toEndWith(`Deleted ${id}: One\n`);
    expect(await row(world, id)).toMatchObject({ status: "tombstone", deleted_by: "tester" });
    const file = join(world.directory, "more.jsonl");
    const lines = Array.from({ length: 20 }, (_, at) => `{"id":"bd-i${at}","title":"I ${at}"}\n`);
    await Bun.write(file, lines.join(""));
    await world.bz("import", file);
    expect((await world.json("undo")) as object).toMatchObject({
      total: 20,
      undone: [{ command: "import" }],
    });
    expect(await world.json("list", "--all")).toMatchObject({ total: 0 });
  });

  test("of an import that was merged gives known issues back what they said", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One", "-l", "mine");
    const file = join(world.directory, "theirs.jsonl");
    await world.bz("export", "-o", file);
    const { time } = { time: "2026-01-15T13:00:00.000Z" };
    const theirs = (await Bun.file(file).text())
      .replace('"title":"One"', '"title":"Theirs"')
      .replace(/"updated_at":"[^"]*"/, `"updated_at":"${time}"`);
    await Bun.write(file, theirs);
    await world.bz("import", "--merge", file);
    expect(await row(world, id)).toMatchObject({ title: "Theirs" });
    expect((await world.bz("undo")).stdout).toContain(`Restored ${id}: One (title)`);
    expect(await row(world, id)).toMatchObject({ title: "One", labels: ["mine"] });
  });

  test("of changes that cancel each other out is remembered, too, so that the next one steps further back", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    await world.bz("update", id, "--title", "Two");
    await world.bz("update", id, "--title", "One");
    expect((await world.bz("undo", "2")).stdout).toEndWith(`Is as it was: ${id}: One\n`);
    expect(await sequence(world)).toBe(4);
    expect((await world.bz("undo")).stdout).toEndWith(`Deleted ${id}: One\n`);
  });

  test("shows in the history as what it did, and of what it is the undo", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    await world.bz("close", id);
    await world.bz("undo");
    const { events } = (await world.json("history", id)) as { events: object[] };
    expect(events.at(-1)).toMatchObject({ sequence: 3, command: "undo", action: "reopened", undoes: [2] });
    expect(events[1]).not.toHaveProperty("undoes");
    expect((await world.bz("history", id)).stdout).toContain("reopened  (undo of #2)");
  });

  test("works on what a compaction has folded, down to the lines the store was made with", async () => {
    const world = await initialisedWorld();
    const face = join(world.directory, ".beads/issues.jsonl");
    await Bun.write(face, '{"id":"bd-f","title":"From the face","priority":3}\n');
    await Bun.$`rm -rf ${join(world.directory, ".beads/store")}`;
    await world.bz("update", "bd-f", "--title", "Changed", "-p", "0");
    await world.bz("compact");
    await world.bz("close", "bd-f");
    await world.bz("compact");
    expect((await world.bz("undo", "2")).exitCode).toBe(0);
    expect(await row(world, "bd-f")).toMatchObject({ title: "From the face", priority: 3, status: "open" });
  });
});

describe("undo is refused", () => {
  test("where somebody else has changed it since, naming item, who, when and number; nothing is written", async () => {
    const world = await initialisedWorld();
    const [id, other] = [await make(world, "One"), await make(world, "Other")];
    await world.bz("update", id, other, "--title", "Two", "-p", "0");
    await world.bz("update", id, "--title", "Three", "--actor", "bob", "--session", "b1");
    const before = await sequence(world);
    expect(await refusal(world, "undo")).toMatchObject({
      exitCode: 1,
      code: "UNDO_CONFLICT",
      message: `others have changed it since: ${id}: title, by bob (session b1) at 2026-01-15T12:00:05.000Z (#4)`,
      context: {
        conflicts: [
          { id, item: "title", actor: "bob", session: "b1", sequence: 4, time: "2026-01-15T12:00:05.000Z" },
        ],
      },
    });
    expect((await refusal(world, "undo", "--dry-run")).code).toBe("UNDO_CONFLICT");
    expect(await sequence(world)).toBe(before);
    expect(await row(world, other)).toMatchObject({ title: "Two" });
  });

  test("only for what they changed: another field of the same issue is nobody else's", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    await world.bz("update", id, "--title", "Two");
    await world.bz("update", id, "-p", "0", "--add-label", "x", "--actor", "bob");
    expect((await world.bz("undo")).exitCode).toBe(0);
    expect(await row(world, id)).toMatchObject({ title: "One", priority: 0, labels: ["x"] });
  });

  test("for a new issue that others have commented on, or that others depend on", async () => {
    const world = await initialisedWorld();
    const commented = await make(world, "One");
    await world.bz("comments", "add", commented, "Mine too", "--actor", "bob");
    const comment = await refusal(world, "undo");
    expect([comment.code, comment.exitCode]).toEqual(["UNDO_CONFLICT", 1]);
    expect(comment.message).toMatch(/comment \w+, by bob at/);
    const needed = await make(world, "Two");
    const theirs = await make(world, "Theirs", "--dep", needed, "--actor", "bob");
    const refused = await refusal(world, "undo");
    expect(refused.message).toBe(
      `others depend by now on what would be deleted: ${theirs} on ${needed} (blocks)`,
    );
    expect(refused.context).toEqual({ dependents: [{ id: theirs, depends_on_id: needed, type: "blocks" }] });
  });

  test("where it would close a circle with a dependency that came since", async () => {
    const world = await initialisedWorld();
    const [one, two] = [await make(world, "One"), await make(world, "Two")];
    await world.bz("update", one, "--dep", two);
    await world.bz("undo");
    await world.bz("update", two, "--dep", one, "--actor", "bob");
    const refused = await refusal(world, "undo", "--to", "3");
    expect([refused.code, refused.context.path]).toEqual(["UNDO_CONFLICT", [one, two, one]]);
  });

  test("where an issue would leave its parent that waits for it by now, and hold up its blocker", async () => {
    const world = await initialisedWorld();
    const [whole, part, other] = [
      await make(world, "Whole"),
      await make(world, "Part"),
      await make(world, "Other"),
    ];
    await world.bz("update", part, "--parent", whole);
    await world.bz("update", other, "--parent", whole, "--actor", "bob");
    await world.bz("dep", "add", whole, part, "--actor", "bob");
    await world.bz("dep", "add", part, other, "--actor", "bob");
    const refused = await refusal(world, "undo");
    expect([refused.code, refused.context.path]).toEqual(["UNDO_CONFLICT", [whole, part, other, whole]]);
  });

  test("when there is nothing of this actor and session, or less than was asked for", async () => {
    const world = await initialisedWorld();
    expect(await refusal(world, "undo")).toMatchObject({ exitCode: 1, code: "NOTHING_TO_UNDO" });
    const id = await make(world, "One", "--session", "s1");
    const count = await sequence(world);
    for (const words of [
      ["undo", "--actor", "bob"],
      ["undo", "--session", "s2"],
      ["undo", "--to", "1"],
      ["undo", "--to", "99"],
      ["undo", "2"],
    ])
      expect([words, (await refusal(world, ...words)).code]).toEqual([words, "NOTHING_TO_UNDO"]);
    expect((await refusal(world, "undo", "2")).message).toBe(
      "only 1 transaction of tester can be undone, not 2",
    );
    expect((await refusal(world, "undo", "--session", "s2")).message).toBe(
      "there is nothing of tester in session s2 to undo",
    );
    expect(await sequence(world)).toBe(count);
    expect((await world.bz("undo", "--session", "s1", "-q")).stdout).toBe(`${id}\n`);
    expect((await refusal(world, "undo")).code).toBe("NOTHING_TO_UNDO");
  });

  test("for a purge, and for what is not a number", async () => {
    const world = await initialisedWorld();
    const id = await make(world, "One");
    await world.bz("update", id, "--title", "Two");
    await world.bz("delete", id, "--hard", "-f");
    const refused = await refusal(world, "undo");
    expect([refused.exitCode, refused.code]).toEqual([1, "CANNOT_UNDO"]);
    expect(refused.message).toContain("purged");
    expect((await world.bz("undo")).stderr).toContain("hint: undo does not step over a purge");
    for (const words of [
      ["undo", "0"],
      ["undo", "x"],
      ["undo", "--to", "-1"],
      ["undo", "1", "--to", "2"],
    ])
      expect([words, (await refusal(world, ...words)).code]).toEqual([words, "USAGE"]);
  });

  test("where the base of the log is lost, and with it what there was before", async () => {
    const world = await initialisedWorld();
    await Bun.write(join(world.directory, ".beads/issues.jsonl"), '{"id":"bd-f","title":"From the face"}\n');
    await Bun.$`rm -rf ${join(world.directory, ".beads/store")}`;
    await world.bz("update", "bd-f", "--title", "Two");
    await world.bz("compact");
    await Bun.$`rm ${join(world.directory, ".beads/store/history/snapshot.1")}`;
    expect(await refusal(world, "undo")).toMatchObject({
      code: "CANNOT_UNDO",
      message: "it is not known here what bd-f was before",
    });
    await world.bz("update", "bd-f", "--title", "Three");
    await world.bz("undo");
    expect(await row(world, "bd-f")).toMatchObject({ title: "Two" });
  });
});
