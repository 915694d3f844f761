import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatBriefing } from "../../output/briefing";
import { expectRunnable } from "../helpers/command-lines";
import { initialisedWorld, sequenceOf, TestWorld, temporaryDirectory } from "./test-world";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

async function primed(world: TestWorld, ...flags: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await world.bz("prime", ...flags);
  expect([exitCode, stderr]).toEqual([0, ""]);
  return stdout;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

describe("prime", () => {
  test("names what is ready also when that stands in a snapshot", async () => {
    const world = await initialisedWorld();
    for (const line of ["q A first one", "q A second one", "compact"]) await world.bz(...line.split(" "));
    const { stdout, stderr, exitCode } = await world.bz("prime");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("A first one");
    expect(stdout).toContain("A second one");
  });

  test("says how to work, what is held, what is ready and what is remembered, and changes nothing", async () => {
    const world = await initialisedWorld();
    await world.bz("create", "Held by me", "--id", "bd-a1", "-p", "1");
    await world.bz("create", "Free", "--id", "bd-b1", "-t", "bug", "-p", "0");
    await world.bz("create", "Theirs", "--id", "bd-c1", "-a", "ann");
    await world.bz("claim", "bd-a1");
    await world.bz("remember", "db", "the port is 5433");
    const before = await sequenceOf(world);
    const text = await primed(world);
    expect(text).toContain("You (tester) hold:\n  bd-a1 P1 task Held by me\n");
    expect(text).toContain("Ready (1), best first:\n  bd-b1 P0 bug Free\n");
    expect(text).toContain("Remembered:\n  db: the port is 5433\n");
    expect(text).not.toContain("Theirs");
    expect(text.indexOf("bz next --claim")).toBeLessThan(text.indexOf("hold:"));
    expect(await sequenceOf(world)).toBe(before);
    expect(await world.json("prime")).toEqual({
      text,
      held: ["bd-a1"],
      held_elsewhere: 0,
      ready: 1,
      memories: 1,
      warnings: [],
    });
  });

  test("names only command lines that bz understands", async () => {
    const text = await primed(await initialisedWorld());
    const lines = [...(text.match(/^bz .*$/gm) ?? []), ...(text.match(/(?<=`)bz [^`]*(?=`)/g) ?? [])];
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) await expectRunnable(line);
    const further = /^Also: (.*) \(/m.exec(text)?.[1]?.split(" ") ?? [];
    expect(further).toContain("list");
    for (const name of further) await expectRunnable(`bz ${name} --help`);
  });

  test("tells the claims of this session from those of others of the same actor", async () => {
    const world = await initialisedWorld();
    for (const [id, session] of [
      ["bd-a1", "s1"],
      ["bd-b1", "s2"],
      ["bd-c1", undefined],
    ] as const) {
      await world.bz("create", `Of ${session}`, "--id", id);
      await world.bz("claim", id, ...(session === undefined ? [] : ["--session", session]));
    }
    const text = await primed(world, "--session", "s1");
    expect(text).toContain("You (tester, session s1) hold: (1 more in other sessions)\n  bd-a1");
    expect(await world.json("prime", "--session", "s1")).toMatchObject({
      held: ["bd-a1", "bd-c1"],
      held_elsewhere: 1,
    });
    expect(await world.json("prime")).toMatchObject({ held: ["bd-a1", "bd-b1", "bd-c1"], held_elsewhere: 0 });
  });

  test("stays below 2,000 bytes and keeps whole lines, whatever the store is full of", async () => {
    const world = await initialisedWorld();
    const hostile = "🧨\u001b[31m`$(touch x)`\u202e # ! ".repeat(18);
    const lines = Array.from({ length: 60 }, (_, at) =>
      JSON.stringify({
        id: `bd-${"x".repeat(at % 7)}${at}`,
        title: `${at} ${hostile}`.slice(0, 480),
        priority: at % 5,
        ...(at % 2 === 0 ? { status: "in_progress", assignee: "tester" } : {}),
      }),
    );
    world.stdin = lines.join("\n");
    await world.bz("import", "-");
    for (let at = 0; at < 30; at++)
      await world.bz("remember", `key ${at} ${"k".repeat(150)}`, `${hostile}\n${hostile}`);
    rmSync(join(world.directory, ".beads/issues.jsonl"));
    for (const actor of ["tester", "ö".repeat(400), "x\ny"]) {
      const text = await primed(world, "--actor", actor, "--session", "s".repeat(500));
      expect(bytesOf(text)).toBeLessThan(2000);
      expect(bytesOf(text)).toBeGreaterThan(1700);
      expect(text).toEndWith("\n");
      expect(text.replace(/\n/g, "")).not.toMatch(/[\p{Cc}\u202e]/u);
      expect(text).toContain("bz close ID");
      expect(text).toContain("! there is no .beads/issues.jsonl yet: `bz sync` writes it\n");
      expect(text).toMatch(/^ {2}\.\.\. \d+ more: `bz ready`$/m);
      expect(text).toMatch(/^ {2}\.\.\. \d+ more: `bz memories`$/m);
    }
    const hook = JSON.parse(await primed(world, "--hook-json"));
    expect(bytesOf(hook.hookSpecificOutput.additionalContext)).toBeLessThan(2000);
  });

  test("writes an id whole, so that it can be copied", async () => {
    const world = await initialisedWorld();
    const id = `bd-${"x".repeat(60)}`;
    world.stdin = JSON.stringify({ id, title: "Long id", status: "open", priority: 1, issue_type: "task" });
    await world.bz("import", "-");
    expect(await primed(world)).toContain(`  ${id} P1 task Long id\n`);
  });

  test("looks no further than it can say, however much is ready", () => {
    const ready = Array.from({ length: 300_000 }, (_, at) => ({
      id: `bd-${at}`,
      title: "T",
      priority: 2,
      issue_type: "task",
    }));
    const nothing = {
      session: undefined,
      guide: [],
      held: [],
      heldElsewhere: 0,
      memories: [],
      warnings: [],
      commands: [],
    };
    const text = formatBriefing({ ...nothing, actor: "tester", ready });
    expect(text).toContain("Ready (300000), best first:\n  bd-0 P2 task T\n");
    expect(text).toMatch(/^ {2}\.\.\. 2999\d\d more: `bz ready`$/m);
  });

  test("says how far issues.jsonl is behind", async () => {
    const world = await initialisedWorld();
    await world.bz("config", "set", "sync.auto_flush", "false");
    await world.bz("q", "One");
    expect(await primed(world)).toContain(
      "! .beads/issues.jsonl is behind by 1 issue: `bz sync` before you commit\n",
    );
    await world.bz("sync");
    expect(await primed(world)).not.toContain("behind");
  });

  test("as a hook is one JSON document with the text in it", async () => {
    const world = await initialisedWorld();
    const stdout = await primed(world, "--hook-json");
    expect(stdout).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(stdout)).toEqual({
      hookSpecificOutput: { hookEventName: "SessionStart", additionalContext: await primed(world) },
    });
    expect(await world.json("prime", "--hook-json")).toEqual(JSON.parse(stdout));
  });

  test("outside of a workspace prints nothing and is content", async () => {
    const world = new TestWorld();
    for (const flags of [[], ["--hook-json"]]) expect(await primed(world, ...flags)).toBe("");
    expect(await world.json("prime")).toEqual({ text: "" });
    expect(readdirSync(world.directory)).toEqual([]);
  });

  test("of a store that cannot be read fails, but not as a hook: there the agent is told", async () => {
    const world = await initialisedWorld();
    await world.bz("q", "One");
    writeFileSync(join(world.directory, ".beads/store/snapshot"), "nonsense");
    expect(await world.bz("prime")).toMatchObject({ exitCode: 2, stdout: "" });
    const { hookSpecificOutput: told } = JSON.parse(await primed(world, "--hook-json"));
    expect(told.additionalContext).toContain("bz cannot read the issues of this repository");
    expect(told.additionalContext).toContain("bz doctor");
  });
});

describe("a PRIME.md", () => {
  test("in .beads says how to work instead, in its bounds; one of the user's does where there is none", async () => {
    const world = await initialisedWorld();
    const home = temporaryDirectory();
    world.env = { ...world.env, HOME: home };
    mkdirSync(join(home, ".config/beads"), { recursive: true });
    writeFileSync(join(home, ".config/beads/PRIME.md"), "My own way.\n");
    expect(await primed(world)).toContain("My own way.\nYou (tester) hold nothing\n");
    writeFileSync(
      join(world.directory, ".beads/PRIME.md"),
      `Our \u001b[31mway.\r\n${"A long line. ".repeat(400)}\n${"more\n".repeat(500)}`,
    );
    const text = await primed(world);
    expect(text).toStartWith(
      "# bz tracks the work on this repository; use it instead of lists of your own\nOur \\x1b[31mway.\nA long",
    );
    expect(text).toMatch(/ {2}\.\.\. \d+ more: PRIME\.md goes on\nYou \(tester\)/);
    expect(text).not.toContain("bz next --claim");
    expect(bytesOf(text)).toBeLessThan(2000);
  });

  test("that leads out of the repository is not read", async () => {
    const world = await initialisedWorld();
    const secret = join(temporaryDirectory(), "secret");
    writeFileSync(secret, "secret words");
    symlinkSync(secret, join(world.directory, ".beads/PRIME.md"));
    const text = await primed(world);
    expect(text).toContain("PRIME.md is a symbolic link");
    expect(text).toContain("bz next --claim");
    expect(text).not.toContain("secret words");
    expect(readFileSync(secret, "utf8")).toBe("secret words");
  });
});
