import { rmSync } from "node:fs";
import { decode } from "@toon-format/toon";
import fc from "fast-check";
import { parse } from "papaparse";
import type { Argument, Arguments } from "../../commands/command";
import { globalArguments } from "../../commands/global-arguments";
import { commandTable } from "../../commands/main";
import { initialisedWorld, type Outcome, type TestWorld } from "../commands/test-world";
import { claim, claimEqual, dangerous } from "./target";

/** Command lines on one store, each with what stands on stdin. */
export type Story = readonly { readonly words: readonly string[]; readonly stdin: string }[];

/** They speak to the network or to programs, or print for a shell. */
const leftOut = ["upgrade"];

/** Without the flags that choose a form: --json stands in front of every line. */
const formFlags = ["json", "format", "toon", "robot", "quiet", "help", "version", "directory", "data"];

/** Nothing in them leads out of the directory. */
const values = [
  "bd-a",
  "bd-b",
  "bd-c",
  "a",
  "bd-zz",
  "A title",
  "",
  "-",
  "--",
  "-1",
  "0",
  "1",
  "P2",
  "99999999999",
  "1.5",
  "open",
  "closed",
  "blocked",
  "in_progress",
  "bug",
  "epic",
  "none",
  "me",
  "ann",
  "x",
  "x,y",
  "+2d",
  "-7d",
  "2026-02-30",
  "tomorrow",
  "1h30m",
  "{}",
  '{"k":1}',
  "[1",
  "k=v",
  "k=",
  "=",
  "blocks",
  "related",
  "parent-child",
  "priority",
  "created",
  "id,title",
  "nope",
  "@nofile",
  "@@x",
  "status=open and priority<2",
  "status = (",
  "true",
  "false",
  "add",
  "list",
  "remove",
  "é",
  "\u001b[31m",
  "a\nb",
  "__proto__",
  "*",
  "bd-*",
  "lock.timeout_ms",
  "first",
  "# note",
  "x".repeat(600),
];

export async function anyStory(maxLength: number): Promise<fc.Arbitrary<Story>> {
  const commands: fc.Arbitrary<readonly string[]>[] = [];
  for (const entry of commandTable()) {
    if (leftOut.includes(entry.name)) continue;
    const verbs = entry.verbs ?? [entry];
    for (const verb of verbs) {
      const { command } = await verb.load();
      const names = entry.verbs === undefined ? [entry.name] : [entry.name, verb.name];
      commands.push(lineOf(names, command.args()));
    }
  }
  const line = fc.record({
    words: fc.oneof(
      { weight: 12, arbitrary: fc.oneof(...commands) },
      { weight: 1, arbitrary: fc.array(word, { maxLength: 5 }) },
    ),
    stdin: fc.constantFrom(
      "",
      "One\nTwo\n",
      '{"cmd":"close","id":"bd-a"}\n',
      '{"title":"J","key":"j"}',
      "## M\n\ntext\n",
      '{"id":"bd-q","title":"Q"}\n',
      "\0\ud800",
    ),
  });
  return fc.array(line, { minLength: 1, maxLength });
}

const word = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...values) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: "binary", maxLength: 6 }).map((text) => text.replace(/[/\0]|\.\./g, "_")),
  },
);

function lineOf(names: readonly string[], args: Arguments): fc.Arbitrary<readonly string[]> {
  const declared: Arguments = { ...globalArguments, ...args };
  const flags = Object.entries(declared).flatMap(([name, argument]) =>
    argument.type === "positional" || formFlags.includes(name) ? [] : [name, ...aliasesOf(argument)],
  );
  const flag = fc
    .tuple(fc.constantFrom(...flags), word, fc.constantFrom("apart", "joined", "alone", "no", "misspelt"))
    .map(([name, value, form]): string[] => {
      const spelling = name.length === 1 ? `-${name}` : `--${name}`;
      if (form === "joined") return [`${spelling}=${value}`];
      if (form === "no") return [`--no-${name}`];
      if (form === "misspelt") return [`${spelling}s`];
      return form === "alone" ? [spelling] : [spelling, value];
    });
  const rest = fc.oneof({ weight: 3, arbitrary: word.map((one) => [one]) }, { weight: 2, arbitrary: flag });
  return fc.array(rest, { maxLength: 5 }).map((words) => [...names, ...words.flat()]);
}

function aliasesOf(argument: Argument): string[] {
  return "alias" in argument && argument.alias !== undefined ? [argument.alias].flat() : [];
}

/** Whatever is said, each line answers with one document or one error, none is a defect, and the store can be listed in every form. */
export async function checkStory(story: Story): Promise<void> {
  const world = await initialisedWorld();
  const home = world.directory;
  try {
    world.env = { ...world.env, HOME: home };
    for (const id of ["bd-a", "bd-b", "bd-c"]) await world.bz("create", `Title of ${id}`, "--id", id);
    for (const { words, stdin } of story) {
      world.stdin = stdin;
      const said = `bz ${words.map((one) => JSON.stringify(one)).join(" ")}`;
      claimAnswer(await world.bz("--json", ...words), said);
      claimSound(await world.bz(...words), said);
    }
    await claimForms(world);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function claimSound({ exitCode, stdout, stderr }: Outcome, said: string): void {
  const whole = `${said}: ${stderr}`;
  claim([0, 1, 2, 3, 4, 5].includes(exitCode), `exit code ${exitCode}: ${whole}`);
  const isDefect = /INTERNAL|has a defect|\n\s+at .*:\d+/.test(stderr);
  claim(!isDefect && !/"code": ?"INTERNAL"/.test(stdout), `a defect: ${whole}`);
  claim(!dangerous.test(stdout) && !dangerous.test(stderr), `a terminal would obey: ${said}`);
  for (const line of stderr.split("\n"))
    claim(line.length <= longestTalk, `a line of ${line.length} characters: ${whole.slice(0, 500)}`);
  claim(exitCode === 0 || stderr !== "" || stdout !== "", `no word about the failure: ${whole}`);
}

/** In one line, of an error that names several things. */
const longestTalk = 8192;

function claimAnswer(outcome: Outcome, said: string): void {
  claimSound(outcome, said);
  const { exitCode, stdout, stderr } = outcome;
  if (stdout === "") {
    claim(exitCode !== 0, `no document: ${said}`);
    const last = stderr.trimEnd().split("\n").at(-1) ?? "";
    claim(typeof JSON.parse(last).error.code === "string", `the error is no document: ${said}: ${stderr}`);
    return;
  }
  try {
    JSON.parse(stdout);
  } catch {
    throw new Error(`not one JSON document: ${said}: ${stdout}`);
  }
}

async function claimForms(world: TestWorld): Promise<void> {
  const form = async (...flags: string[]) => {
    const outcome = await world.bz("list", "--all", "--limit", "0", ...flags);
    claim(outcome.exitCode === 0, `the store cannot be listed: ${outcome.stderr}`);
    return outcome.stdout;
  };
  const { issues } = JSON.parse(await form("--json"));
  const ids = issues.map(({ id }: { id: string }) => id);
  const lines = (await form("--format", "jsonl")).split("\n").slice(0, -1);
  claimEqual(
    lines.map((line) => JSON.parse(line)),
    issues,
    "jsonl lists others",
  );
  const { data, errors } = parse<{ id: string }>((await form("--format", "csv")).trimEnd(), {
    header: true,
    delimiter: ",",
  });
  claimEqual([errors, data.map(({ id }) => id)], [[], ids], "csv lists others");
  const toon = decode(await form("--format", "toon")) as { issues: { id: string }[] };
  claimEqual(
    toon.issues.map(({ id }) => id),
    ids,
    "toon lists others",
  );
  const robot = (await form("--robot")).split("\n").slice(0, -1);
  claimEqual(
    robot.map((line) => line.split("\t")[0]),
    ids,
    "robot lists others",
  );
}
