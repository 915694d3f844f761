import type { FaceLag } from "../storage/store";

/** Undefined where somebody else is about to write the file. */
export function lagNote({ reason, behind }: FaceLag): string | undefined {
  if (reason === "busy" || reason === "changing") return undefined;
  const amount = behind === undefined ? "behind" : `${behind} ${behind === 1 ? "change" : "changes"} behind`;
  return `issues.jsonl is ${amount}${lagReasons[reason]}; \`bz sync\` brings it up to date`;
}

const lagReasons = {
  off: " (sync.auto_flush is off)",
  missing: " (there is none in this worktree)",
  large: " (it is too large to be written after every change)",
  spent: "",
  git: " (git is in the middle of something)",
  conflicted: " (git left a conflict in it)",
  torn: " (its last line is cut off)",
} as const;
