import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { spellingsOf } from "../../commands/arguments";
import { findCalledCommand } from "../../commands/called-command";
import type { AnyCommand } from "../../commands/command";
import type { CommandEntry, VerbEntry } from "../../commands/command-entry";
import { globalArguments } from "../../commands/global-arguments";
import { commandTable, findCommand } from "../../commands/main";
import { callsOfBz, expectRunnable } from "../helpers/command-lines";
import { TestWorld } from "./test-world";

interface Runnable {
  readonly entry: CommandEntry;
  readonly verb: VerbEntry;
  /** The words that call it. */
  readonly call: readonly string[];
}

const runnables = commandTable().flatMap((entry): Runnable[] =>
  entry.verbs === undefined
    ? [{ entry, verb: entry, call: [entry.name] }]
    : entry.verbs.map((verb) => ({ entry, verb, call: [entry.name, verb.name] })),
);
const loaded = await Promise.all(
  runnables.map(async (one) => ({ ...one, command: (await one.verb.load()).command as AnyCommand })),
);
const nouns = commandTable().filter((entry) => entry.verbs !== undefined);

describe("the command table", () => {
  test("has every name and alias once", () => {
    const names = commandTable().flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(names.length).toBe(new Set(names).size);
    for (const name of names) expect(findCommand(name)).toBeDefined();
  });

  for (const noun of nouns) {
    test(`${noun.name} has every verb and alias once, and its bare forms are verbs of it`, () => {
      const names = noun.verbs.flatMap(({ name, aliases }) => [name, ...aliases]);
      expect(names.length).toBe(new Set(names).size);
      for (const { verb, alias } of noun.bare ?? []) {
        expect(noun.verbs.map(({ name }) => name)).toContain(verb);
        if (alias !== undefined) expect(noun.aliases).toContain(alias);
      }
    });
  }

  for (const { verb, call, command } of loaded) {
    const name = call.join(" ");
    test(`${name} is declared under that name, described, and has examples that it accepts`, async () => {
      expect(existsSync(join(import.meta.dir, "../../commands", `${call.join("/")}.ts`))).toBe(true);
      expect(command.meta.name).toBe(name);
      expect(verb.summary).toMatch(/^[A-Z].*[^.]$/);
      expect(command.meta.description).toMatch(/\.$/);
      expect(command.examples.length).toBeGreaterThan(0);
      for (const [key, argument] of Object.entries(command.args())) {
        expect(`${key}: ${argument.description ?? ""}`).not.toBe(`${key}: `);
      }
      for (const example of command.examples) {
        await expectRunnable(example);
        const calls = callsOfBz(example).filter((words) => !/^--(?:help|version)$/m.test(words.join("\n")));
        const verbs = calls.map((words) => findCalledCommand(words).verb);
        if (calls.length > 0 && !verbs.includes(verb)) throw new Error(`"${example}" is not about ${name}`);
      }
    });

    test(`${name} spells no flag twice and takes none from the global ones but --format`, () => {
      const flags = [...Object.entries(command.args()), ...Object.entries(globalArguments)].flatMap(
        ([key, argument]) => (argument.type === "positional" ? [] : spellingsOf(key, argument)),
      );
      const twice = flags.filter((flag, at) => flags.indexOf(flag) !== at);
      expect(twice.filter((flag) => flag !== "--format")).toEqual([]);
    });
  }
});

describe("help", () => {
  test("lists every command, the global options and examples", async () => {
    const { stdout, exitCode } = await new TestWorld().bz();
    expect(exitCode).toBe(0);
    for (const { name, summary } of commandTable()) {
      expect(stdout).toContain(name);
      expect(stdout).toContain(summary);
    }
    for (const heading of ["USAGE", "COMMANDS", "GLOBAL OPTIONS", "EXAMPLES"])
      expect(stdout).toContain(heading);
    expect((await new TestWorld().bz("help")).stdout).toBe(stdout);
    expect((await new TestWorld().bz("--help")).stdout).toBe(stdout);
  });

  test("of a command is the same by help, --help and -h, and names every flag", async () => {
    for (const { verb, call, command } of loaded) {
      const { stdout, stderr, exitCode } = await new TestWorld().bz("help", ...call);
      expect([exitCode, stderr]).toEqual([0, ""]);
      expect((await new TestWorld().bz(...call, "--help")).stdout).toBe(stdout);
      const other = [...call.slice(0, -1), verb.aliases[0] ?? verb.name];
      expect((await new TestWorld().bz(...other, "-h")).stdout).toBe(stdout);
      for (const [key, argument] of Object.entries(command.args())) {
        if (argument.type === "positional") expect(stdout).toContain(key.toUpperCase());
        else for (const spelling of spellingsOf(key, argument)) expect(stdout).toContain(spelling);
      }
      for (const example of command.examples) expect(stdout).toContain(example);
      expect(stdout).toMatch(/^USAGE bz [\s\S]*^GLOBAL OPTIONS$[\s\S]*^EXAMPLES$/m);
      expect(stdout).not.toContain("\u001b");
      expect(stdout).not.toContain(" \n");
    }
  });

  test("of a noun lists its verbs, and what it can do by example", async () => {
    for (const noun of nouns) {
      const { stdout, stderr, exitCode } = await new TestWorld().bz("help", noun.name);
      expect([exitCode, stderr]).toEqual([0, ""]);
      expect((await new TestWorld().bz(noun.name, "--help")).stdout).toBe(stdout);
      expect((await new TestWorld().bz(noun.aliases[0] ?? noun.name, "-h")).stdout).toBe(stdout);
      expect((await new TestWorld().bz("--help", noun.name)).stdout).toBe(stdout);
      for (const { name, summary } of noun.verbs) {
        expect(stdout).toContain(name);
        expect(stdout).toContain(summary);
      }
      for (const { entry, command } of loaded)
        if (entry === noun) for (const example of command.examples) expect(stdout).toContain(example);
      expect(stdout).not.toContain(" \n");
    }
  });

  test("has colours on a terminal only", async () => {
    const world = new TestWorld();
    world.terminals = [1];
    expect((await world.bz("help", "list")).stdout).toContain("\u001b[");
    expect((await world.bz("help", "list", "--no-color")).stdout).not.toContain("\u001b[");
  });

  test("under --json is one document", async () => {
    expect(await new TestWorld().json("help")).toMatchObject({ commands: expect.any(Array) });
    expect(await new TestWorld().json("help", "q")).toMatchObject({ name: "q", options: expect.any(Array) });
    expect(await new TestWorld().json("help", "comments")).toMatchObject({
      name: "comments",
      verbs: expect.arrayContaining([{ name: "add", aliases: ["new"], summary: expect.any(String) }]),
    });
    expect(await new TestWorld().json("help", "comments", "add")).toMatchObject({ name: "comments add" });
  });

  test("of something unknown, and an unknown command, suggest what was meant", async () => {
    const world = new TestWorld();
    expect(await world.bz("help", "lst")).toMatchObject({ exitCode: 1, stdout: "" });
    const { exitCode, stderr } = await world.bz("craete", "x");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("did you mean `bz create`?");
    expect((await world.bz("frobnicate")).stderr).toContain("run `bz help`");
  });
});

describe("version", () => {
  test("is that of the package, by command and by flag", async () => {
    const { version } = await import("../../package.json");
    const { stdout } = await new TestWorld().bz("version");
    expect(stdout).toStartWith(`bz ${version} `);
    expect((await new TestWorld().bz("--version")).stdout).toBe(stdout);
    expect((await new TestWorld().bz("-V")).stdout).toBe(stdout);
    expect(await new TestWorld().json("version")).toMatchObject({ version });
  });
});
