import { array, boolean, nullable, optional, picklist, record, strictObject, union, unknown } from "valibot";
import { errorCodes } from "../../model/errors";
import { listOf } from "./envelope";
import { described, flag, text, texts } from "./field";

/** What stderr holds instead of an answer. */
export const error = strictObject({
  code: picklist(errorCodes()),
  message: text,
  hint: described(nullable(text), "What to do next"),
  retryable: described(boolean(), "The same command may succeed later without any change"),
  context: described(record(text, unknown()), "Facts: ids, paths, versions"),
});

export const errorDocument = strictObject({ error });

export const version = strictObject({ version: text, bun: text, platform: text });

const option = strictObject({
  name: text,
  spellings: texts,
  type: picklist(["switch", "value"]),
  description: text,
  repeat: flag,
  hint: optional(text),
  values: optional(texts),
});

const named = { name: text, aliases: texts, summary: text };

const command = strictObject({
  ...named,
  group: text,
  description: text,
  arguments: array(strictObject({ name: text, description: text, required: flag, repeat: flag })),
  options: array(option),
  examples: texts,
});

const noun = strictObject({
  ...named,
  group: text,
  without_verb: optional(described(text, "The verb that is meant without one")),
  verbs: array(command),
});

/** All commands in short, one, one noun, or with --all everything that there is to say of all. */
export const help = union([
  strictObject({
    commands: array(strictObject({ ...named, group: text, verbs: optional(array(strictObject(named))) })),
    topics: array(strictObject({ name: text, summary: text })),
    global_options: array(option),
  }),
  strictObject({ topic: text, summary: text, text }),
  command,
  strictObject({ ...named, group: text, verbs: array(strictObject(named)), examples: texts }),
  strictObject({ commands: array(union([command, noun])), global_options: array(option) }),
]);

/** One JSON Schema, or without a target those of all answers, and which command gives which. */
export const jsonSchemas = record(text, unknown());

/** The script of a shell, or what could follow the words of a command line. */
export const completions = union([
  strictObject({ shell: picklist(["bash", "zsh", "fish", "powershell"]), script: text }),
  listOf("candidates", strictObject({ value: text, description: optional(text) }), { kind: text }),
]);

/** How this bz was installed, and what brings a newer one. */
export const upgrade = strictObject({
  version: text,
  kind: picklist(["global", "local", "once", "compiled", "checkout"]),
  path: text,
  manager: optional(text),
  command: optional(described(texts, "The words to run; absent where there are none")),
  directory: optional(text),
  advice: text,
  latest: optional(described(text, "With --check")),
  is_newest: optional(flag),
  has_run: optional(flag),
});
