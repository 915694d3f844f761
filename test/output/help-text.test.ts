import { expect, test } from "bun:test";
import { formatHelpRows, optionRow } from "../../output/help-text";
import { blankScreen, plainStyle, type Screen } from "../../output/style";

const screen = (width: number): Screen => ({ isTerminal: true, width, style: plainStyle });

test("a long name stands alone, what is said of a name goes on below itself", () => {
  const rows = [
    ["-n", "says a thing or two"],
    ["--a-flag-of-many-letters", "is long"],
  ] as const;
  expect(formatHelpRows(rows, screen(24), 6)).toBe(
    "  -n      says a thing\n          or two\n  --a-flag-of-many-letters\n          is long",
  );
  expect(formatHelpRows(rows, blankScreen, 30)).toBe(
    `  ${"-n".padEnd(30)}  says a thing or two\n  ${"--a-flag-of-many-letters".padEnd(30)}  is long`,
  );
});

test("an option shows its short spelling first, its values where there is room, or else what they are", () => {
  const spellings = ["--by", "--group-by", "-g"];
  const value = { name: "by", spellings, type: "value", description: "In groups", repeat: false } as const;
  expect(optionRow({ ...value, type: "switch" })).toEqual(["-g, --group-by, --by", "In groups"]);
  expect(optionRow({ ...value, hint: "KEY" })).toEqual(["-g, --group-by, --by=<KEY>", "In groups"]);
  expect(optionRow({ ...value, values: ["type", "label"] })).toEqual([
    "-g, --group-by, --by=<type|label>",
    "In groups",
  ]);
  const many = ["status", "priority", "type", "assignee", "label"];
  expect(optionRow({ ...value, values: many })).toEqual([
    "-g, --group-by, --by=<NAME>",
    "In groups (status, priority, type, assignee, label)",
  ]);
});
