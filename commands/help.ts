import { type ArgsDef, renderUsage } from "citty";
import { BzError } from "../model/errors";
import type { JsonObject } from "../model/json";
import { renderReference } from "../output/command-reference";
import type { Result } from "../output/result";
import type { Screen } from "../output/style";
import { fitColumns } from "../output/wrap";
import { spellingsOf } from "./arguments";
import { type Arguments, defineBz } from "./command";
import { documentCommand, optionDocuments, wholeReference } from "./command-documents";
import { type CommandEntry, findVerb, isCalled, type NounEntry, type VerbEntry } from "./command-entry";
import { globalArguments } from "./global-arguments";
import { helpTopics } from "./help-topics";
import { commandTable, findCommand } from "./main";
import { nearestNames, unknownVerb } from "./usage-errors";

export const command = defineBz({
  meta: {
    name: "help",
    description: "Explains bz, one of its commands, or something about all of them, such as the exit codes.",
  },
  args: {
    topic: {
      type: "positional",
      required: false,
      repeat: true,
      suggests: [...commandTable, ...helpTopics].map(({ name }) => name),
      description: "A command, and its verb if it has any; or a topic",
    },
    all: { type: "boolean", description: "Every command at once, as Markdown" },
  },
  answer: "help",
  examples: [
    "bz help",
    "bz help create",
    "bz create --help",
    "bz help dep add",
    "bz help exit-codes",
    "bz help --all",
  ],
  async run(_context, { topic, all }): Promise<Result> {
    const result = await answer(topic, all);
    return { ...result, text: (screen) => fitColumns(result.text(screen), screen) };
  },
});

async function answer(topic: readonly string[] = [], all: boolean | undefined): Promise<Result> {
  const [name, verb, surplus] = topic;
  if (all === true) return everything(name);
  if (name === undefined) return overview();
  const entry = findCommand(name);
  if (entry === undefined) return explainTopic(topic);
  const last = entry.verbs === undefined ? verb : surplus;
  if (last !== undefined) throw surplusTopic(topic, last);
  if (entry.verbs === undefined) return explain(entry, entry);
  if (verb === undefined) return explainNoun(entry);
  const known = findVerb(entry, verb);
  if (known === undefined) throw unknownVerb(entry, verb);
  return explain(entry, known);
}

async function overview(): Promise<Result> {
  const usage = await usageOf("bz", "An issue tracker for agents and people, kept in the repository.", {});
  return {
    data: () => ({
      commands: commandTable.map(({ name, aliases, group, summary, verbs }) => ({
        name,
        aliases: [...aliases],
        group,
        summary,
        ...(verbs === undefined ? {} : { verbs: verbs.map(verbDocument) }),
      })),
      topics: helpTopics.map(({ name, summary }) => ({ name, summary })),
      global_options: optionDocuments(globalArguments),
    }),
    text: (screen) =>
      [
        paint(usage.replace("USAGE bz", "USAGE bz COMMAND [OPTIONS]"), screen).trimEnd(),
        `${heading("COMMANDS", screen)}\n\n${commandLines(screen)}`,
        globalOptions(screen),
        `${heading("EXAMPLES", screen)}\n\n${exampleLines(startingExamples)}`,
        `${heading("TOPICS", screen)}\n\n${columns(
          helpTopics.map(({ name, summary }) => [name, summary] as const),
          commandNameWidth,
        )}`,
        "`bz COMMAND --help` explains a command, `bz help TOPIC` a topic.\n",
      ].join("\n\n"),
  };
}

function explainTopic(words: readonly string[]): Result {
  const [name = "", surplus] = words;
  const topic = helpTopics.find((known) => isCalled(known, name));
  if (topic === undefined) throw unknownTopic(name);
  if (surplus !== undefined) throw surplusTopic(words, surplus);
  const text = topic
    .parts()
    .map((part) => (typeof part === "string" ? part : columns(part)))
    .join("\n\n");
  return {
    data: () => ({ topic: topic.name, summary: topic.summary, text }),
    text: (screen) => `${heading(topic.summary.toUpperCase(), screen)}\n\n${text}\n`,
  };
}

async function everything(topic: string | undefined): Promise<Result> {
  if (topic !== undefined) {
    throw new BzError("USAGE", `--all explains every command, and "${topic}" is one of them`, {
      hint: `leave out one of the two: \`bz help ${topic}\` or \`bz help --all\``,
    });
  }
  const reference = await wholeReference();
  return {
    data: () => ({ commands: reference.commands, global_options: reference.globalOptions }),
    text: () => renderReference(reference),
  };
}

/** A command, or a verb of one. */
async function explain(entry: CommandEntry, verb: VerbEntry): Promise<Result> {
  const { meta, args, examples } = (await verb.load()).command;
  const usage = await usageOf(`bz ${meta.name}`, meta.description, args);
  const document = await documentCommand(entry, verb);
  return {
    data: () => document,
    text: (screen) =>
      [
        `${paint(usage, screen).trimEnd()}${alsoCalled(verb.aliases)}`,
        globalOptions(screen),
        `${heading("EXAMPLES", screen)}\n\n${exampleLines(examples)}\n`,
      ].join("\n\n"),
  };
}

async function explainNoun(noun: NounEntry): Promise<Result> {
  const usage = await usageOf(`bz ${noun.name}`, `${noun.summary}.`, {});
  const commands = await Promise.all(noun.verbs.map(async (verb) => (await verb.load()).command));
  const examples = commands.flatMap((command) => command.examples);
  const rows = noun.verbs.map(({ name, aliases, summary }): [string, string] => [
    [name, ...aliases].join(", "),
    summary,
  ]);
  return {
    data: () => ({
      name: noun.name,
      aliases: [...noun.aliases],
      group: noun.group,
      summary: noun.summary,
      verbs: noun.verbs.map(verbDocument),
      examples,
    }),
    text: (screen) =>
      [
        `${paint(usage.replace(`USAGE bz ${noun.name}`, `USAGE bz ${noun.name} VERB [OPTIONS]`), screen).trimEnd()}${alsoCalled(noun.aliases)}`,
        `${heading("VERBS", screen)}\n\n${columns(rows)}`,
        globalOptions(screen),
        `${heading("EXAMPLES", screen)}\n\n${exampleLines(examples)}`,
        `\`bz ${noun.name} VERB --help\` explains a verb.\n`,
      ].join("\n\n"),
  };
}

function verbDocument({ name, aliases, summary }: VerbEntry): JsonObject {
  return { name, aliases: [...aliases], summary };
}

function alsoCalled(aliases: readonly string[]): string {
  return aliases.length === 0 ? "" : `\n\nAlso called ${aliases.join(", ")}.`;
}

const startingExamples = [
  "bz init                                 make a workspace here",
  "bz q 'Fix the login page' -p 1          create an issue, print its id",
  "bz list --json                          everything that is open, for programs",
  "bz close bd-x1y2 -r 'Fixed in 4f2a9c'   say that it is done",
];

/** citty writes usage, arguments and options; plain, since it decides about colours by looking at other variables than we do. */
async function usageOf(name: string, description: string, args: Arguments): Promise<string> {
  const usage = await renderUsage({ meta: { name, description }, args: cittyArguments(args) });
  const [first = "", ...rest] = Bun.stripANSI(usage)
    .split("\n")
    .map((line) => line.trimEnd());
  return [first.replace(` (${name})`, ""), ...rest].join("\n");
}

/** citty puts one hyphen before every alias, so that of a long one is given a hyphen of its own. */
function cittyArguments(args: Arguments): ArgsDef {
  return Object.fromEntries(
    Object.entries(args).map(([key, argument]) => {
      const { repeat, text, suggests, ...declared } = argument;
      const aliases = spellingsOf(key, argument).slice(1);
      const description = `${argument.description ?? ""}${repeat === true && argument.type === "positional" ? " ..." : ""}`;
      if (argument.type === "positional")
        return [key, { ...declared, description, required: argument.required === true }];
      return [key, { ...declared, description, alias: aliases.map((spelling) => spelling.slice(1)) }];
    }),
  );
}

function globalOptions(screen: Screen): string {
  const rows = Object.entries(globalArguments).map(([key, argument]): [string, string] => {
    const { type, description } = argument;
    const spellings = spellingsOf(key, argument).reverse().join(", ");
    const value =
      argument.type === "enum" ? argument.options.join("|") : "valueHint" in argument && argument.valueHint;
    const hint = type === "boolean" ? "" : `=<${value}>`;
    return [spellings + hint, description];
  });
  return `${heading("GLOBAL OPTIONS", screen)}\n\n${columns(rows)}`;
}

function commandLines(screen: Screen): string {
  const groups = [...new Set(commandTable.map((entry) => entry.group))];
  return groups
    .map((group) => {
      const entries = commandTable.filter((entry) => entry.group === group);
      const rows = entries.map(({ name, aliases, summary }): [string, string] => [
        [name, ...aliases].join(", "),
        summary,
      ]);
      return `  ${screen.style.dim(group)}\n${columns(rows, commandNameWidth)}`;
    })
    .join("\n\n");
}

const commandNameWidth = Math.max(
  ...commandTable.map(({ name, aliases }) => [name, ...aliases].join(", ").length),
);

function columns(rows: readonly (readonly [string, string])[], least = 0): string {
  const width = Math.max(least, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}

function exampleLines(examples: readonly string[]): string {
  return examples.map((example) => `  ${example}`).join("\n");
}

function heading(text: string, { style }: Screen): string {
  return style.bold(text);
}

function paint(usage: string, screen: Screen): string {
  return usage.replace(/^(USAGE|ARGUMENTS|OPTIONS)(?= |$)/gm, (name) => heading(name, screen));
}

function unknownTopic(topic: string): BzError {
  const nearest = nearestNames(topic, [...commandTable, ...helpTopics]);
  const hint =
    nearest.length > 0 ? `did you mean ${nearest.join(" or ")}?` : "`bz help` lists the commands and topics";
  return new BzError("USAGE", `there is no command or topic "${topic}" to explain`, {
    hint,
    context: { command: topic, nearest },
  });
}

function surplusTopic(topic: readonly string[], surplus: string): BzError {
  return new BzError("USAGE", `there is no "${topic.join(" ")}" to explain`, {
    hint: `leave out "${surplus}"`,
    context: { command: topic.join(" ") },
  });
}
