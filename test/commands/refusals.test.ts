import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { initialisedWorld, sequenceOf, TestWorld, temporaryDirectory } from "./test-world";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

describe("delete --hard", () => {
  test("knows a purged issue by its stamp, not by its title", async () => {
    const world = await initialisedWorld();
    const id = (await world.bz("q", "(purged)")).stdout.trim();
    expect((await world.bz("delete", "--hard", id)).stdout).toStartWith("Purged");
    expect((await world.bz("delete", "--hard", id)).stdout).toStartWith("Was deleted already");
  });
});

describe("--metadata", () => {
  test("takes no number that would be stored as another one", async () => {
    const world = await initialisedWorld();
    const id = (await world.bz("q", "One")).stdout.trim();
    for (const words of [
      ["create", "Two"],
      ["update", id],
    ]) {
      const refused = await world.bz(...words, "--json", "--metadata", '{"n":12345678901234567890}');
      expect(refused.exitCode).toBe(1);
      const { error } = JSON.parse(refused.stderr);
      expect(error).toMatchObject({ code: "INVALID", context: { number: "12345678901234567890" } });
      expect(error.hint).toContain('"12345678901234567890"');
    }
    expect(
      (await world.bz("update", id, "--metadata", '{"n":"12345678901234567890","m":1.50}')).exitCode,
    ).toBe(0);
  });
});

describe("what would be lost without a word", () => {
  test("is metadata that a line leaves out; none is said by null", async () => {
    const world = await initialisedWorld();
    await world.bz("create", "Title", "--id", "bd-a", "--metadata", "0");
    const before = await sequenceOf(world);
    for (const metadata of ["false", "[]", " [ ] "])
      for (const words of [
        ["create", "Two"],
        ["update", "bd-a"],
      ]) {
        const refused = await world.bz(...words, "--metadata", metadata);
        expect([metadata, refused.exitCode, refused.stderr]).toEqual([
          metadata,
          1,
          expect.stringContaining("would be stored as none"),
        ]);
      }
    expect(await sequenceOf(world)).toBe(before);
    expect(await world.json("show", "bd-a")).toMatchObject({ issues: [{ metadata: 0 }] });
  });

  test("is the first of two values for one key, wherever JSON is read from the user", async () => {
    const world = await initialisedWorld();
    await world.bz("create", "Title", "--id", "bd-a");
    const before = await sequenceOf(world);
    const lines: [stdin: string, ...words: string[]][] = [
      ['{"cmd":"close","id":"bd-a","cmd":"delete"}', "batch"],
      ['{"cmd":"update","id":"bd-a","title":"One","title":"Two"}', "batch"],
      ['{"title":"One","title":"Two"}', "add-batch", "--format", "jsonl"],
      ['[{"title":"One","depends_on":[{"target":"bd-a","target":"bd-b"}]}]', "add-batch", "--format", "json"],
      ['{"nodes":[{"title":"One"}],"nodes":[]}', "add-batch", "--format", "json"],
      [
        '{"nodes":[{"key":"a","title":"One"}],"edges":[{"from":"a","to":"bd-a","to":"a"}]}',
        "add-batch",
        "--format",
        "json",
      ],
      ['{"a":{"k":1,"\\u006b":2}}', "create", "One", "--metadata", "-"],
      ['{"kind":"note","kind":"other"}', "audit", "record", "--stdin"],
    ];
    for (const [stdin, ...words] of lines) {
      world.stdin = stdin;
      const { exitCode, stdout, stderr } = await world.bz(...words, "--json");
      expect([words, exitCode, `${stdout}${stderr}`]).toEqual([
        words,
        1,
        expect.stringContaining("stands twice in one object"),
      ]);
    }
    expect(await sequenceOf(world)).toBe(before);
  });
});

describe("a flag that would say nothing", () => {
  test("is refused, and nothing is written", async () => {
    const world = await initialisedWorld();
    await world.bz("create", "Title", "--id", "bd-a");
    const before = await sequenceOf(world);
    for (const words of [
      ["update", "bd-a", "-p", "1", "--force"],
      ["update", "bd-a", "-s", "blocked", "-f"],
      ["release", "--older-than", "1m", "--force"],
      ["delete", "bd-a", "--hard", "--reason", "Secret"],
      ["reopen", "bd-a", "--force"],
    ]) {
      const { exitCode, stderr } = await world.bz(...words, "--json");
      expect([words, exitCode, JSON.parse(stderr).error.code]).toEqual([words, 1, "USAGE"]);
    }
    expect(await sequenceOf(world)).toBe(before);
  });
});

describe("a label", () => {
  test("is trimmed, and holds nothing that separates labels or cannot be seen, whichever way it comes", async () => {
    const world = await initialisedWorld();
    await world.bz("create", "Title", "--id", "bd-a", "-l", " web , ui,");
    expect(await world.json("show", "bd-a")).toMatchObject({ issues: [{ labels: ["ui", "web"] }] });
    const before = await sequenceOf(world);
    for (const label of [
      "",
      " ",
      "a,b",
      "a\nb",
      "a\u0007",
      "a\u202eb",
      "a\u200b",
      "a\u2028b",
      "\ud800",
      "x".repeat(101),
    ])
      for (const words of [
        ["label", "add", "bd-a", label],
        ["label", "rename", "web", label],
      ]) {
        const { exitCode, stderr } = await world.bz(...words, "--json");
        expect([label, exitCode, JSON.parse(stderr).error.code]).toEqual([label, 1, "INVALID"]);
      }
    for (const words of [
      ["create", "Title", "-l", "a\u200bb"],
      ["update", "bd-a", "--add-label", "a\u0007"],
      ["update", "bd-a", "--set-labels", "x,a\u202eb"],
    ])
      expect([words, (await world.bz(...words)).exitCode]).toEqual([words, 1]);
    expect(await sequenceOf(world)).toBe(before);
    expect((await world.bz("label", "add", "bd-a", "👩\u200d💻")).exitCode).toBe(0);
    expect((await world.bz("update", "bd-a", "--set-labels", "")).exitCode).toBe(0);
    expect(await world.json("show", "bd-a")).toMatchObject({ issues: [{ labels: [] }] });
  });
});

describe("an error", () => {
  test("on something that is not there says what to do next", async () => {
    const world = await initialisedWorld();
    for (const [words, hint] of [
      [["show", "zzzzzz"], "bz list --all"],
      [["close", "zzzzzz"], "bz list --all"],
      [["delete", "--from-file", "none"], "check the path"],
    ] as const) {
      const { exitCode, stderr } = await world.bz(...words);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(hint);
    }
  });

  test("on a path that is longer than any can be says that there is no such file", async () => {
    const world = await initialisedWorld();
    const long = "x".repeat(10_000);
    for (const [code, ...words] of [
      ["FILE_UNREADABLE", "import", long],
      ["FILE_UNREADABLE", "add-batch", long],
      ["FILE_UNREADABLE", "create", "Title", "-d", `@${long}`],
      ["NOT_INITIALIZED", "list", "--data", long],
    ]) {
      const { exitCode, stderr } = await world.bz(...words, "--json");
      expect([words, exitCode, JSON.parse(stderr).error.code]).toEqual([words, 1, code]);
    }
    world.env = { ...world.env, HOME: `/${long}` };
    expect(await world.bz("config", "list")).toMatchObject({ exitCode: 0, stderr: "" });
  });

  test("on a current directory that was removed names it, and -C leads out of it", async () => {
    const root = temporaryDirectory();
    const entry = join(import.meta.dir, "../../index.ts");
    const run = async (...words: string[]) => {
      const script = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"';
      const command = ["sh", "-c", script, "sh", process.execPath, entry, ...words];
      const child = Bun.spawn(command, { cwd: root, env: { HOME: root }, stdout: "pipe", stderr: "pipe" });
      const stderr = await new Response(child.stderr).text();
      return { exitCode: await child.exited, stderr };
    };
    const lost = await run("list", "--json");
    expect(lost.exitCode).toBe(1);
    expect(JSON.parse(lost.stderr).error).toMatchObject({
      code: "FILE_UNREADABLE",
      message: "the current directory no longer exists",
    });
    expect((await run("-C", root, "init", "--here")).exitCode).toBe(0);
  });

  test("on a store that somebody compacts for ever is LOCK_TIMEOUT, exit 3", async () => {
    const world = new TestWorld();
    await world.bz("init", "--here");
    const compactLock = join(world.directory, ".beads/store/compact.lock");
    const { openAt, currentDirectory, closeFile } = await import("../../native/file");
    const { tryLock } = await import("../../native/file-lock");
    const held = openAt(currentDirectory, compactLock, "update");
    expect(tryLock(held)).toBe(true);
    const { exitCode, stderr } = await world.bz("compact", "--json", "--lock-timeout", "50");
    closeFile(held);
    expect(exitCode).toBe(3);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: "LOCK_TIMEOUT",
      retryable: true,
      context: { timeout_ms: 50, holder_pid: process.pid },
    });
    expect((await world.bz("compact")).exitCode).toBe(0);
  });
});
