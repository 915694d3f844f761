import { BzError } from "../model/errors";
import type { Issue } from "../model/issue";
import { resolveId } from "../model/issue-id";
import { onDemand } from "../model/on-demand";
import type { View } from "../storage/store";
import { currentOf } from "./current-issue";

/** The two arguments of what changes the parts of an epic. */
export const epicPartArguments = onDemand(
  () =>
    ({
      epic: { type: "positional", required: true, description: "The epic" },
      ids: { type: "positional", required: true, repeat: true, description: "The issues" },
    }) as const,
);

/** @throws BzError NOT_FOUND, AMBIGUOUS_ID; INVALID for what is no epic, or is deleted */
export function resolveEpic({ state, prefix }: View, text: string): Issue {
  const { issue } = currentOf(state, resolveId(state, text, prefix));
  const { id, issue_type: type, status } = issue;
  if (type !== "epic") {
    throw new BzError("INVALID", `${id} is not an epic but a ${type}`, {
      hint: `\`bz update ${id} -t epic\` makes it one; \`bz update ID --parent ${id}\` makes an issue part of anything`,
      context: { id, issue_type: type },
    });
  }
  if (status === "tombstone") {
    throw new BzError("INVALID", `${id} is deleted`, {
      hint: `\`bz undelete ${id}\` brings it back`,
      context: { id },
    });
  }
  return issue;
}
