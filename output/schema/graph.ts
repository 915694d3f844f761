import { array, strictObject, tuple, union } from "valibot";
import { count, dependencyType, described, issueId, issueIds, priority, status, text } from "./field";

const node = (depth: string) =>
  array(strictObject({ id: issueId, title: text, status, priority, depth: described(count, depth) }));

const edges = {
  edges: described(array(tuple([issueId, issueId])), "The first depends on the second"),
  edge_types: described(array(dependencyType), "The type of each of them, in the same order"),
};

/** All that hangs together, or with an ID what has to do with that issue, or with -o what was written. */
export const graph = union([
  strictObject({
    components: array(
      strictObject({
        nodes: node("0 is to be done first"),
        ...edges,
        roots: described(issueIds, "Those of depth 0"),
      }),
    ),
    total_nodes: count,
    total_components: count,
  }),
  strictObject({ root: issueId, nodes: node("Steps away from the root"), ...edges, count }),
  strictObject({ path: text, issues: count }),
]);
