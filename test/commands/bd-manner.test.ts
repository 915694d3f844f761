import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { initialisedWorld, type TestWorld } from "./test-world";

async function worldAsBd(): Promise<TestWorld> {
  const world = await initialisedWorld();
  world.env = { ...world.env, BZ_COMPAT: "bd" };
  return world;
}

async function created(world: TestWorld, ...words: string[]): Promise<string> {
  return (await world.bz("create", ...words, "--silent")).stdout.trim();
}

describe("the manner of bd", () => {
  test("is taken on for BZ_COMPAT or the name bd, and for nothing else", async () => {
    const world = await initialisedWorld();
    const versionAs = async (calledAs: string, compat?: string) => {
      world.calledAs = calledAs;
      world.env = { ...world.env, BZ_COMPAT: compat };
      return (await world.bz("version")).stdout.split(" ", 1)[0];
    };
    expect(await versionAs("bz")).toBe("bz");
    expect(await versionAs("/home/bd/bin/bz")).toBe("bz");
    expect(await versionAs("abd")).toBe("bz");
    expect(await versionAs("bd")).toBe("bd");
    expect(await versionAs("../bin/bd")).toBe("bd");
    expect(await versionAs("bz", "bd")).toBe("bd");
    expect(await versionAs("bd", "bz")).toBe("bz");
    expect(await versionAs("bz", "")).toBe("bz");
  });

  test("refuses a BZ_COMPAT that names no tool", async () => {
    const world = await initialisedWorld();
    world.env = { ...world.env, BZ_COMPAT: "br" };
    const { exitCode, stderr } = await world.bz("list");
    expect(exitCode).toBe(1);
    expect(stderr).toContain('BZ_COMPAT cannot be "br"');
  });

  test("keeps every text as it was given, whatever it begins with", async () => {
    const world = await worldAsBd();
    const id = await created(world, "--title", "@home", "-d", "@alice\n--not-a-flag", "--design=-x");
    await world.bz("update", id, "--notes", "@@twice", "--acceptance-criteria", "--flag");
    await world.bz("comment", id, "@all");
    await world.bz("comment", id, "-");
    await world.bz("update", id, "--acceptance", "-");
    expect(world.stdinReads).toBe(0);
    expect(await world.json("show", id)).toMatchObject([
      { acceptance_criteria: "-", comments: [{}, { text: "-" }] },
    ]);
    await world.bz("update", id, "--acceptance", "--flag");
    expect(await world.json("show", id)).toMatchObject([
      {
        title: "@home",
        description: "@alice\n--not-a-flag",
        design: "-x",
        notes: "@@twice",
        acceptance_criteria: "--flag",
        comments: [{ text: "@all" }, {}],
      },
    ]);
  });

  test("reads a description from stdin for a hyphen", async () => {
    const world = await worldAsBd();
    world.stdin = "from stdin\n";
    const id = await created(world, "t", "-d", "-");
    expect(await world.json("show", id)).toMatchObject([{ description: "from stdin" }]);
    world.stdin = "more\n";
    await world.bz("comments", "add", id, "--stdin");
    expect(await world.json("comments", id)).toMatchObject([{ text: "more" }]);
  });

  test("reads the files that flags for files name", async () => {
    const world = await worldAsBd();
    await Bun.write(join(world.directory, "body.md"), "from a file\n");
    const id = await created(world, "t", "--body-file", "body.md");
    expect(await world.json("show", id)).toMatchObject([{ description: "from a file" }]);
  });

  test("lets an actor claim twice, and nobody claim what another holds", async () => {
    const world = await worldAsBd();
    const id = await created(world, "t");
    for (const _ of ["first", "again"]) {
      const { exitCode, stdout } = await world.bz("update", id, "--claim", "--actor", "bob", "--json");
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject([{ id, status: "in_progress", assignee: "bob" }]);
    }
    const lost = await world.bz("update", id, "--claim", "--actor", "eve", "--json");
    expect(lost).toMatchObject({ exitCode: 1, stdout: "" });
    expect(JSON.parse(lost.stderr)).toMatchObject({ code: "CLAIMED" });
    expect(await world.json("show", "--current", "--actor", "bob")).toMatchObject([{ id }]);
    expect(await world.json("show", "--current", "--actor", "eve")).toEqual([]);
  });

  test("hands out nothing as an empty list and exit 0", async () => {
    const world = await worldAsBd();
    expect(await world.bz("ready", "--claim", "--json")).toEqual({ exitCode: 0, stdout: "[]\n", stderr: "" });
  });

  test("shows those of several that are there, and says on stderr which are not", async () => {
    const world = await worldAsBd();
    const id = await created(world, "t");
    const { exitCode, stdout, stderr } = await world.bz("show", id, "bd-x", "bd-y", "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ id }]);
    expect(JSON.parse(stderr)).toMatchObject({
      code: "NOT_FOUND",
      details: [{}, {}].map(() => expect.any(String)),
    });
    expect((await world.bz("show", "bd-x")).exitCode).toBe(1);
    expect((await world.bz("close", id, "bd-x", "--json")).exitCode).toBe(1);
  });

  test("leaves out the ends of edges that lead nowhere", async () => {
    const world = await worldAsBd();
    const id = await created(world, "t", "--deps", "bd-elsewhere");
    expect(await world.json("show", id)).toMatchObject([{ dependencies: [] }]);
    expect(await world.json("list")).toMatchObject([{ dependencies: [{ depends_on_id: "bd-elsewhere" }] }]);
  });

  test("takes a deletion for a preview until it is forced", async () => {
    const world = await worldAsBd();
    const id = await created(world, "t");
    await created(world, "waits", "--deps", id);
    expect((await world.bz("delete", id)).exitCode).toBe(0);
    expect(await world.json("show", id)).toMatchObject([{ status: "open" }]);
    expect(await world.json("delete", id, "--force")).toMatchObject({ deleted: id });
    expect(await world.json("show", id)).toMatchObject([{ status: "tombstone" }]);
  });

  test("prunes what was closed long ago when it is forced", async () => {
    const world = await worldAsBd();
    const id = await created(world, "old");
    await world.bz("close", id);
    world.timeMs += 40 * 86_400_000;
    await world.bz("close", await created(world, "new"));
    expect(await world.json("prune", "--older-than", "30d")).toMatchObject({ dry_run: true, deleted: [id] });
    expect(await world.json("show", id)).toMatchObject([{ status: "closed" }]);
    expect(await world.json("prune", "--older-than", "30d", "--force")).toMatchObject({ pruned_count: 1 });
    expect(await world.json("show", id)).toMatchObject([{ status: "tombstone" }]);
    expect(await world.json("list", "--all")).toMatchObject([{ title: "new" }]);
  });

  test("names commands as they can be called", async () => {
    const world = await worldAsBd();
    expect((await world.bz("show", "bd-x")).stderr).toContain("`bz list --all`");
    expect((await world.bz("prime")).stdout).toContain("\nbz close ID");
    world.calledAs = "/usr/local/bin/bd";
    expect((await world.bz("show", "bd-x")).stderr).toContain("`bd list --all`");
    expect(JSON.parse((await world.bz("show", "bd-x", "--json")).stderr)).toMatchObject({
      hint: "`bd list --all` shows the ids",
    });
    for (const command of ["prime", "onboard"]) {
      const { stdout } = await world.bz(command);
      expect(stdout).toContain("\nbd close ID");
      expect(stdout).not.toContain("\nbz ");
    }
  });

  test("says what one close led to", async () => {
    const world = await worldAsBd();
    const id = await created(world, "t");
    const next = await created(world, "next", "--deps", id);
    expect(await world.json("close", id, "--suggest-next")).toMatchObject({
      closed: [{ id, status: "closed" }],
      unblocked: [{ id: next }],
    });
    expect(await world.json("close", next, "--claim-next")).toMatchObject({
      closed: [{ id: next }],
      claimed: null,
    });
  });

  test("finds the workspace by the file that BEADS_DB or --db names", async () => {
    const world = await worldAsBd();
    const id = await created(world, "t");
    const beads = join(world.directory, ".beads");
    world.directory = "/";
    world.env = { ...world.env, BEADS_DB: join(beads, "beads.db") };
    expect(await world.json("list")).toMatchObject([{ id }]);
    expect(await world.json("list", "--db", join(beads, "issues.jsonl"))).toMatchObject([{ id }]);
    world.env = { ...world.env, BEADS_DB: "/nowhere/beads.db", BEADS_DIR: beads };
    expect(await world.json("list")).toMatchObject([{ id }]);
  });

  test("wraps answers when BD_JSON_ENVELOPE asks for it", async () => {
    const world = await worldAsBd();
    world.env = { ...world.env, BD_JSON_ENVELOPE: "1" };
    expect(await world.json("list")).toEqual({ schema_version: 1, data: [] });
  });

  test("leaves the other formats as they are", async () => {
    const world = await worldAsBd();
    const id = await created(world, "One");
    expect((await world.bz("list", "--format", "ids")).stdout).toBe(`${id}\n`);
    expect((await world.bz("list", "--format", "jsonl")).stdout).toStartWith(`{"id":"${id}"`);
  });
});
