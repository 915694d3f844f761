import { escapeText } from "../output/escape";
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
    const { outcome, path, issues, bytes, carriedOver, unreadable, sequence } = await context.store.sync();
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
      warnings:
        unreadable.length === 0
          ? []
          : [
              `${path}: line ${unreadable.join(", ")} cannot be read and was kept as it is; correct it by hand`,
            ],
    };
  },
});
