import { BzError } from "../model/errors";
import type { JsonObject } from "../model/json";
import { type CommandDocument, renderReference, usageLine } from "../output/command-reference";
import { argumentRow, formatHelpRows, type HelpRow, optionRow } from "../output/help-text";
import type { Result } from "../output/result";
import { blankScreen, type Screen } from "../output/style";
import { hanging } from "../output/wrap";
import { defineBz } from "./command";
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
  args: () => ({
    topic: {
      type: "positional",
      required: false,
      repeat: true,
      suggests: [...commandTable(), ...helpTopics].map(({ name }) => name),
      description: "A command, and its verb if it has any; or a topic",
    },
    all: { type: "boolean", description: "Every command at once, as Markdown" },
  }),
  answer: "help",
  examples: [
    "bz help",
    "bz help create",
    "bz create --help",
    "bz help dep add",
    "bz help exit-codes",
    "bz help --all",
  ],
  run(_context, { topic = [], all }): Result | Promise<Result> {
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
  },
});

function overview(): Result {
  return {
    data: () => ({
      commands: commandTable().map(({ name, aliases, group, summary, verbs }) => ({
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
        "An issue tracker for agents and people, kept in the repository.",
        usage("bz COMMAND [OPTIONS]", screen),
        `${heading("COMMANDS", screen)}\n\n${commandLines(screen)}`,
        globalOptions(screen),
        `${heading("EXAMPLES", screen)}\n\n${exampleLines(startingExamples)}`,
        section(
          "TOPICS",
          helpTopics.map(({ name, summary }) => [name, summary] as const),
          screen,
          commandNameWidth,
        ),
        "`bz COMMAND --help` explains a command, `bz help TOPIC` a topic.\n",
      ].join("\n\n"),
  };
}

function explainTopic(words: readonly string[]): Result {
  const [name = "", surplus] = words;
  const topic = helpTopics.find((known) => isCalled(known, name));
  if (topic === undefined) throw unknownTopic(name);
  if (surplus !== undefined) throw surplusTopic(words, surplus);
  const parts = (screen: Screen) =>
    topic
      .parts()
      .map((part) => (typeof part === "string" ? hanging(part, 0, screen) : formatHelpRows(part, screen)));
  return {
    data: () => ({ topic: topic.name, summary: topic.summary, text: parts(blankScreen).join("\n\n") }),
    text: (screen) => `${[heading(topic.summary.toUpperCase(), screen), ...parts(screen)].join("\n\n")}\n`,
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
  const document = await documentCommand(entry, verb);
  return { data: () => document, text: (screen) => `${explanation(document, screen).join("\n\n")}\n` };
}

function explanation(document: CommandDocument, screen: Screen): string[] {
  const { description, arguments: positionals, options, aliases, examples } = document;
  return [
    hanging(description, 0, screen),
    usage(usageLine(document), screen),
    ...(positionals.length === 0 ? [] : [section("ARGUMENTS", positionals.map(argumentRow), screen)]),
    ...(options.length === 0 ? [] : [section("OPTIONS", options.map(optionRow), screen)]),
    ...alsoCalled(aliases),
    globalOptions(screen),
    `${heading("EXAMPLES", screen)}\n\n${exampleLines(examples)}`,
  ];
}

async function explainNoun(noun: NounEntry): Promise<Result> {
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
        `${noun.summary}.`,
        usage(`bz ${noun.name} VERB [OPTIONS]`, screen),
        ...alsoCalled(noun.aliases),
        section("VERBS", rows, screen),
        globalOptions(screen),
        `${heading("EXAMPLES", screen)}\n\n${exampleLines(examples)}`,
        `\`bz ${noun.name} VERB --help\` explains a verb.\n`,
      ].join("\n\n"),
  };
}

function verbDocument({ name, aliases, summary }: VerbEntry): JsonObject {
  return { name, aliases: [...aliases], summary };
}

function alsoCalled(aliases: readonly string[]): string[] {
  return aliases.length === 0 ? [] : [`Also called ${aliases.join(", ")}.`];
}

const startingExamples = [
  "bz init                                 make a workspace here",
  "bz q 'Fix the login page' -p 1          create an issue, print its id",
  "bz list --json                          everything that is open, for programs",
  "bz close bd-x1y2 -r 'Fixed in 4f2a9c'   say that it is done",
];

function globalOptions(screen: Screen): string {
  return section("GLOBAL OPTIONS", optionDocuments(globalArguments).map(optionRow), screen);
}

function commandLines(screen: Screen): string {
  const groups = [...new Set(commandTable().map((entry) => entry.group))];
  return groups
    .map((group) => {
      const entries = commandTable().filter((entry) => entry.group === group);
      const rows = entries.map(({ name, aliases, summary }): [string, string] => [
        [name, ...aliases].join(", "),
        summary,
      ]);
      return `  ${screen.style.dim(group)}\n${formatHelpRows(rows, screen, commandNameWidth)}`;
    })
    .join("\n\n");
}

const commandNameWidth = Math.max(
  ...commandTable().map(({ name, aliases }) => [name, ...aliases].join(", ").length),
);

function exampleLines(examples: readonly string[]): string {
  return examples.map((example) => `  ${example}`).join("\n");
}

function heading(text: string, { style }: Screen): string {
  return style.bold(text);
}

function usage(line: string, screen: Screen): string {
  return `${heading("USAGE", screen)} ${line}`;
}

function section(name: string, rows: readonly HelpRow[], screen: Screen, leastWidth = 0): string {
  return `${heading(name, screen)}\n\n${formatHelpRows(rows, screen, leastWidth)}`;
}

function unknownTopic(topic: string): BzError {
  const nearest = nearestNames(topic, [...commandTable(), ...helpTopics]);
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
