import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { initialisedWorld, type TestWorld, TestWorld as World } from "./test-world";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

async function tracker(): Promise<TestWorld> {
  const world = await initialisedWorld();
  await world.bz("create", "First", "--id", "bd-aaaa", "-l", "x,y");
  await world.bz("create", "Second", "--id", "bd-bbbb", "-a", "ann", "--dep", "bd-aaaa");
  return world;
}

describe("the form of an answer", () => {
  test("is asked for by --format, or by a flag of its own", async () => {
    const world = await tracker();
    const [first, second] = (await world.bz("list", "--format", "jsonl")).stdout.split("\n");
    const { issues } = JSON.parse((await world.bz("list", "--json")).stdout);
    expect([JSON.parse(first ?? ""), JSON.parse(second ?? "")]).toEqual(issues);
    expect((await world.bz("--format=json", "list")).stdout).toBe((await world.bz("list", "--json")).stdout);
    expect((await world.bz("list", "--format", "ids")).stdout).toBe("bd-aaaa\nbd-bbbb\n");
    expect((await world.bz("list", "--format", "text")).stdout).toBe((await world.bz("list")).stdout);
    expect((await world.bz("list", "--toon")).stdout).toBe(
      (await world.bz("list", "--format", "toon")).stdout,
    );
    expect((await world.bz("ready", "--toon")).stdout).toBe(
      "issues[1]{id,title,status,priority,issue_type,unblocks}:\n  bd-aaaa,First,open,2,task,1\ntotal: 1\nreturned: 1\ntruncated: false\n",
    );
    const { stdout } = await world.bz("blocked", "--format", "csv");
    expect(stdout.replaceAll(/2026[^,]*/g, "TIME")).toBe(
      "id,title,status,priority,issue_type,assignee,created_at,updated_at,blocked_by_count,blocked_by\n" +
        "bd-bbbb,Second,open,2,task,ann,TIME,TIME,1,bd-aaaa\n",
    );
    expect((await world.bz("show", "aaaa", "--robot")).stdout).toStartWith(
      "bd-aaaa\topen\t2\ttask\tFirst\t\t2026-",
    );
  });

  test("is one: flags that ask for two are refused before anything is done", async () => {
    const world = await tracker();
    for (const flags of [
      ["--json", "--toon"],
      ["-q", "--json"],
      ["--robot", "--format", "csv"],
      ["--format=text", "-q"],
    ]) {
      const { exitCode, stdout, stderr } = await world.bz("q", "T", ...flags);
      expect([exitCode, stdout]).toEqual([1, ""]);
      expect(stderr).toContain("contradict each other");
    }
    expect((await world.bz("list", "-q", "--format", "ids")).exitCode).toBe(0);
    expect((await world.bz("list", "--json", "--format", "json")).exitCode).toBe(0);
    expect((await world.bz("list", "-q", "--json=false")).stdout).toBe("bd-aaaa\nbd-bbbb\n");
    expect((await world.bz("list", "--format", "cvs")).stderr).toContain("did you mean csv?");
  });

  test("is that of its errors, too: one document for programs, sentences for people", async () => {
    const world = await tracker();
    for (const form of [["--toon"], ["--robot"], ["--format", "csv"], ["--format=jsonl"], ["--json"]]) {
      for (const words of [["show", "none"], ["lst"], ["list", "--nope"], ["--nope"]]) {
        const { exitCode, stdout, stderr } = await world.bz(...form, ...words);
        expect([exitCode, stdout]).toEqual([1, ""]);
        expect(Object.keys(JSON.parse(stderr))).toEqual(["error"]);
      }
    }
    for (const form of [["-q"], ["--format", "ids"], ["--format", "nope"]]) {
      expect((await world.bz("lst", ...form)).stderr).toStartWith("error: ");
    }
  });

  test("names what failed of several: in the document, or on stderr where records have no place for it", async () => {
    const world = await tracker();
    const toon = await world.bz("show", "aaaa", "none", "--toon");
    expect([toon.exitCode, toon.stderr]).toEqual([1, ""]);
    expect(toon.stdout).toContain("failed[1]{id,code,message}:");
    const lines = await world.bz("show", "aaaa", "none", "--format", "jsonl");
    expect(lines.exitCode).toBe(1);
    expect(JSON.parse(lines.stdout)).toMatchObject({ id: "bd-aaaa" });
    expect(JSON.parse(lines.stderr)).toMatchObject({ error: { code: "NOT_FOUND", context: { id: "none" } } });
  });

  test("is not meant by the --format that a command has itself, but for json where that is what it prints", async () => {
    const world = await tracker();
    const { stdout } = await world.bz("dep", "tree", "bbbb", "--format", "dot");
    expect(stdout).toStartWith("digraph");
    expect((await world.bz("--format", "dot", "dep", "tree", "bbbb")).stdout).toBe(stdout);
    expect((await world.bz("dep", "tree", "none", "--format", "dot")).stderr).toStartWith("error: ");
    expect((await world.bz("dep", "tree", "bbbb", "--format", "dot", "--json")).exitCode).toBe(1);
    const { stdout: json } = await world.bz("dep", "tree", "bbbb", "--json");
    expect((await world.bz("dep", "tree", "bbbb", "--format", "json")).stdout).toBe(json);
    for (const words of [["none"], ["bbbb", "--nope"]]) {
      const { stderr } = await world.bz("dep", "tree", ...words, "--format", "json");
      expect(Object.keys(JSON.parse(stderr))).toEqual(["error"]);
    }
    world.stdin = "[]";
    expect((await world.bz("add-batch", "--format", "json", "--nope")).stderr).toStartWith("error: ");
    expect((await world.bz("list", "--format", "dot")).exitCode).toBe(1);
  });

  test("holds for help and version", async () => {
    expect(JSON.parse((await new World().bz("list", "--help", "--format", "json")).stdout)).toMatchObject({
      name: "list",
    });
    expect((await new World().bz("--version", "--format", "csv")).stdout).toStartWith(
      "version,bun,platform\n",
    );
  });
});

test("the records of an export are all of its lines", async () => {
  const world = await tracker();
  await world.bz("remember", "db", "Postgres");
  const { stdout } = await world.bz("export", "--include-memories");
  expect((await world.bz("export", "--include-memories", "--format", "jsonl")).stdout).toBe(stdout);
  expect(stdout.trimEnd().split("\n")).toHaveLength(3);
});

describe("--fields", () => {
  test("chooses the keys and their order, in every form", async () => {
    const world = await tracker();
    const fields = ["--fields", "id,type,labels", "--fields", "assignee,id"];
    expect(await world.json("list", ...fields)).toEqual({
      issues: [
        { id: "bd-aaaa", issue_type: "task", labels: ["x", "y"] },
        { id: "bd-bbbb", issue_type: "task", labels: [], assignee: "ann" },
      ],
      total: 2,
      returned: 2,
      truncated: false,
    });
    expect((await world.bz("list", ...fields)).stdout).toBe("bd-aaaa  task  x,y  -\nbd-bbbb  task  -  ann\n");
    expect((await world.bz("list", ...fields, "--format", "csv")).stdout).toBe(
      'id,issue_type,labels,assignee\nbd-aaaa,task,"x,y",\nbd-bbbb,task,,ann\n',
    );
    expect((await world.bz("list", ...fields, "--robot")).stdout).toBe(
      "bd-aaaa\ttask\tx,y\t\nbd-bbbb\ttask\t\tann\n",
    );
    expect((await world.bz("ready", "--fields", "unblocks,id", "--toon")).stdout).toStartWith(
      "issues[1]{unblocks,id}:\n  1,bd-aaaa\n",
    );
    expect((await world.bz("list", "--fields", "id", "--format", "jsonl")).stdout).toBe(
      '{"id":"bd-aaaa"}\n{"id":"bd-bbbb"}\n',
    );
    world.terminals = [1];
    expect((await world.bz("list", ...fields, "--no-color")).stdout).toBe(
      "ID       ISSUE TYPE  LABELS  ASSIGNEE\nbd-aaaa  task        x,y\nbd-bbbb  task                ann\n",
    );
  });

  test("refuses what is no key, naming the nearest, before a store is looked for", async () => {
    const { exitCode, stderr } = await new World().bz("list", "--fields", "id,titel", "--json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: "USAGE",
      hint: "did you mean title?",
      context: { field: "titel", nearest: ["title"] },
    });
    expect((await new World().bz("list", "--fields", "unblocks")).stderr).toContain('no field "unblocks"');
    expect((await new World().bz("list", "--fields", "")).stderr).toContain("--fields is empty");
    expect((await new World().bz("list", "--fields", "constructor")).exitCode).toBe(1);
    for (const flags of [["-q"], ["--explain"], ["--claim"]])
      expect((await new World().bz("ready", "--fields", "id", ...flags)).stderr).toContain(
        "contradict each other",
      );
  });

  test("never sends stored control characters to the screen", async () => {
    const world = await tracker();
    await world.bz("update", "aaaa", "--title", "a\u001b[2Jb", "--notes", "two\nlines");
    expect((await world.bz("list", "--fields", "title,notes", "--id", "aaaa")).stdout).toBe(
      "a\\x1b[2Jb  two\\nlines\n",
    );
  });
});
