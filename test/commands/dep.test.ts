import { describe, expect, test } from "bun:test";
import { initialisedWorld, sequenceOf, type TestWorld } from "./test-world";

/** A world with the issues bd-a, bd-b ... */
async function worldWith(...names: string[]): Promise<TestWorld> {
  const world = await initialisedWorld();
  for (const name of names) {
    const { exitCode, stderr } = await world.bz("create", `Title ${name}`, "--id", `bd-${name}`);
    if (exitCode !== 0) throw new Error(stderr);
  }
  return world;
}

async function edgesOf(world: TestWorld, id: string): Promise<string[]> {
  const { dependencies } = (await world.json("dep", "list", id)) as {
    dependencies: { type: string; depends_on_id: string }[];
  };
  return dependencies.map(({ type, depends_on_id }) => `${type} ${depends_on_id}`);
}

describe("dep add", () => {
  test("makes an edge, in every form and spelling", async () => {
    const world = await worldWith("a", "b", "c", "d", "e", "f");
    expect(await world.bz("dep", "add", "bd-a", "bd-b")).toEqual({
      exitCode: 0,
      stdout: "bd-a now depends on bd-b (blocks)\n",
      stderr: "",
    });
    expect(await world.json("dep", "add", "a", "c", "-t", "Discovered_From", "-m", '{"k":1}')).toEqual({
      status: "added",
      action: "added",
      issue_id: "bd-a",
      depends_on_id: "bd-c",
      type: "discovered-from",
      metadata: '{"k":1}',
    });
    expect((await world.bz("deps", "add", "-q", "a", "--blocked-by", "d")).stdout).toBe("bd-a\n");
    expect((await world.bz("dep", "add", "a", "--depends-on=e")).exitCode).toBe(0);
    expect((await world.bz("dep", "bd-b", "--blocked-by", "bd-c")).stdout).toBe(
      "bd-b now depends on bd-c (blocks)\n",
    );
    expect((await world.bz("dep", "bd-f", "--blocks", "a")).stdout).toBe(
      "bd-a now depends on bd-f (blocks)\n",
    );
    expect(await edgesOf(world, "a")).toEqual([
      "blocks bd-b",
      "discovered-from bd-c",
      "blocks bd-d",
      "blocks bd-e",
      "blocks bd-f",
    ]);
    expect((await world.bz("ready", "-q")).stdout.split("\n")).not.toContain("bd-a");
  });

  test("of an edge that stands changes nothing, and of another type is another edge", async () => {
    const world = await worldWith("a", "b");
    await world.bz("dep", "add", "a", "b");
    const before = await sequenceOf(world);
    expect(await world.bz("dep", "add", "a", "b")).toEqual({
      exitCode: 0,
      stdout: "bd-a depended already on bd-b (blocks)\n",
      stderr: "",
    });
    expect(await world.json("dep", "add", "a", "b")).toMatchObject({ status: "unchanged" });
    expect(await sequenceOf(world)).toBe(before);
    expect(await world.json("dep", "add", "a", "b", "-t", "related")).toMatchObject({ status: "added" });
    expect(await edgesOf(world, "a")).toEqual(["blocks bd-b", "related bd-b"]);
    expect(await world.json("dep", "add", "a", "b", "-m", '{"k":1}')).toMatchObject({ status: "updated" });
    expect((await world.bz("dep", "add", "a", "b", "-m", '{"k":2}')).stdout).toBe(
      "bd-a depends on bd-b (blocks) with other metadata\n",
    );
    expect(await edgesOf(world, "a")).toEqual(["blocks bd-b", "related bd-b"]);
  });

  test("with parent-child sets the parent, and names the one it takes the place of", async () => {
    const world = await worldWith("a", "p", "q");
    expect((await world.bz("dep", "add", "a", "p", "-t", "parent-child")).stdout).toBe(
      "bd-a is now part of bd-p\n",
    );
    expect((await world.bz("dep", "add", "a", "p", "-t", "parent-child")).stdout).toBe(
      "bd-a was already part of bd-p\n",
    );
    expect((await world.bz("dep", "add", "a", "q", "-t", "parent-child")).stdout).toBe(
      "bd-a is now part of bd-q instead of bd-p\n",
    );
    expect(await edgesOf(world, "a")).toEqual(["parent-child bd-q"]);
    expect(await world.json("show", "bd-a")).toMatchObject({ issues: [{ parent: "bd-q" }] });
  });

  test("keeps an edge to an id that is unknown here, and says so; it holds nothing up", async () => {
    const world = await worldWith("a", "bank");
    const { exitCode, stdout, stderr } = await world.bz("dep", "add", "a", "bd-bark");
    expect([exitCode, stdout]).toEqual([0, "bd-a now depends on bd-bark (blocks)\n"]);
    expect(stderr).toStartWith("warning: there is no issue bd-bark here (did you mean bd-bank?)");
    expect((await world.bz("ready", "-q")).stdout.split("\n")).toContain("bd-a");
    expect(await world.json("dep", "list", "a")).toMatchObject({
      dependencies: [{ id: "bd-bark", missing: true, issue_id: "bd-a", depends_on_id: "bd-bark" }],
    });
    await world.bz("create", "It came", "--id", "bd-bark");
    expect((await world.bz("ready", "-q")).stdout.split("\n")).not.toContain("bd-a");
  });

  test("follows the same rule as create --dep and update --dep", async () => {
    const world = await worldWith("a");
    for (const words of [
      ["create", "T", "--dep", "bd-none"],
      ["q", "T", "--dep", "waits-for:bd-none"],
      ["update", "a", "--dep", "bd-none"],
      ["create", "T", "--dry-run", "--dep", "bd-none"],
    ]) {
      const { exitCode, stderr } = await world.bz(...words);
      expect([words, exitCode]).toEqual([words, 0]);
      expect(stderr).toContain("there is no issue bd-none here");
    }
    expect((await world.bz("update", "a", "-p", "1")).stderr).toBe("");
    for (const words of [
      ["update", "a", "--parent", "bd-none"],
      ["create", "T", "--parent", "bd-none"],
      ["dep", "add", "a", "bd-none", "-t", "parent-child"],
      ["update", "a", "--dep", "none"],
    ]) {
      expect([words, (await world.bz(...words)).exitCode]).toEqual([words, 1]);
    }
  });

  test("warns of a deleted one, which holds nothing up", async () => {
    const world = await worldWith("a", "b");
    await world.bz("delete", "b");
    expect((await world.bz("dep", "add", "a", "b")).stderr).toBe(
      "warning: bd-b is deleted and holds nothing up\n",
    );
  });

  test("refuses a circle with the way around, and writes nothing", async () => {
    const world = await worldWith("a", "b", "c", "p");
    await world.bz("dep", "add", "a", "b");
    await world.bz("dep", "add", "b", "c");
    await world.bz("dep", "add", "c", "p", "-t", "parent-child");
    const before = await sequenceOf(world);
    const { exitCode, stdout, stderr } = await world.bz("dep", "add", "c", "a", "--json");
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: "CYCLE",
      message: "bd-c and bd-a would wait for each other: bd-c -> bd-a -> bd-b -> bd-c",
      context: { path: ["bd-c", "bd-a", "bd-b", "bd-c"] },
    });
    // What holds up the parent holds up the child, which c is: a waits for b, b for c.
    expect((await world.bz("dep", "add", "p", "a", "--json")).stderr).toContain('"CYCLE"');
    expect((await world.bz("dep", "a", "--blocks", "c")).exitCode).toBe(1);
    expect((await world.bz("dep", "add", "c", "a", "-t", "related")).exitCode).toBe(0);
    expect(await sequenceOf(world)).toBe(before + 1);
  });

  test("lets no issue leave a whole that would then wait for it and hold up its blocker, and says so", async () => {
    const world = await worldWith("a", "d", "f", "p");
    for (const words of [
      ["update", "f", "p", "--type", "epic"],
      ["dep", "add", "a", "f", "-t", "parent-child"],
      ["dep", "add", "d", "f", "-t", "parent-child"],
      ["dep", "add", "f", "a"],
      ["dep", "add", "a", "d"],
    ])
      expect((await world.bz(...words)).exitCode).toBe(0);
    const before = await sequenceOf(world);
    const ways = [
      ["update", "a", "--parent", "p"],
      ["update", "a", "--parent", ""],
      ["dep", "add", "a", "p", "-t", "parent-child"],
      ["dep", "remove", "a", "f", "-t", "parent-child"],
      ["epic", "remove", "f", "a"],
      ["epic", "add", "p", "a"],
    ];
    for (const words of ways) {
      const { exitCode, stderr } = await world.bz(...words, "--json");
      expect([words, exitCode, JSON.parse(stderr).error.context?.path]).toEqual([
        words,
        1,
        ["bd-f", "bd-a", "bd-d", "bd-f"],
      ]);
    }
    expect(await sequenceOf(world)).toBe(before);
    expect((await world.bz("dep", "remove", "f", "a")).exitCode).toBe(0);
    expect((await world.bz("update", "a", "--parent", "p")).exitCode).toBe(0);
  });

  test("refuses what makes no sense, and writes nothing", async () => {
    const world = await worldWith("a", "b", "c");
    await world.bz("delete", "c");
    const before = await sequenceOf(world);
    for (const [words, code] of [
      [["dep", "add", "a", "a"], "INVALID"],
      [["dep", "add", "a", "a", "-t", "parent-child"], "INVALID"],
      [["dep", "add", "a", "b", "-t", "blcks"], "INVALID"],
      [["dep", "add", "a", "b", "-m", "{"], "INVALID"],
      [["dep", "add", "c", "b"], "INVALID"],
      [["dep", "add", "zz", "b"], "NOT_FOUND"],
      [["dep", "add", "bd-zz", "b"], "NOT_FOUND"],
      [["dep", "add", "a", "zz"], "NOT_FOUND"],
      [["dep", "add", "a", "bd-no such"], "INVALID"],
      [["dep", "add", "a"], "USAGE"],
      [["dep", "add"], "USAGE"],
      [["dep", "add", "a", "b", "--blocked-by", "b"], "USAGE"],
      [["dep", "add", "a", "b", "--blocks", "b"], "USAGE"],
      [["dep", "add", "a", "b", "bd-c"], "USAGE"],
      [["dep", "add", "a", "b", "-t", "parent-child", "-m", "{}"], "USAGE"],
      [["dep"], "USAGE"],
      [["dep", "a", "b"], "USAGE"],
      [["dep", "ad", "a", "b"], "USAGE"],
      [["dep", "frobnicate"], "USAGE"],
    ] as const) {
      const { exitCode, stdout, stderr } = await world.bz(...words, "--json");
      expect([words, exitCode, stdout]).toEqual([words, 1, ""]);
      expect([words, JSON.parse(stderr).error.code]).toEqual([words, code]);
    }
    expect(await sequenceOf(world)).toBe(before);
    expect((await world.bz("dep", "add", "a", "b", "-t", "blcks")).stderr).toContain("did you mean blocks?");
    expect((await world.bz("dep", "ad", "a", "b")).stderr).toContain("did you mean `bz dep add`?");
    expect((await world.bz("dep")).stderr).toContain("dep needs a verb: add, remove, list, tree, cycles");
    expect((await world.bz("dep", "frobnicate")).stderr).toContain(
      "use one of add, remove, list, tree, cycles",
    );
  });
});

describe("dep remove", () => {
  test("takes away every edge between two issues, or those of a type", async () => {
    const world = await worldWith("a", "b", "p");
    for (const type of ["blocks", "related", "tracks"]) await world.bz("dep", "add", "a", "b", "-t", type);
    expect((await world.bz("dep", "rm", "a", "b", "-t", "tracks")).stdout).toBe(
      "bd-a no longer depends on bd-b (tracks)\n",
    );
    expect(await world.json("dep", "remove", "a", "b")).toEqual({
      status: "removed",
      action: "removed",
      issue_id: "bd-a",
      depends_on_id: "bd-b",
      type: "blocks",
      types: ["blocks", "related"],
    });
    await world.bz("dep", "add", "a", "p", "-t", "parent-child");
    expect((await world.bz("dep", "remove", "a", "p", "-q")).stdout).toBe("bd-a\n");
    expect(await edgesOf(world, "a")).toEqual([]);
    expect((await world.json("show", "a")) as object).not.toMatchObject({ issues: [{ parent: "bd-p" }] });
  });

  test("finds an edge to an id that is unknown here", async () => {
    const world = await worldWith("a");
    await world.bz("dep", "add", "a", "bd-none");
    expect((await world.bz("dep", "remove", "a", "bd-none")).exitCode).toBe(0);
    expect(await edgesOf(world, "a")).toEqual([]);
  });

  test("of an edge that is not there is an error that names those that are", async () => {
    const world = await worldWith("a", "b", "c");
    await world.bz("dep", "add", "a", "b");
    const before = await sequenceOf(world);
    for (const words of [
      ["dep", "remove", "a", "c"],
      ["dep", "remove", "a", "b", "-t", "related"],
      ["dep", "remove", "b", "a"],
    ]) {
      const { exitCode, stdout, stderr } = await world.bz(...words, "--json");
      expect([words, exitCode, stdout]).toEqual([words, 1, ""]);
      expect(JSON.parse(stderr).error.code).toBe("NOT_FOUND");
    }
    expect((await world.bz("dep", "remove", "a", "c")).stderr).toBe(
      "error: bd-a does not depend on bd-c\nhint: it depends on bd-b (blocks)\n",
    );
    expect(await sequenceOf(world)).toBe(before);
  });
});

describe("dep list", () => {
  test("shows either direction, or both, and one type", async () => {
    const world = await worldWith("a", "b", "c");
    await world.bz("dep", "add", "a", "b");
    await world.bz("dep", "add", "c", "a", "-t", "parent-child");
    expect((await world.bz("dep", "list", "a")).stdout).toBe("down  blocks  bd-b  open  Title b\n");
    expect((await world.bz("dep", "list", "a", "-d", "up")).stdout).toBe(
      "up  parent-child  bd-c  open  Title c\n",
    );
    expect(await world.json("dep", "ls", "a", "--direction", "both")).toMatchObject({
      dependencies: [
        { id: "bd-b", dependency_type: "blocks", direction: "down", issue_id: "bd-a", depends_on_id: "bd-b" },
        {
          id: "bd-c",
          dependency_type: "parent-child",
          direction: "up",
          issue_id: "bd-c",
          depends_on_id: "bd-a",
        },
      ],
      total: 2,
      returned: 2,
      truncated: false,
    });
    expect((await world.bz("dep", "list", "a", "-d", "both", "-t", "blocks", "-q")).stdout).toBe("bd-b\n");
    expect(await world.bz("dep", "list", "b")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "bd-b depends on nothing\n",
    });
    expect((await world.bz("dep", "list", "a", "-t", "blcks")).exitCode).toBe(1);
    expect((await world.bz("dep", "list", "a", "-d", "sideways")).exitCode).toBe(1);
    expect((await world.bz("dep", "list", "zz")).exitCode).toBe(1);
  });
});

describe("dep tree", () => {
  test("draws, and answers every node under --json and --format json", async () => {
    const world = await worldWith("a", "b", "c");
    await world.bz("dep", "add", "a", "b");
    await world.bz("dep", "add", "b", "c");
    expect((await world.bz("dep", "tree", "a")).stdout).toBe(
      "bd-a  open  P2  Title a\n└─ bd-b  open  P2  Title b\n   └─ bd-c  open  P2  Title c\n",
    );
    expect((await world.bz("dep", "tree", "c", "--reverse", "-q")).stdout).toBe("bd-c\nbd-b\nbd-a\n");
    expect((await world.bz("dep", "tree", "c", "--direction=up", "-q")).stdout).toBe("bd-c\nbd-b\nbd-a\n");
    expect((await world.bz("dep", "tree", "c", "--direction=down", "--reverse")).exitCode).toBe(1);
    const document = await world.json("dep", "tree", "a", "--max-depth", "1");
    expect(document).toMatchObject({
      tree: [
        { id: "bd-a", title: "Title a", depth: 0, parent_id: "bd-a", truncated: false },
        { id: "bd-b", depth: 1, parent_id: "bd-a", edge_from_parent: "blocks", truncated: true },
      ],
      total: 2,
      truncated: true,
    });
    const { stdout } = await world.bz("dep", "tree", "a", "-d1", "--format", "json");
    expect(JSON.parse(stdout)).toEqual(document);
    expect((await world.bz("dep", "tree", "a", "--format", "mermaid")).stdout).toStartWith("flowchart TD\n");
    expect((await world.bz("dep", "tree", "a", "--format", "dot")).stdout).toStartWith("digraph ");
    for (const words of [["zz"], ["a", "-d", "0"], ["a", "-d", "x"], ["a", "-f", "svg"], []]) {
      expect([words, (await world.bz("dep", "tree", ...words)).exitCode]).toEqual([words, 1]);
    }
  });
});

describe("dep cycles", () => {
  test("shows what an import has tangled, exit 0", async () => {
    const world = await worldWith("a");
    expect(await world.bz("dep", "cycles")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "no issues wait for each other\n",
    });
    expect(await world.json("dep", "cycles")).toMatchObject({ cycles: [], count: 0 });
    const times = '"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"';
    const line = (id: string, on: string) =>
      `{"id":"${id}","title":"T","status":"open","priority":2,"issue_type":"task",${times},"dependencies":[{"issue_id":"${id}","depends_on_id":"${on}","type":"blocks","created_at":"2026-01-01T00:00:00Z"}]}`;
    world.stdin = `${line("bd-x", "bd-y")}\n${line("bd-y", "bd-x")}\n`;
    await world.bz("import", "-");
    expect(await world.json("dep", "cycles")).toEqual({
      cycles: [["bd-x", "bd-y"]],
      count: 1,
      total: 1,
      returned: 1,
      truncated: false,
    });
    expect((await world.bz("dep", "cycles")).stdout).toBe("bd-x -> bd-y -> bd-x\n");
    expect((await world.bz("dep", "cycles", "-q")).stdout).toBe("bd-x\nbd-y\n");
    expect((await world.bz("dep", "tree", "bd-x")).stdout).toContain("(cycle)");
    expect((await world.bz("dep", "rm", "bd-y", "bd-x")).exitCode).toBe(0);
    expect(await world.json("dep", "cycles")).toMatchObject({ count: 0 });
  });
});
