import { BzError } from "../model/errors";
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
          const issues = lines(view).map((line): JsonValue => JSON.parse(line));
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
    const { beadsPath } = context.store.workspace;
    if (path.startsWith(`${beadsPath}/`)) throw insideWorkspace(path);
    const report = await context.store.exportTo(path);
    return {
      data: () => ({ path: report.path, issues: report.issues }),
      text: () => `Wrote ${report.issues} issues to ${escapeText(report.path)}\n`,
      ids: [],
    };
  },
});

/** Raw, as the store holds them: what other tools put there comes out as it went in. */
function lines({ state }: View): string[] {
  const shared: string[] = [];
  for (const id of state.ids()) {
    const line = state.line(id);
    if (line !== undefined && state.issue(id)?.ephemeral !== true) shared.push(line);
  }
  return shared;
}

function insideWorkspace(path: string): BzError {
  return new BzError("USAGE", `${path} belongs to the workspace`, {
    hint: "`bz sync` writes issues.jsonl; name a file outside of .beads for anything else",
    context: { path },
  });
}
