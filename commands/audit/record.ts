import { entryDetails, readEntry, validateEntryKind } from "../../model/entry-input";
import { BzError } from "../../model/errors";
import { validateDepth } from "../../model/field-input";
import { resolveId } from "../../model/issue-id";
import type { JsonValue } from "../../model/json";
import type { LogEntry } from "../../model/log-entry";
import { onDemand } from "../../model/on-demand";
import { refuseRepeatedKeys } from "../../model/repeated-keys";
import { escapeText } from "../../output/escape";
import { type Arguments, defineBz, type Values } from "../command";
import type { Context } from "../context";
import { decodeText } from "../named-text";

const entryArguments = onDemand(
  () =>
    ({
      KIND: {
        type: "positional",
        required: false,
        description: "llm_call, tool_call, or what you call it",
      },
      kind: { type: "string", description: "The kind, as a flag" },
      "issue-id": {
        type: "string",
        alias: ["i", "issue"],
        valueHint: "ID",
        description: "The issue that it is about",
      },
      model: { type: "string", alias: "m", description: "Which model was asked" },
      prompt: { type: "string", alias: "p", text: true, description: "What it was asked" },
      response: { type: "string", alias: "r", text: true, description: "What it answered" },
      "tool-name": { type: "string", alias: "t", valueHint: "NAME", description: "Which tool was called" },
      "exit-code": {
        type: "string",
        alias: "e",
        valueHint: "N",
        description: "With which exit code it ended",
      },
      error: { type: "string", text: true, description: "What went wrong" },
      metadata: { type: "string", valueHint: "JSON", text: true, description: "Anything else, as JSON" },
      stdin: {
        type: "boolean",
        description: "Read the whole entry from stdin: one JSON object with such keys",
      },
    }) as const satisfies Arguments,
);

export const command = defineBz({
  meta: {
    name: "audit record",
    description:
      "Adds an entry to the record: a call of a model or a tool, or anything else worth keeping. It changes no issue, cannot be undone, and stays in this clone.",
  },
  args: entryArguments,
  answer: "audit-entry",
  examples: [
    "bz audit record tool_call --issue-id bd-x1y2 --tool-name 'bun test' --exit-code 1",
    "bz audit record --kind llm_call --model claude --prompt @prompt.md --response @answer.md",
    "bz audit record --stdin < entry.json",
  ],
  async run(context, args) {
    const given = await entryOf(context, args);
    if (given.metadata !== undefined) validateDepth(given.metadata);
    const { result: entry, view } = context.write(({ state, prefix }) => {
      const { issue_id: id, ...rest } = given;
      const about = id === undefined ? {} : { issue_id: resolveId(state, id, prefix) };
      const operation: LogEntry = { op: "entry", ...rest, ...about };
      return { operations: [operation], result: operation };
    });
    const id = `${view.sequence}.1`;
    return {
      data: () => ({
        id,
        kind: entry.kind,
        ...(entry.issue_id === undefined ? {} : { issue_id: entry.issue_id }),
        details: entryDetails(entry),
      }),
      text: ({ style }) => `Recorded ${escapeText(entry.kind)} as ${style.bold(id)}\n`,
      ids: [id],
      saved: [id],
    };
  },
});

async function entryOf(
  { world }: Context,
  args: Values<ReturnType<typeof entryArguments>>,
): Promise<Omit<LogEntry, "op">> {
  const { stdin: isFromStdin, ...fields } = args;
  if (isFromStdin === true) {
    const others = Object.entries(fields).filter(([, value]) => value !== undefined);
    if (others.length > 0)
      throw new BzError("USAGE", "--stdin is the whole entry", { hint: "leave out everything else" });
    return readEntry(parseJson("stdin", decodeText(await world.readStdin(), "stdin")));
  }
  if (args.KIND !== undefined && args.kind !== undefined)
    throw new BzError("USAGE", "the kind is given twice", { hint: "leave out one of them" });
  const kind = args.KIND ?? args.kind;
  if (kind === undefined)
    throw new BzError("USAGE", "an entry needs a kind", { hint: "llm_call and tool_call are usual" });
  const { model, prompt, response, error, metadata } = args;
  return {
    kind: validateEntryKind(kind),
    ...(args["issue-id"] === undefined ? {} : { issue_id: args["issue-id"] }),
    ...(model === undefined ? {} : { model }),
    ...(prompt === undefined ? {} : { prompt }),
    ...(response === undefined ? {} : { response }),
    ...(args["tool-name"] === undefined ? {} : { tool_name: args["tool-name"] }),
    ...(args["exit-code"] === undefined ? {} : { exit_code: parseExitCode(args["exit-code"]) }),
    ...(error === undefined ? {} : { error }),
    ...(metadata === undefined ? {} : { metadata: parseJson("--metadata", metadata) }),
  };
}

function parseExitCode(text: string): number {
  if (/^-?\d{1,9}$/.test(text)) return Number(text);
  throw new BzError("USAGE", `--exit-code cannot be "${text}"`, { hint: "write a whole number" });
}

function parseJson(source: string, text: string): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BzError("INVALID", `${source} is not JSON`, { hint: "nothing was recorded", cause: error });
  }
  refuseRepeatedKeys(text);
  return value;
}
