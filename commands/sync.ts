import { escapeText } from "../output/escape";
import type { Store } from "../storage/store";
import { defineBz } from "./command";

export const command = defineBz({
  meta: {
    name: "sync",
    description:
      "Writes issues.jsonl, the file that travels with git, so that it holds what the store holds. Never runs git. Refuses when somebody else changed the file.",
  },
  args: {},
  examples: ["bz sync && git add .beads/issues.jsonl"],
  async run(context) {
    const report = await context.store.sync();
    const { outcome, path, issues, bytes, carriedOver, unreadable, sequence } = report;
    return {
      data: () => ({
        outcome,
        path,
        issues,
        bytes,
        carried_over: carriedOver,
        unreadable_lines: [...unreadable],
        sequence,
      }),
      text: () => {
        const verb = outcome === "unchanged" ? "is up to date with" : "now holds";
        return `${escapeText(path)} ${verb} ${issues} issues\n`;
      },
      ids: [],
      warnings: warningsOn(report),
    };
  },
});

type Report = Awaited<ReturnType<Store["sync"]>>;

function warningsOn({ path, unreadable, duplicates }: Report): string[] {
  const warnings: string[] = [];
  if (unreadable.length > 0)
    warnings.push(
      `${path}: line ${some(unreadable)} cannot be read and was kept as it is; correct it by hand`,
    );
  if (duplicates.length > 0)
    warnings.push(
      `${path}: ${some(duplicates)} on more than one line; the one updated last counts, the others were kept as they are`,
    );
  return warnings;
}

function some(items: readonly (string | number)[]): string {
  return `${items.slice(0, mostShown).join(", ")}${items.length > mostShown ? ", ..." : ""}`;
}

const mostShown = 10;
