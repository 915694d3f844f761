import { BzError } from "./errors";
import { issueRowKeys } from "./row";
import { nearestSpellings } from "./spelling";

/** What people call some of the keys. */
const shortNames: Readonly<Record<string, string>> = {
  type: "issue_type",
  desc: "description",
  acceptance: "acceptance_criteria",
  created: "created_at",
  updated: "updated_at",
  started: "started_at",
  closed: "closed_at",
  due: "due_at",
  defer: "defer_until",
  estimate: "estimated_minutes",
};

/**
 * The keys of an issue that `--fields` names, each once, in that order. `added`: what the command adds to the usual ones.
 * @throws BzError USAGE naming the nearest valid ones
 */
export function parseFieldNames(names: readonly string[], added: readonly string[]): readonly string[] {
  const valid = [...issueRowKeys, ...added];
  if (names.length === 0) {
    throw new BzError("USAGE", "--fields is empty", { hint: `name some of ${valid.join(", ")}` });
  }
  const fields = names.map((name) => {
    const field = Object.hasOwn(shortNames, name) ? shortNames[name] : name;
    if (field !== undefined && valid.includes(field)) return field;
    const nearest = nearestSpellings(name, [...valid, ...Object.keys(shortNames)]);
    throw new BzError("USAGE", `issues have no field "${name}"`, {
      hint: nearest.length > 0 ? `did you mean ${nearest.join(" or ")}?` : `use some of ${valid.join(", ")}`,
      context: { field: name, nearest, valid },
    });
  });
  return [...new Set(fields)];
}
