import type { FaceLag } from "../storage/store";

/** Undefined where somebody else is about to write the file. */
export function lagNote({ reason, behind }: FaceLag): string | undefined {
  if (reason === "busy" || reason === "changing") return undefined;
  const amount = behind === undefined ? "behind" : `${behind} ${behind === 1 ? "change" : "changes"} behind`;
  return `issues.jsonl is ${amount}${why(reason)}; \`bz sync\` brings it up to date`;
}

function why(reason: Exclude<FaceLag["reason"], "busy" | "changing">): string {
  switch (reason) {
    case "off":
      return " (sync.auto_flush is off)";
    case "missing":
      return " (there is none in this worktree)";
    case "large":
      return " (it is too large to be written after every change)";
    case "spent":
      return "";
    case "git":
      return " (git is in the middle of something)";
    case "conflicted":
      return " (git left a conflict in it)";
    case "torn":
      return " (its last line is cut off)";
  }
}
