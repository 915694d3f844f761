import { array, literal, number, optional, picklist, strictObject } from "valibot";
import { listOf } from "./envelope";
import { count, dependencyType, described, issueId, issueIds, text } from "./field";
import { briefEntries } from "./issue";

export const orphans = listOf(
  "orphans",
  strictObject({
    ...briefEntries,
    orphan_type: described(
      picklist(["hierarchy", "dependency"]),
      "Its parent is missing, or what it depends on",
    ),
    missing_ref: described(text, "The id that leads nowhere"),
    dependency_type: optional(dependencyType),
    deleted: optional(described(literal(true), "What it refers to was deleted")),
  }),
  {},
);

export const lintFindings = listOf(
  "findings",
  strictObject({
    id: optional(issueId),
    ids: optional(described(issueIds, "Instead of id, where it is about several")),
    severity: picklist(["error", "warning", "info"]),
    category: text,
    message: text,
  }),
  { errors: count, warnings: count, infos: count },
);

export const duplicates = listOf(
  "groups",
  strictObject({
    kind: text,
    similarity: optional(described(number(), "1 is the same")),
    issues: array(strictObject(briefEntries)),
  }),
  {},
);
