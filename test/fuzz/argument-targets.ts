import fc from "fast-check";
import { findCommandWord, type ParsedValues, parseArguments } from "../../commands/arguments";
import { respell } from "../../commands/bd/respell";
import type { Argument, Arguments } from "../../commands/command";
import { globalArguments } from "../../commands/global-arguments";
import { claim, claimEqual, type Target, unlessRefused } from "./target";

/** Every kind of argument, with names that are close to one another and to those of all commands. */
const declared: Arguments = {
  ID: { type: "positional", description: "One" },
  REST: { type: "positional", repeat: true, description: "More" },
  text: { type: "string", alias: ["t", "body"], description: "A text" },
  level: { type: "enum", options: ["low", "high"], alias: "l", description: "One of two" },
  label: { type: "string", repeat: true, alias: ["L", "labels"], description: "Several" },
  force: { type: "boolean", alias: "f", description: "A switch" },
  "no-wait": { type: "boolean", description: "A switch with a no" },
  format: { type: "enum", options: ["tree"], description: "Hides the one of all commands" },
};

const spellings = Object.entries({ ...globalArguments, ...declared }).flatMap(([key, argument]) => [
  key,
  ...aliasesOf(argument),
]);

function aliasesOf(argument: Argument): readonly string[] {
  return "alias" in argument && argument.alias !== undefined ? [argument.alias].flat() : [];
}

const value = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      "a",
      "a,b",
      " a , ,b",
      ",",
      "",
      "low",
      "tree",
      "true",
      "off",
      "-",
      "--",
      "-1",
      "- fix",
      "-x y",
      "=",
      "=a",
      "@f",
      "--force",
      "-f",
      "\u0000",
      "é",
      "x".repeat(300),
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
);
const flag = fc
  .tuple(
    fc.constantFrom(...spellings),
    value,
    fc.constantFrom("apart", "joined", "alone", "no", "misspelt", "bundle"),
  )
  .map(([name, text, form]): string[] => {
    const spelling = name.length === 1 ? `-${name}` : `--${name}`;
    if (form === "joined") return [`${spelling}=${text}`];
    if (form === "no") return [`--no-${name}`];
    if (form === "misspelt") return [`${spelling}s${text}`];
    if (form === "bundle") return [`-f${name.slice(0, 1)}${text}`];
    return form === "alone" ? [spelling] : [spelling, text];
  });
const words = fc
  .array(
    fc.oneof(
      value.map((one) => [one]),
      flag,
    ),
    { maxLength: 7 },
  )
  .map((parts) => JSON.stringify(parts.flat()));

const bdWords = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ..."create list show update close dep ready sync comments label init stats doctor --json --status --type -p --deps add remove tree --reason --all -- --db x bd-a 1 --title --from-template".split(
          " ",
        ),
      ),
      flag.map((one) => one[0] ?? ""),
    ),
    { maxLength: 8 },
  )
  .map((parts) => JSON.stringify(parts));

export const argumentTargets: readonly Target[] = [
  {
    name: "arguments",
    inputs: words,
    check(text) {
      const said: string[] = JSON.parse(text);
      const parsed = unlessRefused(() => parseArguments("try", said, declared, globalArguments));
      unlessRefused(() => findCommandWord(said, globalArguments));
      if (parsed === undefined) return;
      claimTypes(parsed.values, declared);
      claimTypes(parsed.globals, globalArguments);
      const anew = [...wordsOf(parsed.globals, globalArguments), ...wordsOf(parsed.values, declared)];
      claimEqual(
        parseArguments("try", anew, declared, globalArguments),
        parsed,
        `${JSON.stringify(anew)} is read otherwise`,
      );
      const texts = [parsed.values, parsed.globals]
        .flatMap((values) => Object.values(values))
        .flatMap((one) => (typeof one === "boolean" ? [] : [one].flat()));
      for (const one of texts)
        claim(
          said.some((word) => word.includes(one)),
          `nobody said ${JSON.stringify(one)}`,
        );
    },
  },
  {
    name: "arguments of bd",
    inputs: bdWords,
    check(text) {
      const said: string[] = JSON.parse(text);
      const respelled = unlessRefused(() => respell(said));
      if (respelled === undefined) return;
      // What is no flag, and stands behind none, is an issue or a text.
      for (const [at, word] of said.entries())
        if (["x", "bd-a", "1"].includes(word) && said[at - 1]?.startsWith("-") !== true)
          claim(respelled.words.includes(word), `${word} is gone`);
    },
  },
];

function claimTypes(values: ParsedValues, args: Arguments): void {
  for (const [key, one] of Object.entries(values)) {
    const argument = Object.hasOwn(args, key) ? args[key] : undefined;
    if (argument === undefined) throw new Error(`nobody declared ${key}`);
    if (argument.type === "boolean") claim(typeof one === "boolean", `${key} is no switch`);
    else if (argument.repeat === true) claim(Array.isArray(one), `${key} is no list`);
    else
      claim(
        typeof one === "string" && (argument.type !== "enum" || argument.options?.includes(one) === true),
        `${key} is ${String(one)}`,
      );
  }
}

/** The plainest way to say it: `--key=value`, then `--` and the other words. */
function wordsOf(values: ParsedValues, args: Arguments): string[] {
  const [flags, others]: [string[], string[]] = [[], []];
  for (const [key, argument] of Object.entries(args)) {
    const one = values[key];
    if (one === undefined) continue;
    if (argument.type === "positional") others.push(...[one].flat().map(String));
    else flags.push(`--${key}=${typeof one === "string" || typeof one === "boolean" ? one : one.join(",")}`);
  }
  return others.length === 0 ? flags : [...flags, "--", ...others];
}
