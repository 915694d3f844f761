import { BzError } from "../model/errors";
import type { JsonObject } from "../model/json";
import { nearestSpellings } from "../model/spelling";
import type { Result } from "../output/result";
import type { AnswerName } from "../output/schema/answers";
import { calledVerb, findCalledCommand } from "./called-command";
import { defineBz } from "./command";
import type { VerbEntry } from "./command-entry";
import { commandTable, findCommand } from "./main";
import { nearestNames, unknownVerb } from "./usage-errors";

export const command = defineBz({
  meta: {
    name: "schema",
    description:
      "Prints the JSON Schema of what a command answers under --json; without a target those of all answers, and which command gives which. `bz schema error` is that of errors.",
  },
  args: () => ({
    target: {
      type: "positional",
      required: false,
      repeat: true,
      suggests: commandTable().map(({ name }) => name),
      description: "A command, and its verb if it has any, or the name of an answer",
    },
  }),
  answer: "json-schemas",
  examples: ["bz schema list", "bz schema dep add", "bz schema error", "bz schema --json"],
  async run(_context, { target = [] }): Promise<Result> {
    const { answerNames, jsonSchemaOf } = await import("../output/schema/json-schema");
    const schema: JsonObject =
      target.length === 0
        ? {
            commands: await answersByCommand(),
            schemas: Object.fromEntries(answerNames.map((name) => [name, jsonSchemaOf(name)])),
          }
        : jsonSchemaOf(await findAnswer(target, answerNames));
    return { data: () => schema, text: () => `${JSON.stringify(schema, null, 2)}\n` };
  },
});

/** @throws BzError USAGE naming the nearest commands and answers */
async function findAnswer(target: readonly string[], names: readonly AnswerName[]): Promise<AnswerName> {
  const [word = "", verb] = target;
  const entry = findCommand(word);
  if (entry === undefined) {
    const answer = names.find((name) => name === word);
    if (answer === undefined || verb !== undefined) throw unknownTarget(target.join(" "), names);
    return answer;
  }
  const called = findCalledCommand(target);
  const [surplus] = called.words;
  if (surplus !== undefined && entry.verbs !== undefined) throw unknownVerb(entry, surplus);
  if (surplus !== undefined) throw unknownTarget(target.join(" "), names);
  return answerOf(calledVerb(called));
}

async function answerOf(verb: VerbEntry): Promise<AnswerName> {
  return (await verb.load()).command.answer;
}

/** By the words that call a command. */
async function answersByCommand(): Promise<JsonObject> {
  const answers: JsonObject = {};
  for (const entry of commandTable()) {
    for (const verb of entry.verbs ?? [entry]) {
      answers[entry.verbs === undefined ? verb.name : `${entry.name} ${verb.name}`] = await answerOf(verb);
    }
  }
  return answers;
}

function unknownTarget(target: string, names: readonly AnswerName[]): BzError {
  const nearest = [...new Set([...nearestNames(target, commandTable()), ...nearestSpellings(target, names)])];
  return new BzError("USAGE", `neither a command nor an answer is called "${target}"`, {
    hint: nearest.length > 0 ? `did you mean ${nearest.join(" or ")}?` : "`bz schema` names them all",
    context: { target, nearest },
  });
}
