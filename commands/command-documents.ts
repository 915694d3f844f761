import type {
  CommandDocument,
  NounDocument,
  OptionDocument,
  PositionalDocument,
  Reference,
} from "../output/command-reference";
import { spellingsOf } from "./arguments";
import type { Arguments } from "./command";
import type { CommandEntry, VerbEntry } from "./command-entry";
import { globalArguments } from "./global-arguments";
import { commandTable } from "./main";

/** Everything that the declarations of all commands say. */
export async function wholeReference(): Promise<Reference> {
  return {
    commands: await Promise.all(commandTable().map(documentEntry)),
    globalOptions: optionDocuments(globalArguments),
  };
}

async function documentEntry(entry: CommandEntry): Promise<CommandDocument | NounDocument> {
  if (entry.verbs === undefined) return documentCommand(entry, entry);
  const { name, group, summary } = entry;
  const bare = entry.bare?.find(({ alias, flag }) => alias === undefined && flag === undefined);
  const verbs = await Promise.all(entry.verbs.map((verb) => documentCommand(entry, verb)));
  return {
    name,
    aliases: [...entry.aliases],
    group,
    summary,
    ...(bare === undefined ? {} : { without_verb: bare.verb }),
    verbs,
  };
}

/** A command, or a verb of one. */
export async function documentCommand(entry: CommandEntry, verb: VerbEntry): Promise<CommandDocument> {
  const { meta, args, examples } = (await verb.load()).command;
  return {
    name: meta.name,
    aliases: [...verb.aliases],
    group: entry.group,
    summary: verb.summary,
    description: meta.description,
    arguments: positionalDocuments(args()),
    options: optionDocuments(args()),
    examples: [...examples],
  };
}

export function optionDocuments(args: Arguments): OptionDocument[] {
  return Object.entries(args)
    .filter(([, argument]) => argument.type !== "positional")
    .map(([key, argument]) => ({
      name: key,
      spellings: spellingsOf(key, argument),
      type: argument.type === "boolean" ? "switch" : "value",
      description: argument.description ?? "",
      repeat: argument.repeat === true,
      ...(argument.valueHint === undefined ? {} : { hint: argument.valueHint }),
      ...(argument.type === "enum" ? { values: [...(argument.options ?? [])] } : {}),
    }));
}

function positionalDocuments(args: Arguments): PositionalDocument[] {
  return Object.entries(args)
    .filter(([, argument]) => argument.type === "positional")
    .map(([key, argument]) => ({
      name: key.toUpperCase(),
      description: argument.description ?? "",
      required: argument.required === true,
      repeat: argument.repeat === true,
    }));
}
