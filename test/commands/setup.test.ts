import { describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { agentRecipes } from "../../commands/agent-recipes";
import { expectRunnable } from "../helpers/command-lines";
import { initialisedWorld, TestWorld, temporaryDirectory } from "./test-world";

async function homedWorld(): Promise<TestWorld> {
  const world = await initialisedWorld();
  mkdirSync(join(world.directory, ".git"));
  world.env = { ...world.env, HOME: temporaryDirectory() };
  return world;
}

function read(world: TestWorld, path: string): string {
  return readFileSync(join(world.directory, path), "utf8");
}

function write(world: TestWorld, path: string, text: string): void {
  mkdirSync(dirname(join(world.directory, path)), { recursive: true });
  writeFileSync(join(world.directory, path), text);
}

/** Every file but those of bz, git and the workspace. */
function filesOf(world: TestWorld): Record<string, string> {
  const names = readdirSync(world.directory, { recursive: true, encoding: "utf8" });
  const own = names.filter((name) => !/^\.(?:beads|git)(?:\/|$)/.test(name));
  const files = own.filter((name) => statSync(join(world.directory, name)).isFile());
  return Object.fromEntries(files.sort().map((name) => [name, read(world, name)]));
}

describe("setup", () => {
  for (const { name, project } of agentRecipes) {
    test(`${name} is written, found, written again without a change, and taken out without a trace`, async () => {
      const world = await homedWorld();
      expect(await world.bz("setup", name, "--check")).toMatchObject({ exitCode: 1 });
      expect(filesOf(world)).toEqual({});
      const { exitCode, stderr } = await world.bz("setup", name);
      expect([exitCode, stderr.includes("the next session")]).toEqual([0, true]);
      const files = filesOf(world);
      expect(Object.keys(files)).toEqual(project.map(({ path }) => path).sort());
      expect(await world.json("setup", name)).toEqual({
        name,
        scope: "project",
        files: project.map(({ path }) => ({ path, change: "unchanged" })),
      });
      expect(filesOf(world)).toEqual(files);
      expect(await world.bz("setup", name, "--check")).toMatchObject({ exitCode: 0, stderr: "" });
      const { stdout } = await world.bz("setup", name, "--print");
      for (const [path, text] of Object.entries(files)) expect(stdout).toContain(`# ${path}\n\n${text}`);
      await world.bz("setup", name, "--remove");
      expect(filesOf(world)).toEqual({});
      expect(await world.bz("setup", name, "--remove")).toMatchObject({ exitCode: 0 });
    });
  }

  test.each(["Ours.", "Ours.\n", "Ours.\n\n", "Ours.\r\nToo.", "Ours.\r\n", "\ufeffOurs.\n"])(
    "--remove gives back %j byte for byte",
    async (text) => {
      const world = await homedWorld();
      write(world, "AGENTS.md", text);
      await world.bz("setup", "agents");
      expect(read(world, "AGENTS.md")).toContain("BEGIN BEADS INTEGRATION");
      expect(await world.json("setup", "agents")).toMatchObject({ files: [{ change: "unchanged" }] });
      await world.bz("setup", "agents", "--remove");
      expect(read(world, "AGENTS.md")).toBe(text);
    },
  );

  test("tells agents nothing that bz would not understand", async () => {
    const world = await homedWorld();
    for (const { name } of agentRecipes) {
      const { stdout } = await world.bz("setup", name, "--print");
      for (const line of stdout.match(/^bz .*$|(?<=`)bz [^`]*(?=`)|(?<=")bz [^"]*(?=")/gm) ?? [])
        await expectRunnable(line);
    }
    for (const line of (await world.bz("onboard")).stdout.match(/^bz .*$/gm) ?? [])
      await expectRunnable(line);
  });

  test("prints the section alone as onboard, and writes nothing then", async () => {
    const world = await homedWorld();
    const { stdout } = await world.bz("onboard");
    expect(await world.json("onboard")).toEqual({ text: stdout });
    expect(filesOf(world)).toEqual({});
    await world.bz("setup", "agents");
    expect(read(world, "AGENTS.md")).toBe(stdout);
  });

  test("leaves all other text of the file as it is, and takes out what it has put in", async () => {
    for (const text of ["# Ours\n\nText.\n", "# Ours\r\n\r\nText.\r\n", "\ufeffText without an end"]) {
      const world = await homedWorld();
      write(world, "AGENTS.md", text);
      await world.bz("setup", "agents");
      expect(read(world, "AGENTS.md")).toStartWith(text);
      expect(read(world, "AGENTS.md").includes("\r\n")).toBe(text.includes("\r\n"));
      expect(/(?<!\r)\n/.test(read(world, "AGENTS.md"))).toBe(!text.includes("\r\n"));
      expect(await world.bz("setup", "agents", "--check")).toMatchObject({ exitCode: 0 });
      await world.bz("setup", "agents", "--remove");
      expect(read(world, "AGENTS.md").trimEnd()).toBe(text.trimEnd());
    }
  });

  test("replaces the sections of bd, its recipe for codex, br and bv, where the first of them stands", async () => {
    const world = await homedWorld();
    write(
      world,
      "AGENTS.md",
      "Above.\n<!-- BEGIN BEADS INTEGRATION v:1 profile:full hash:970c3bf2 -->\nbd!\n<!-- END BEADS INTEGRATION -->\n" +
        "Between `<!-- br-agent-instructions-v1 -->` in a sentence.\n" +
        "<!-- BEGIN BEADS CODEX SETUP: generated by bd setup codex -->\nbd!\n<!-- END BEADS CODEX SETUP -->\n" +
        "<!-- br-agent-instructions-v1 -->\nbr!\n<!-- end-br-agent-instructions -->\n" +
        "<!-- bv-agent-instructions-v2 -->\nbv!\n<!-- end-bv-agent-instructions -->\nBelow, without a line end",
    );
    expect(await world.json("setup", "agents", "--check")).toMatchObject({
      files: [{ path: "AGENTS.md", state: "stale" }],
    });
    await world.bz("setup", "agents");
    const { stdout: section } = await world.bz("onboard");
    expect(read(world, "AGENTS.md")).toBe(
      `Above.\n${section}Between \`<!-- br-agent-instructions-v1 -->\` in a sentence.\nBelow, without a line end`,
    );
    await world.bz("setup", "agents", "--remove");
    expect(read(world, "AGENTS.md")).toBe(
      "Above.\nBetween `<!-- br-agent-instructions-v1 -->` in a sentence.\nBelow, without a line end",
    );
  });

  test("refuses markers that do not pair up, and changes none of the files then", async () => {
    for (const lone of [
      "<!-- BEGIN BEADS INTEGRATION -->\nno end\n",
      "no begin\n<!-- END BEADS INTEGRATION -->\n",
      "<!-- BEGIN BEADS INTEGRATION -->\n<!-- BEGIN BEADS INTEGRATION -->\n<!-- END BEADS INTEGRATION -->\n",
    ]) {
      const world = await homedWorld();
      write(world, "CLAUDE.md", lone);
      for (const flags of [[], ["--remove"], ["--check"]]) {
        const { exitCode, stderr } = await world.bz("setup", "claude", ...flags);
        expect([exitCode, stderr.includes("CLAUDE.md: line ")]).toEqual([1, true]);
      }
      expect(filesOf(world)).toEqual({ "CLAUDE.md": lone });
    }
  });

  test("keeps to the repository, from wherever in it, and out of what its links lead to", async () => {
    const world = await homedWorld();
    const outside = temporaryDirectory();
    symlinkSync(outside, join(world.directory, ".claude"));
    expect(await world.bz("setup", "claude")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("elsewhere"),
    });
    expect(readdirSync(outside)).toEqual([]);
    expect(existsSync(join(world.directory, "CLAUDE.md"))).toBe(false);
    mkdirSync(join(world.directory, "deep/er"), { recursive: true });
    expect(await world.bz("-C", "deep/er", "setup", "agents")).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(world.directory, "../../AGENTS.md"))).toBe(true);
  });

  test("writes into the home directory with --global alone, where the agent reads there", async () => {
    const world = await homedWorld();
    const home = world.env.HOME ?? "";
    expect(await world.json("setup", "claude", "--global")).toEqual({
      name: "claude",
      scope: "global",
      files: [{ path: ".claude/settings.json", change: "created" }],
    });
    expect(readdirSync(home)).toEqual([".claude"]);
    expect(filesOf(world)).toEqual({});
    expect((await world.bz("setup", "claude", "--global", "--check")).stdout).toBe(
      "~/.claude/settings.json: current\n",
    );
    expect(await world.bz("setup", "cursor", "--global")).toMatchObject({ exitCode: 1 });
    world.env = { ...world.env, CODEX_HOME: "/elsewhere" };
    expect(await world.bz("setup", "codex", "--global")).toMatchObject({ exitCode: 1 });
    expect(readdirSync(home)).toEqual([".claude"]);
  });

  test("names the agents, and the nearest one of a misspelt name", async () => {
    const world = new TestWorld();
    expect(await world.json("setup", "--list")).toMatchObject({
      total: agentRecipes.length,
      truncated: false,
    });
    expect((await world.bz("setup", "--list", "-q")).stdout.split("\n")).toContain("claude");
    expect((await world.bz("setup", "claud")).stderr).toContain("did you mean claude");
    expect(await world.bz("setup")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--list") });
    for (const flags of [
      ["--check", "--remove"],
      ["--project", "--global"],
    ])
      expect(await world.bz("setup", "claude", ...flags)).toMatchObject({ exitCode: 1 });
  });

  test("needs a workspace to write, and may write nothing under --readonly", async () => {
    expect(await new TestWorld().bz("setup", "agents")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("bz init"),
    });
    const world = await homedWorld();
    expect(await world.bz("setup", "agents", "--readonly")).toMatchObject({ exitCode: 1 });
    expect(filesOf(world)).toEqual({});
  });
});
