import { array, literal, nullable, optional, picklist, strictObject } from "valibot";
import { listOf } from "./envelope";
import { count, dependencyType, described, flag, issueId, issueIds, text } from "./field";
import { briefOrMissing } from "./issue";

const outcome = ["added", "updated", "unchanged"] as const;

export const addedDependency = strictObject({
  status: picklist(outcome),
  action: described(picklist(outcome), "The same as status"),
  issue_id: issueId,
  depends_on_id: text,
  type: dependencyType,
  metadata: optional(described(text, "JSON, as it was given")),
});

export const removedDependency = strictObject({
  status: literal("removed"),
  action: literal("removed"),
  issue_id: issueId,
  depends_on_id: text,
  type: described(nullable(text), "The first of types"),
  types: array(text),
});

/** The issue at the other end, and the edge as its dependent holds it. */
export const dependencies = listOf(
  "dependencies",
  briefOrMissing({
    dependency_type: dependencyType,
    direction: described(
      picklist(["down", "up"]),
      "down: the issue depends on this one; up: the other way round",
    ),
    issue_id: issueId,
    depends_on_id: text,
    type: dependencyType,
  }),
  {},
);

export const dependencyTree = listOf(
  "tree",
  briefOrMissing({
    depth: described(count, "0 is the root"),
    parent_id: described(text, "The id one step nearer to the root; the root names itself"),
    edge_from_parent: optional(dependencyType),
    truncated: described(flag, "More hangs below it than --max-depth shows"),
    repeated: optional(described(literal(true), "It is unfolded elsewhere in the tree")),
    cycle: optional(described(literal(true), "It stands above itself")),
  }),
  {},
);

export const cycles = listOf("cycles", issueIds, { count: described(count, "The same as total") });
