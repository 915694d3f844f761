import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bundledEntry } from "../../scripts/fast-entry";
import { temporaryDirectory } from "../helpers/workspace";

const entryText = [
  "#!/usr/bin/env bun",
  'import { answer } from "./commands/front";',
  'const program = () => import("./commands/program");',
  "export { answer, program };",
].join("\n");

const frontText =
  'export const answer = (word) => (word === "one" ? require("./fast/one").answer() : require("./fast/two").answer());';

interface Given {
  readonly one: string;
  readonly lazily?: readonly string[];
  readonly deferred?: readonly string[];
  change?(path: string, source: string): string;
}

function bundle({ one, lazily = [], deferred = [], change = (_, source) => source }: Given): Promise<string> {
  const directory = temporaryDirectory("entry");
  const ofOne = (unit: string, names: readonly string[]): string[] =>
    unit.endsWith("one.ts") ? names.map((name) => join(directory, name)) : [];
  const files = {
    "index.ts": entryText,
    "commands/front.ts": frontText,
    "commands/fast/one.ts": one,
    "commands/fast/two.ts": 'import { shared } from "../shared";\nexport const answer = () => shared;',
    "commands/shared.ts": 'export const shared = "shared";\nexport const dropped = "nobody asks for it";',
    "commands/told.ts": "export const told = [];",
    "commands/deeper.ts": 'import { told } from "./told";\nexport const deeper = told.push("deeper");',
    "commands/later.ts": [
      'import { deeper } from "./deeper";',
      'import { told } from "./told";',
      'told.push(deeper === 2 ? "later" : "too early");',
      "export const later = () => told;",
    ].join("\n"),
    "commands/late.ts": 'export const late = "late";',
    "commands/program.ts": 'export const whole = "the program";',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return bundledEntry({
    entry: join(directory, "index.ts"),
    program: "./commands/program",
    front: join(directory, "commands/front.ts"),
    lazily: (unit) => ofOne(unit, lazily),
    deferred: (unit) => ofOne(unit, deferred),
    change,
    finish: (bodies) =>
      new Map(Array.from(bodies, ([unit, body]) => [unit, body.replace('"shared"', `"shared of ${unit}"`)])),
  });
}

/** The text as a module that is run, and what its `answer` says. */
async function answerOf(text: string, word: string): Promise<unknown> {
  const file = join(temporaryDirectory("bundled"), "index.js");
  writeFileSync(file, text.replace(/^#!.*/, ""));
  const { answer } = (await import(file)) as { answer(word: string): unknown };
  return answer(word);
}

const one = 'import { shared } from "../shared";\nexport const answer = () => "one, ".concat(shared);';

test("each command of the fast path has all that it needs in a function of its own, and nothing else", async () => {
  const text = await bundle({ one });
  expect(text).toStartWith("#!/usr/bin/env bun\n");
  expect(text.split('"shared of')).toHaveLength(3);
  expect(text).not.toContain("nobody asks for it");
  expect(await answerOf(text, "one")).toBe("one, shared of one");
  expect(await answerOf(text, "two")).toBe("shared of two");
});

test("the program alone is left to be loaded", async () => {
  const text = await bundle({ one });
  expect(text).not.toContain("the program");
  expect(text.match(/\b(?:import|require)\b.*"\..*/g)).toEqual(['import("./commands/program");']);
});

const oneLater = 'export const answer = () => require("../late").late;';

test("a command gives up where it would load what is not in its text", async () => {
  const text = await bundle({ one: oneLater });
  expect(answerOf(text, "one")).rejects.toThrow("the fast path gives up");
});

test("what it needs all the same is in its text", async () => {
  const text = await bundle({ one: oneLater, lazily: ["commands/late.ts"] });
  expect(await answerOf(text, "one")).toBe("late");
});

test("what it needs now and then is evaluated when it is asked for, and takes from the rest of the text what is there already", async () => {
  const text = await bundle({
    one: [
      'import { told } from "../told";',
      'export const answer = () => { told.push("asked"); return require("../later").later().join(); };',
    ].join("\n"),
    deferred: ["commands/later.ts"],
  });
  expect(await answerOf(text, "one")).toBe("asked,deeper,later");
});

test("what exports nothing is no command of the fast path", async () => {
  await expect(bundle({ one: "console.log(1);" })).rejects.toThrow("is no unit: it exports nothing");
});

test("a change is made to every file of which it is wanted", async () => {
  const text = await bundle({
    one,
    change: (path, source) => (path.endsWith("shared.ts") ? source.replace('"shared"', '"changed"') : source),
  });
  expect(await answerOf(text, "two")).toBe("changed");
});
