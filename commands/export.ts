import type { JsonValue } from "../model/json";
import { recordLine } from "../model/record-line";
import { escapeJson, escapeText } from "../output/escape";
import type { View } from "../storage/store";
import { defineBz } from "./command";

export const command = defineBz({
  meta: {
    name: "export",
    description:
      "Writes all shared issues as JSON Lines, deleted ones (tombstones) among them, sorted by id: what issues.jsonl would hold now.",
  },
  args: () => ({
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE",
      description: "Replace FILE instead of writing to stdout",
    },
    "include-memories": {
      type: "boolean",
      description: "What `bz remember` keeps as well, as lines of `_type` memory behind the issues",
    },
  }),
  answer: "exported-issues",
  examples: [
    "bz export > issues.jsonl",
    "bz export -o backup.jsonl",
    "bz export --include-memories -o all.jsonl",
  ],
  async run(context, args) {
    const withMemories = args["include-memories"] === true;
    if (args.output === undefined || args.output === "-") {
      return context.read((view) => ({
        data: () => {
          const issues = lines(view).map(exactValue);
          const memories = withMemories ? { memories: memoryLines(view).map(exactValue) } : {};
          return { issues, total: issues.length, returned: issues.length, truncated: false, ...memories };
        },
        records: () => [...lines(view), ...(withMemories ? memoryLines(view) : [])].map(exactValue),
        text: ({ isTerminal }) => {
          const all = [...lines(view), ...(withMemories ? memoryLines(view) : [])];
          // The same JSON, but nothing in it that a terminal obeys; a file or a pipe gets the bytes as they are.
          return all.map((line) => `${isTerminal ? escapeJson(line) : line}\n`).join("");
        },
      }));
    }
    await context.showProgress();
    const path = args.output.startsWith("/")
      ? args.output
      : `${context.world.currentDirectory()}/${args.output}`;
    const report = await context.store.exportTo(path, withMemories ? "memory" : undefined);
    return {
      data: () => ({
        path: report.path,
        issues: report.issues,
        ...(withMemories ? { memories: report.records } : {}),
      }),
      text: () => {
        const memories = withMemories ? ` and ${report.records} memories` : "";
        return `Wrote ${report.issues} issues${memories} to ${escapeText(report.path)}\n`;
      },
      ids: [],
    };
  },
});

/** Raw, as the store holds them: as text, what other tools put there comes out as it went in. */
function lines({ state }: View): string[] {
  const shared: string[] = [];
  for (const id of state.ids()) {
    const line = state.line(id);
    if (line !== undefined && state.issue(id)?.ephemeral !== true) shared.push(line);
  }
  return shared;
}

function memoryLines({ state }: View): string[] {
  return state.records("memory").map(recordLine);
}

/** The line as a value that is printed with its numbers as they are spelled: beyond 2^53 they would come out as others. */
function exactValue(line: string): JsonValue {
  return riskyNumber.test(line) ? JSON.parse(line, exactNumber) : JSON.parse(line);
}

function exactNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  return typeof value !== "number" || source === undefined || String(value) === source
    ? value
    : JSON.rawJSON(source);
}

/** Sixteen digits, a fraction, an exponent or a negative zero; in a text it costs time and nothing else. */
const riskyNumber = /\d{16}|\d[.eE]|-0/;

/** Of ECMAScript's JSON.parse source text access, which the library of TypeScript does not know yet. */
declare global {
  interface JSON {
    rawJSON(text: string): unknown;
  }
}
