import { dependencyTypes } from "../../../model/dependency";
import type { Seed, SeedKind } from "./seed";

const badIds = [
  "",
  " ",
  "-",
  "--",
  "-rf",
  ".",
  "..",
  "../x",
  "../../etc/passwd",
  "/etc/passwd",
  "-a",
  "bd-a/b",
  "bd-a\\b",
  "bd-a b",
  "bd-a\nb",
  "bd-a\tb",
  "bd-a\u001bb",
  "bd-a\u202eb",
  "bd-a\u200bb",
  "bd-a,b",
  "bd-a:b",
  "bd-a;b",
  "bd-a$b",
  "bd-a`b",
  "bd-a|b",
  "bd-a&b",
  "bd-a<b",
  "bd-a>b",
  'bd-a"b',
  "bd-a'b",
  "bd-a(b",
  "bd-a)b",
  "bd-a*b",
  "bd-a?b",
  "bd-a[b",
  "bd-a]b",
  "bd-a{b",
  "bd-a}b",
  "bd-a=b",
  "bd-a@b",
  "bd-a#b",
  "bd-a%b",
  "bd-a^b",
  "bd-a~b",
  "bd-a!b",
  "bd-é",
  "bd-e\u0301",
  "bd-а",
  "bd-ａ",
  "bd-😀",
  "bd-\ud800",
  "bd-İ",
  ".bd-a",
  "$bd-a",
  "@@bd-a",
  `bd-${"x".repeat(300)}`,
  `bd-${"x".repeat(5000)}`,
];
const goodIds = [
  "bd-a1",
  "bd-0",
  "bd-con",
  "bd-nul",
  "bd-aux",
  "bd-1.1",
  "bd-a1.b2",
  "x-1",
  "other_prefix-9",
];

export const ids: SeedKind = {
  name: "ids",
  seeds: [
    ...badIds.flatMap((id): Seed[] => [
      { words: ["create", "T", `--id=${id}`], verdict: "INVALID" },
      { words: ["show", "--", id], verdict: "NOT_FOUND" },
    ]),
    ...goodIds.map((id): Seed => ({ words: ["create", "T", "--id", id], verdict: "accept" })),
  ],
};

const badDates = [
  "",
  "x",
  "0",
  "2026",
  "2026-13-01",
  "2026-00-01",
  "2026-02-30",
  "2026-02-29",
  "2026-1-1",
  "26-01-01",
  "2026/01/01",
  "01.02.2026",
  "2026-01-01T25:00:00Z",
  "2026-01-01T00:60:00Z",
  "2026-01-01T00:00:61Z",
  "2026-01-01T00:00:00+25:00",
  "2026-01-01T00:00:00 Z",
  "0000-01-01",
  "-001-01-01",
  "10000-01-01",
  "9999-12-31",
  "next monday",
  "99999-01-01",
  "+10000-01-01",
  "1969-12-31",
  "+1",
  "+d",
  "+1x",
  "1d+",
  "++1d",
  "+-1d",
  "+1.5d",
  "+99999999999d",
  "+1e3d",
  "next",
  "next x",
  "monday week",
  "tomorrow yesterday",
  "now now",
  "NaN",
  "Infinity",
  "null",
  "1767225600",
  "1767225600000",
  "２０２６-01-01",
  "2026-01-01T00:00:00Z; x",
];
const goodDates = [
  "2026-03-01",
  "2028-02-29",
  "2026-03-01T09:00:00Z",
  "2026-03-01T09:00:00.123Z",
  "2026-03-01T09:00:00+05:30",
  "2026-03-01T09:00:00-12:00",
  "+1h",
  "+1d",
  "+2w",
  "+1m",
  "tomorrow",
  "monday",
  "+6h",
];
const badPriorities = [
  "",
  "x",
  "-1",
  "5",
  "9",
  "P5",
  "P-1",
  "1.5",
  "1e0",
  "0x1",
  "01x",
  "1000000000",
  "99999999999999999999",
  "NaN",
  "P",
  "p1p",
  "1,2",
  "high-ish",
  "\u00a0",
  "1 2",
  "１",
];
const goodPriorities = ["0", "4", "P0", "p4", "critical", "high", "medium", "low", "backlog"];
const badCounts = [
  "-1",
  "1.5",
  "x",
  "",
  "1e2",
  "0x10",
  "99999999999999999999",
  "NaN",
  "1,000",
  "+5",
  " ",
  "１",
];
const badEstimates = [
  "-1",
  "1.5",
  "x",
  "1x",
  "h",
  "1h1h",
  "1m1h",
  "99999999999999999999",
  "1e3",
  "NaN",
  "1 h 1 h",
  "-1h",
];

export const datesNumbersEnums: SeedKind = {
  name: "dates, numbers, enums",
  seeds: [
    ...badDates
      .filter((date) => date !== "")
      .map((date): Seed => ({ words: ["create", "T", `--due=${date}`], verdict: "INVALID", names: "date" })),
    ...goodDates.map((date): Seed => ({ words: ["create", "T", `--due=${date}`], verdict: "accept" })),
    ...badPriorities.map(
      (priority): Seed => ({
        words: ["create", "T", `--priority=${priority}`],
        verdict: "INVALID",
        names: "priority",
      }),
    ),
    ...goodPriorities.map(
      (priority): Seed => ({ words: ["create", "T", `--priority=${priority}`], verdict: "accept" }),
    ),
    ...badEstimates.map(
      (estimate): Seed => ({
        words: ["create", "T", `--estimate=${estimate}`],
        verdict: "INVALID",
        names: "estimate",
      }),
    ),
    ...badCounts.map(
      (count): Seed => ({ words: ["list", `--limit=${count}`], verdict: "USAGE", names: "limit" }),
    ),
    ...["x", "OPEN!", "closed,nope", "tombstone ", "in progress now", "1", "__proto__"].map(
      (status): Seed => ({ words: ["update", "bd-a", `--status=${status}`], verdict: "INVALID" }),
    ),
    ...["", "a b", "x".repeat(200), "\u001b[1m"].map(
      (type): Seed => ({ words: ["create", "T", `--type=${type}`], verdict: "INVALID" }),
    ),
    ...["0", "x", "-5", "1.5", "99999999999999999999"].map(
      (time): Seed => ({
        words: ["list", `--lock-timeout=${time}`],
        verdict: time === "0" ? "accept" : "USAGE",
      }),
    ),
  ],
};

const types = [...dependencyTypes];

/** bd-a, bd-b and bd-c are there; bd-a waits for bd-b. */
export const dependencies: SeedKind = {
  name: "dependencies",
  isFresh: true,
  seeds: [
    ...types.flatMap((type): Seed[] => [
      { words: ["dep", "add", "bd-a", "bd-a", "--type", type], verdict: "INVALID", names: "itself" },
      {
        words: ["dep", "add", "bd-a", "bd-nope", "--type", type],
        // An edge to what is not here yet is kept; a parent has to be here.
        verdict: type === "parent-child" ? "NOT_FOUND" : "accept",
      },
      { words: ["dep", "add", "bd-nope", "bd-a", "--type", type], verdict: "NOT_FOUND", names: "bd-nope" },
      { words: ["dep", "add", "bd-c", "bd-a", "--type", type], verdict: "accept" },
      {
        words: ["dep", "add", "bd-b", "bd-a", "--type", type],
        verdict: ["blocks", "conditional-blocks", "waits-for"].includes(type) ? "CYCLE" : "accept",
      },
    ]),
    ...["", "x y", "\u001b[1m", "x".repeat(300), "a:b", "a,b"].map(
      (type): Seed => ({ words: ["dep", "add", "bd-c", "bd-a", `--type=${type}`], verdict: "INVALID" }),
    ),
    ...[2, 3, 10, 1000].map(
      (length): Seed => ({
        words: ["add-batch", "--format", "jsonl"],
        stdin: cycleOf(length),
        verdict: "CYCLE",
      }),
    ),
    {
      words: ["add-batch", "--format", "jsonl"],
      stdin: cycleOf(2000).replace(/,"depends_on":\["k0"\]/, ""),
      verdict: "accept",
    },
  ],
};

/** Each waits for the next one, the last for the first. */
function cycleOf(length: number): string {
  return Array.from(
    { length },
    (_, at) => `{"title":"T","key":"k${at}","depends_on":["k${(at + 1) % length}"]}`,
  ).join("\n");
}
