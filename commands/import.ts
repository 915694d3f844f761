import { type ImportPlan, planImport } from "../model/import";
import { escapeText } from "../output/escape";
import type { Result } from "../output/result";
import type { Decision, View } from "../storage/store";
import { defineBz } from "./command";
import { decodeText, readNamedFile } from "./named-text";

export const command = defineBz({
  meta: {
    name: "import",
    description:
      "Takes in issues from JSON Lines as bd, br and bz write them, in one transaction. Unknown ids are added as they are; known ones are left and reported, or merged with --merge. So are memory lines (`_type` memory): known keys are left, with --merge the later text wins, or the file's where that does not say when it was written.",
  },
  args: () => ({
    file: { type: "positional", required: true, description: "The file; `-` is stdin" },
    "dry-run": { type: "boolean", alias: "n", description: "Say what would come in, change nothing" },
    merge: { type: "boolean", description: "Merge lines of known issues, of each item the later change" },
    "rename-prefix": { type: "boolean", description: "Give ids of other prefixes this workspace's prefix" },
  }),
  answer: "import-report",
  examples: [
    "bz import issues.jsonl",
    "bz import - --dry-run < issues.jsonl",
    "bz import theirs.jsonl --merge",
  ],
  async run(context, args) {
    const { world } = context;
    const onProgress = await context.showProgress();
    const isStdin = args.file === "-";
    const bytes = isStdin ? await world.readStdin() : await readNamedFile(args.file, world);
    const text = decodeText(bytes, isStdin ? "stdin" : args.file);
    const { actor } = context.transaction();
    const plan = ({ state, prefix }: View): ImportPlan =>
      planImport(state, text, {
        nowMs: context.nowMs,
        actor,
        prefix,
        renamePrefix: args["rename-prefix"] === true,
        merge: args.merge === true,
        random: world.randomBytes,
        onProgress,
      });
    if (args["dry-run"] === true) return context.read((view) => importReply(plan(view), true));
    const { result } = context.write((view): Decision<ImportPlan> => {
      const planned = plan(view);
      onProgress?.("Writing");
      const operations = [...planned.operations, ...(planned.memories?.operations ?? [])];
      return { operations, result: planned };
    });
    return importReply(result, false);
  },
});

const mostShown = 10;

function importReply(
  { operations, added, updated, memories, skipped }: ImportPlan,
  isDryRun: boolean,
): Result {
  const ids = [...new Set(operations.map((operation) => operation.id))];
  return {
    data: () => ({
      ...(isDryRun ? { dry_run: true } : {}),
      added,
      updated,
      ...(memories === undefined ? {} : { memories: { added: memories.added, updated: memories.updated } }),
      skipped: skipped.length,
      ids,
      reasons: reasonsOf(skipped),
      skipped_lines: skipped.map(({ line, id, key, reason }) => ({
        line,
        ...(id === undefined ? {} : { id }),
        ...(key === undefined ? {} : { key }),
        reason,
      })),
    }),
    text: () => {
      const kept =
        memories === undefined ? "" : ` (and memories: added ${memories.added}, updated ${memories.updated})`;
      const head = `${isDryRun ? "Would add" : "Added"} ${added}, updated ${updated}, skipped ${skipped.length}${kept}\n`;
      const notable = skipped.filter((entry) => entry.reason !== "unchanged");
      const lines = notable.slice(0, mostShown).map(({ line, id, key, reason }) => {
        const name = id ?? key;
        return `  line ${line}${name === undefined ? "" : ` (${escapeText(name)})`}: ${escapeText(reason)}\n`;
      });
      const more =
        notable.length > mostShown ? `  and ${notable.length - mostShown} more; --json lists all\n` : "";
      return head + lines.join("") + more;
    },
    ids,
    saved: isDryRun ? [] : ids.slice(0, mostShown),
  };
}

function reasonsOf(skipped: ImportPlan["skipped"]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason } of skipped) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
