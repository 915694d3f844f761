import type { JsonValue } from "../model/json";
import { escapeText } from "../output/escape";
import type { View } from "../storage/store";
import { defineBz } from "./command";

export const command = defineBz({
  meta: {
    name: "export",
    description:
      "Writes all shared issues as JSON Lines, deleted ones (tombstones) among them, sorted by id: what issues.jsonl would hold now.",
  },
  args: {
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE",
      description: "Replace FILE instead of writing to stdout",
    },
  },
  examples: ["bz export > issues.jsonl", "bz export -o backup.jsonl"],
  async run(context, args) {
    if (args.output === undefined || args.output === "-") {
      return context.read((view) => ({
        data: () => {
          const issues = lines(view).map(exactValue);
          return { issues, total: issues.length, returned: issues.length, truncated: false };
        },
        text: () =>
          lines(view)
            .map((line) => `${line}\n`)
            .join(""),
      }));
    }
    const path = args.output.startsWith("/")
      ? args.output
      : `${context.world.currentDirectory()}/${args.output}`;
    const report = await context.store.exportTo(path);
    return {
      data: () => ({ path: report.path, issues: report.issues }),
      text: () => `Wrote ${report.issues} issues to ${escapeText(report.path)}\n`,
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
