import { array, strictObject, union } from "valibot";
import { count, described, text } from "./field";

/** `count`, or with --by how many there are of each kind. */
export const issueCount = union([
  strictObject({ count }),
  strictObject({
    total: described(count, "Issues; one with several labels stands in several groups"),
    groups: array(strictObject({ group: text, count })),
  }),
]);
