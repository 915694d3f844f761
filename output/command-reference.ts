/** What help tells of a command to programs, and what the reference is made from. */
export type CommandDocument = {
  readonly name: string;
  readonly aliases: string[];
  readonly group: string;
  readonly summary: string;
  readonly description: string;
  readonly arguments: PositionalDocument[];
  readonly options: OptionDocument[];
  readonly examples: string[];
};

/** A noun with verbs of its own. */
export type NounDocument = {
  readonly name: string;
  readonly aliases: string[];
  readonly group: string;
  readonly summary: string;
  /** The verb that is meant where none is written. */
  readonly without_verb?: string;
  readonly verbs: CommandDocument[];
};

export type PositionalDocument = {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly repeat: boolean;
};

export type OptionDocument = {
  readonly name: string;
  /** All ways to write it, its name first. */
  readonly spellings: string[];
  readonly type: "switch" | "value";
  readonly description: string;
  readonly repeat: boolean;
  /** What stands for the value in help. */
  readonly hint?: string;
  /** The only values that it takes. */
  readonly values?: string[];
};

export interface Reference {
  readonly commands: (CommandDocument | NounDocument)[];
  readonly globalOptions: OptionDocument[];
}

/** Everything that can be said to bz, as one Markdown document. */
export function renderReference({ commands, globalOptions }: Reference): string {
  const groups = [...new Set(commands.map((command) => command.group))];
  const parts = groups.flatMap((group) => [
    `## ${group}`,
    ...commands.filter((command) => command.group === group).flatMap(entryParts),
  ]);
  return `${[introduction, contents(groups, commands), "## Global options", globalText, list(globalOptions.map(optionLine)), ...parts].join("\n\n")}\n`;
}

const introduction =
  "# Command reference\n\nMade from the declarations of the commands by `bz help --all`; every test run compares the two.";

const globalText = "Every command takes these, before or after its name.";

function contents(groups: readonly string[], commands: Reference["commands"]): string {
  return list(
    groups.map((group) => {
      const names = commands.filter((command) => command.group === group).map(({ name }) => name);
      return `${group}: ${names.map((name) => `[${name}](#bz-${name})`).join(", ")}`;
    }),
  );
}

function entryParts(entry: CommandDocument | NounDocument): string[] {
  if (!("verbs" in entry)) return commandParts(entry, "###");
  return [
    `### bz ${entry.name}`,
    `${escapeMarkdown(entry.summary)}.${alsoCalled(entry.aliases)}${withoutVerb(entry)}`,
    ...entry.verbs.flatMap((verb) => commandParts(verb, "####")),
  ];
}

function withoutVerb({ name, without_verb: verb }: NounDocument): string {
  return verb === undefined ? "" : ` \`bz ${name}\` alone means \`bz ${name} ${verb}\`.`;
}

function commandParts(command: CommandDocument, heading: string): string[] {
  return [
    `${heading} bz ${command.name}`,
    `${escapeMarkdown(command.description)}${alsoCalled(command.aliases)}`,
    fenced("text", [usageLine(command)]),
    ...(command.arguments.length === 0 ? [] : [list(command.arguments.map(positionalLine))]),
    ...(command.options.length === 0 ? [] : [list(command.options.map(optionLine))]),
    "Examples:",
    fenced("sh", command.examples),
  ];
}

/** `bz close IDS... [OPTIONS]` */
export function usageLine(command: CommandDocument): string {
  const words = command.arguments.map(positionalWord);
  return ["bz", command.name, ...words, ...(command.options.length === 0 ? [] : ["[OPTIONS]"])].join(" ");
}

function positionalWord({ name, required, repeat }: PositionalDocument): string {
  const word = repeat ? `${name}...` : name;
  return required ? word : `[${word}]`;
}

function positionalLine(argument: PositionalDocument): string {
  return `\`${positionalWord(argument)}\`: ${escapeMarkdown(argument.description)}`;
}

function optionLine({ spellings, type, hint, values, description, repeat }: OptionDocument): string {
  const value = type === "switch" ? "" : ` ${values?.join("|") ?? hint ?? "VALUE"}`;
  // Short ones first, as people look for them.
  const written = spellings.toSorted((one, other) => Number(isLong(one)) - Number(isLong(other)));
  return `\`${written.join(", ")}${value}\`: ${escapeMarkdown(description)}${repeat && !/repeat/.test(description) ? " (may be repeated)" : ""}`;
}

function isLong(spelling: string): boolean {
  return spelling.startsWith("--");
}

function alsoCalled(aliases: readonly string[]): string {
  return aliases.length === 0 ? "" : ` Also called ${aliases.map((alias) => `\`${alias}\``).join(", ")}.`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

function fenced(language: string, lines: readonly string[]): string {
  return [`\`\`\`${language}`, ...lines, "```"].join("\n");
}

/** What stands between backquotes is code already; elsewhere nothing may turn into markup. */
function escapeMarkdown(text: string): string {
  return text.replace(/`[^`]*`|[\\*<>[\]|]|\b_\B|\B_\b/g, (piece) =>
    piece.startsWith("`") ? piece : `\\${piece}`,
  );
}
