import { array, boolean, literal, picklist, strictObject, union } from "valibot";
import { listOf } from "./envelope";
import { count, described, issueIds, text, texts } from "./field";

/** Outside of a workspace the text is empty, and there is nothing else. */
export const briefing = union([
  strictObject({
    text: described(text, "What an agent has to know, in less than 2,000 bytes"),
    held: issueIds,
    held_elsewhere: described(count, "Issues that other sessions of the same actor hold"),
    ready: count,
    memories: count,
    warnings: texts,
  }),
  strictObject({
    hookSpecificOutput: strictObject({ hookEventName: literal("SessionStart"), additionalContext: text }),
  }),
  strictObject({ text: literal("") }),
]);

export const agentGuide = strictObject({ text: described(text, "For AGENTS.md, with its markers") });

const scope = picklist(["project", "global"]);

/** The agents, or for one of them what its files would hold, what they lack, or what became of them. */
export const agentSetup = union([
  listOf("agents", strictObject({ name: text, title: text, project: texts, global: texts }), {}),
  strictObject({ name: text, scope, files: array(strictObject({ path: text, text })) }),
  strictObject({
    name: text,
    scope,
    current: boolean(),
    files: array(strictObject({ path: text, state: picklist(["current", "stale", "absent"]) })),
  }),
  strictObject({
    name: text,
    scope,
    files: array(
      strictObject({ path: text, change: picklist(["created", "updated", "removed", "unchanged"]) }),
    ),
  }),
]);
