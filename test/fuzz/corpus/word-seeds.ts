import { parse } from "papaparse";
import type { Seed, SeedKind } from "./seed";

const starts = ["=", "+", "-", "@", "\t=", "\r=", "＝", "＋", "－", "＠", "'=", "''=", '"=', " ="];
const rests = ["1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x","y")', "SUM(A1),B", "x\u0001", "1\u001b[1m"];

/** The title comes back out of a CSV as it went in, behind an apostrophe where a spreadsheet would work it out. */
export const csv: SeedKind = {
  name: "CSV",
  isFresh: true,
  seeds: starts.flatMap((start) =>
    rests.map((rest): Seed => {
      const title = `${start}${rest}`.trim();
      return {
        words: ["create", `--title=${title.replace(/^@/, "@@")}`],
        verdict: "accept",
        async after(world) {
          const { stdout } = await world.bz("list", "--format", "csv", "--fields", "id,title", "--all");
          const { data, errors } = parse<{ title: string }>(stdout.trimEnd(), {
            header: true,
            delimiter: ",",
          });
          const cell = data.find(({ title: one }) => one.includes(rest.slice(0, 3)))?.title ?? "";
          const isGuarded = !/^[=+\-@\t\r\n＝＋－＠]/.test(cell);
          return errors.length === 0 && isGuarded ? undefined : `the cell is ${JSON.stringify(cell)}`;
        },
      };
    }),
  ),
};

const commands: readonly (readonly string[])[] = [
  "create T",
  "q T",
  "show bd-a",
  "list",
  "ready",
  "update bd-a",
  "close bd-a",
  "dep add bd-a bd-c",
  "search x",
  "count",
  "export",
  "sync",
  "config list",
  "label list bd-a",
  "comments list bd-a",
  "stats",
  "epic list",
  "history",
  "doctor",
].map((line) => line.split(" "));

const wrongWords: readonly (readonly string[])[] = [
  ["--no-such-flag"],
  ["--jsn"],
  ["--json=maybe"],
  ["--format=xml"],
  ["--format"],
  ["--actor"],
  ["--actor", "--json"],
  ["--actor=a", "--actor=b"],
  ["--lock-timeout=soon"],
  ["-é"],
  ["---json"],
  ["--=x"],
  ["--constructor"],
  ["--__proto__=1"],
  ["--json", "--no-json"],
  [`--${"x".repeat(3000)}`],
];

const oddWords: readonly Seed[] = [
  { words: [], verdict: "accept" },
  { words: ["--", "list"], verdict: "accept" },
  { words: ["lsit"], verdict: "USAGE", names: "list" },
  { words: ["LIST"], verdict: "USAGE" },
  { words: [""], verdict: "USAGE" },
  { words: [" "], verdict: "USAGE" },
  { words: ["create"], verdict: "USAGE", names: "title" },
  { words: ["create", ""], verdict: "INVALID", names: "title" },
  { words: ["create", "   "], verdict: "INVALID", names: "title" },
  { words: ["create", "x".repeat(501)], verdict: "INVALID", names: "title" },
  { words: ["create", "x".repeat(500)], verdict: "accept" },
  { words: ["create", "😀".repeat(500)], verdict: "accept" },
  { words: ["create", "a\nb"], verdict: "INVALID", names: "title" },
  { words: ["create", "--", "--help"], verdict: "accept" },
  { words: ["create", "- a list"], verdict: "accept" },
  { words: ["create", "T", "more"], verdict: "USAGE" },
  { words: ["create", "T", "-d", "@"], verdict: "USAGE" },
  { words: ["create", "T", "-d", "@nofile"], verdict: "FILE_UNREADABLE", names: "nofile" },
  { words: ["create", "T", "-d", "@."], verdict: "FILE_UNREADABLE" },
  { words: ["create", "T", "-d", "@/dev/zero"], verdict: "FILE_UNREADABLE" },
  { words: ["create", "T", "-d", "-", "--notes", "-"], verdict: "USAGE", names: "stdin" },
  { words: ["create", "T", "-d", "@@x"], verdict: "accept" },
  { words: ["create", "T", "-l", "a,,b, ,c"], verdict: "accept" },
  { words: ["update", "bd-a"], verdict: "USAGE" },
  { words: ["update"], verdict: "USAGE" },
  { words: ["dep"], verdict: "USAGE" },
  { words: ["dep", "ad", "bd-a", "bd-c"], verdict: "USAGE", names: "add" },
  { words: ["-C"], verdict: "USAGE" },
  { words: ["-C", "nowhere", "list"], verdict: "NOT_INITIALIZED" },
  { words: ["--data", "nowhere", "list"], verdict: "NOT_INITIALIZED" },
  { words: ["--readonly", "create", "T"], verdict: "WRITE_REFUSED" },
  { words: ["import", "nofile"], verdict: "FILE_UNREADABLE", names: "nofile" },
  { words: ["query", "run"], verdict: "USAGE" },
];

export const argumentsKind: SeedKind = {
  name: "arguments",
  seeds: [
    ...commands.flatMap((command) =>
      wrongWords.map((words): Seed => ({ words: [...command, ...words], verdict: "USAGE" })),
    ),
    ...oddWords,
  ],
};
