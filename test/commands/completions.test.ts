import { beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { shells } from "../../output/completion-scripts";
import { initialisedWorld, type Outcome, TestWorld, temporaryDirectory } from "./test-world";

let world: TestWorld;

beforeAll(async () => {
  world = await initialisedWorld();
  await world.bz("create", "Parser: loses the last line", "--id", "bd-p1", "-p", "1", "-l", "parser,ui: big");
  world.stdin = JSON.stringify({
    id: "bd-p2",
    title: "$(touch ran-title) `touch ran-quote`\n\u001b[31mred",
    priority: 0,
    labels: ["$(touch ran-label)"],
  });
  await world.bz("import", "-");
  await world.bz("create", "Closed one", "--id", "bd-q1", "-a", "ann");
  await world.bz("close", "bd-q1");
});

/** The values offered in place of `word` behind the words before it. */
async function offered(before: string, word: string, at: TestWorld = world): Promise<string[]> {
  const words = before.split(" ").filter((one) => one !== "");
  const outcome = await at.bz("completions", "bash", `--word=${word}`, "--", ...words);
  expect([outcome.exitCode, outcome.stderr]).toEqual([0, ""]);
  return valuesIn(outcome);
}

function valuesIn({ stdout }: Outcome): string[] {
  return stdout
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split("\t", 1)[0] ?? "");
}

describe("completions offer", () => {
  test("commands, and aliases where no name begins like that", async () => {
    expect(await offered("", "clos")).toEqual(["close"]);
    expect(await offered("--json", "fini")).toEqual(["finish"]);
    expect(await offered("", "")).toContain("ready");
  });

  test("verbs of a noun, and what its form without a verb takes", async () => {
    expect(await offered("dep", "rem")).toEqual(["remove"]);
    const behindNoun = await offered("comments", "");
    for (const word of ["list", "add", "bd-p1"]) expect(behindNoun).toContain(word);
    expect(await offered("comments add", "")).not.toContain("list");
  });

  test("flags of the command that are not written yet, and the global ones", async () => {
    expect(await offered("list", "--st")).toEqual(["--status"]);
    expect(await offered("list -s open", "--prio")).toEqual([
      "--priority",
      "--priority-min",
      "--priority-max",
    ]);
    expect(await offered("close", "--fo")).toContain("--force");
    expect(await offered("close --force", "--fo")).not.toContain("--force");
    expect(await offered("", "--js")).toEqual(["--json"]);
    expect(await offered("close bd-p1", "--reso")).toEqual(["--resolution"]);
    expect(await offered("close --", "--fo")).toEqual([]);
  });

  test("values of flags, in every way to write them", async () => {
    expect(await offered("list -s", "cl")).toEqual(["closed"]);
    expect(await offered("list", "--status=cl")).toEqual(["--status=closed"]);
    expect(await offered("list", "--status=open,cl")).toEqual(["--status=open,closed"]);
    expect(await offered("list --sort", "cr")).toContain("created");
    expect(await offered("create x -t", "ep")).toEqual(["epic"]);
    expect(await offered("dep add bd-p1 bd-p2 -t", "disc")).toEqual(["discovered-from"]);
    expect(await offered("list --assignee", "")).toEqual(["ann"]);
    expect(await offered("create x -p", "")).toEqual(["0", "1", "2", "3", "4"]);
    expect(await offered("list -l", "pa")).toEqual(["parser"]);
    expect(await offered("create x --dep", "related:bd-p1")).toEqual(["related:bd-p1"]);
    expect(await offered("completions", "z")).toEqual(["zsh"]);
  });

  test("ids that fit the command, the most urgent first, closed ones where no other begins like that", async () => {
    expect(await offered("close", "bd-")).toEqual(["bd-p2", "bd-p1"]);
    expect(await offered("show bd-p1", "")).toEqual(["bd-p2", "bd-p1"]);
    expect(await offered("show", "bd-q")).toEqual(["bd-q1"]);
    expect(await offered("reopen", "")).toEqual(["bd-q1"]);
    expect(await offered("q some title", "bd-")).toEqual([]);
  });

  test("what is kept under a name, settings, commands that have a schema, and keys of rows", async () => {
    await world.bz("remember", "db", "Postgres 16");
    await world.bz("query", "save", "urgent", "-p", "0");
    expect(await offered("recall", "")).toEqual(["db"]);
    expect(await offered("forget", "d")).toEqual(["db"]);
    expect(await offered("query run", "")).toEqual(["urgent"]);
    expect(await offered("query delete", "u")).toEqual(["urgent"]);
    expect(await offered("config get", "sync.")).toEqual(["sync.auto_flush"]);
    expect(await offered("schema", "bott")).toEqual(["bottlenecks"]);
    expect(await offered("list --fields", "id,tit")).toEqual(["id,title"]);
  });

  test("files where a file is meant", async () => {
    const { stdout } = await world.bz("completions", "bash", "--word=", "--", "import");
    expect(stdout).toBe("files\n");
    expect((await world.bz("completions", "bash", "--word=", "--", "-C")).stdout).toBe("directories\n");
  });

  test("nothing, and quietly, outside of a workspace, in a broken one, and in a directory that is not there", async () => {
    expect(await offered("show", "bd-", new TestWorld())).toEqual([]);
    const broken = await initialisedWorld();
    await broken.bz("q", "One");
    writeFileSync(join(broken.directory, ".beads/store/snapshot"), "nonsense");
    expect(await offered("show", "", broken)).toEqual([]);
    expect(await offered("--data /nowhere show", "")).toEqual([]);
  });

  test("what another workspace has, when the line names it", async () => {
    const elsewhere = new TestWorld();
    expect(await offered(`-C ${world.directory} show`, "bd-p1", elsewhere)).toEqual(["bd-p1"]);
    expect(await offered(`show --data=${world.directory}/.beads`, "bd-p1", new TestWorld())).toEqual([
      "bd-p1",
    ]);
  });

  test("one line each, with nothing in it that a terminal obeys", async () => {
    const { stdout } = await world.bz("completions", "fish", "--word=", "--", "show");
    expect(stdout.split("\n")).toHaveLength(4);
    expect(stdout).toContain("bd-p2\t$(touch ran-title) `touch ran-quote`\\n\\x1b[31mred");
  });

  test("the same under --json, as one document", async () => {
    expect(await world.json("--json", "completions", "bash", "--word=clo")).toEqual({
      kind: "words",
      candidates: [{ value: "close", description: "Close issues" }],
      total: 1,
      returned: 1,
      truncated: false,
    });
  });
});

describe("completions refuse", () => {
  test("shells that they do not know, and words without the one to complete", async () => {
    expect(await world.bz("completions", "bsh")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("bash"),
    });
    expect(await world.bz("completions")).toMatchObject({ exitCode: 1 });
    expect(await world.bz("completions", "bash", "--", "list")).toMatchObject({ exitCode: 1 });
    expect((await world.bz("completions", "PWSH")).stdout).toBe(
      (await world.bz("completions", "powershell")).stdout,
    );
  });
});

describe("the script", () => {
  const scripts = temporaryDirectory();

  beforeAll(async () => {
    for (const shell of shells)
      writeFileSync(join(scripts, shell), (await world.bz("completions", shell)).stdout);
    const answers = { ids: "show", labels: "list -l", files: "import" };
    for (const [name, words] of Object.entries(answers)) {
      const { stdout } = await world.bz("completions", "bash", "--word=", "--", ...words.split(" "));
      writeFileSync(join(scripts, name), stdout);
    }
  });

  /** What a real shell makes of the answers, and what it asked for. The program on its path answers what stands in $ANSWER. */
  function runShell(command: readonly string[], script: string): { said: string[]; asked: string[] } {
    const directory = temporaryDirectory();
    const program = '#!/bin/sh\n(printf "<%s>" "$@"; echo) >> asked\ncat "$SCRIPTS/$ANSWER"\n';
    writeFileSync(join(directory, "bz"), program, { mode: 0o755 });
    const child = Bun.spawnSync([...command, script], {
      cwd: directory,
      env: { PATH: `${directory}:${process.env.PATH}`, HOME: directory, TERM: "dumb", SCRIPTS: scripts },
    });
    expect([child.exitCode, child.stderr.toString()]).toEqual([0, ""]);
    expect(readdirSync(directory).filter((name) => name.startsWith("ran-"))).toEqual([]);
    return {
      said: child.stdout.toString().trimEnd().split("\n"),
      asked: readFileSync(join(directory, "asked"), "utf8").trimEnd().split("\n"),
    };
  }

  const title = "$(touch ran-title) `touch ran-quote`\\n\\x1b[31mred";

  test.skipIf(Bun.which("bash") === null)("for bash completes and runs nothing", () => {
    const { said, asked } = runShell(
      ["bash", "--norc", "-c"],
      `
      source "$SCRIPTS/bash"
      tab() {
        export ANSWER=$1; COMP_TYPE=$2 COMP_LINE=$3 COMP_POINT=\${#3}; shift 3
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _bz 2>/dev/null; printf '<%s>' "\${COMPREPLY[@]}"; echo
      }
      tab ids 9 'bz show bd-' bz show bd-
      tab ids 63 'bz show bd-' bz show bd-
      tab labels 9 'bz list --label=' bz list --label =
      tab labels 9 'bz list --label=pa' bz list --label = pa
      tab ids 9 'bz show $(touch ran-line) "bd' bz show '$(touch ran-line)' '"bd'
      tab ids 9 'bz create x --dep related:bd-q' bz create x --dep related : bd-q
      tab files 9 'bz import ' bz import ''
    `,
    );
    expect(said).toEqual([
      "<bd-p2><bd-p1>",
      `<bd-p2  ${title}><bd-p1  Parser: loses the last line>`,
      "<\\$\\(touch\\ ran-label\\)><parser><ui:\\ big>",
      "<\\$\\(touch\\ ran-label\\)><parser><ui:\\ big>",
      "<bd-p2><bd-p1>",
      "<bd-p2><bd-p1>",
      "<>",
    ]);
    expect(asked).toEqual([
      "<completions><bash><--word=bd-><--><show>",
      "<completions><bash><--word=bd-><--><show>",
      "<completions><bash><--word=--label=><--><list>",
      "<completions><bash><--word=--label=pa><--><list>",
      "<completions><bash><--word=bd><--><show><$(touch ran-line)>",
      "<completions><bash><--word=related:bd-q><--><create><x><--dep>",
      "<completions><bash><--word=><--><import>",
    ]);
  });

  test.skipIf(Bun.which("zsh") === null)("for zsh completes and runs nothing", () => {
    const { said, asked } = runShell(
      ["zsh", "-f", "-c"],
      `
      compdef() { }
      source "$SCRIPTS/zsh"
      compadd() { print -r -- "\${(j:|:)values}"; print -r -- "\${(j:|:)texts}" }
      _files() { print files }
      tab() { export ANSWER=$1; shift; words=("$@") CURRENT=$#; PREFIX=\${words[-1]}; _bz }
      tab ids bz show '$(touch ran-line)' bd-
      tab labels bz list -l ''
      tab files bz import ''
    `,
    );
    expect(said).toEqual([
      "bd-p2|bd-p1",
      `bd-p2  -- ${title}|bd-p1  -- Parser: loses the last line`,
      "$(touch ran-label)|parser|ui: big",
      "$(touch ran-label)  -- 1 issue|parser  -- 1 issue|ui: big  -- 1 issue",
      "files",
    ]);
    expect(asked).toEqual([
      "<completions><zsh><--word=bd-><--><show><$(touch ran-line)>",
      "<completions><zsh><--word=><--><list><-l>",
      "<completions><zsh><--word=><--><import>",
    ]);
  });

  test.skipIf(Bun.which("fish") === null)("for fish completes and runs nothing", () => {
    const { said, asked } = runShell(
      ["fish", "--no-config", "-c"],
      `
      source "$SCRIPTS/fish"
      ANSWER=ids complete -C 'bz show (touch ran-line) bd-'
      ANSWER=labels complete -C 'bz list -l '
    `,
    );
    expect(said).toEqual([
      `bd-p2\t${title}`,
      "bd-p1\tParser: loses the last line",
      "$(touch ran-label)\t1 issue",
      "parser\t1 issue",
      "ui: big\t1 issue",
    ]);
    expect(asked).toEqual([
      "<completions><fish><--word=bd-><--><show><(touch ran-line)>",
      "<completions><fish><--word=><--><list><-l>",
    ]);
  });
});
