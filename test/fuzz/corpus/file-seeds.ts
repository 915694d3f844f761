import { plainLine } from "../../model/samples";
import type { Seed, SeedKind } from "./seed";

const two = [plainLine("bd-f1"), plainLine("bd-f2", ',"labels":["x"]')];
const [one = "", other = ""] = two;

/** What becomes of a text of two lines, and whether it is still one that can be taken in. */
const textForms: readonly (readonly [name: string, text: string, verdict: Seed["verdict"]])[] = [
  ["line feeds", `${one}\n${other}\n`, "accept"],
  ["no last line end", `${one}\n${other}`, "accept"],
  ["CRLF", `${one}\r\n${other}\r\n`, "accept"],
  ["blank lines", `\n\n${one}\n\n \n${other}\n\n`, "accept"],
  ["a mark of byte order", `\ufeff${one}\n${other}\n`, "accept"],
  ["spaces around lines", `  ${one}  \n\t${other}\t\n`, "accept"],
  ["the same line twice", `${one}\n${one}\n${other}\n`, "accept"],
  ["a line of another type", `{"_type":"memory","key":"k","value":"v"}\n${one}\n${other}\n`, "accept"],
  ["a tombstone", `${one}\n${other}\n{"id":"bd-f3","title":"x","status":"tombstone"}\n`, "accept"],
  ["unknown keys", `${one.replace("{", '{"zz":[1,{"a":2}],')}\n${other}\n`, "accept"],
  ["a conflict", `<<<<<<< HEAD\n${one}\n=======\n${other}\n>>>>>>> theirs\n`, "CONFLICT_MARKERS"],
  [
    "a conflict with its base",
    `<<<<<<< HEAD\n${one}\n||||||| base\n${one}\n=======\n${other}\n>>>>>>> theirs\n`,
    "CONFLICT_MARKERS",
  ],
  ["the beginning of a conflict", `<<<<<<< HEAD\n${one}\n${other}\n`, "CONFLICT_MARKERS"],
  ["the end of a conflict", `${one}\n${other}\n>>>>>>> theirs\n`, "CONFLICT_MARKERS"],
  ["the middle of a conflict", `${one}\n=======\n${other}\n`, "CONFLICT_MARKERS"],
  [
    "a conflict with CRLF",
    `<<<<<<< HEAD\r\n${one}\r\n=======\r\n${other}\r\n>>>>>>> theirs\r\n`,
    "CONFLICT_MARKERS",
  ],
  ["half of the last line", `${one}\n${other.slice(0, 40)}`, "INVALID"],
  ["half of the first line", `${one.slice(0, 40)}\n${other}\n`, "INVALID"],
  ["two objects in a line", `${one}${other}\n`, "INVALID"],
  ["two objects with a comma", `${one},${other}\n`, "INVALID"],
  ["a list", `[${one},${other}]\n`, "INVALID"],
  ["NULs behind", `${one}\n${other}\n\0\0\0\0`, "INVALID"],
  ["NULs before", `\0\0\0\0${one}\n${other}\n`, "INVALID"],
  ["a line of NULs", `${one}\n\0\0\0\0\0\0\n${other}\n`, "INVALID"],
  ["a line of text", `${one}\nhello\n${other}\n`, "INVALID"],
  ["a number", `${one}\n17\n${other}\n`, "INVALID"],
  ["null", `${one}\nnull\n${other}\n`, "INVALID"],
  ["an object without an id", `${one}\n{"title":"x"}\n${other}\n`, "accept"],
  ["an object without a title", `${one}\n{"id":"bd-f4"}\n${other}\n`, "accept"],
  ["a status that is a list", `${one}\n{"id":"bd-f4","title":"x","status":[]}\n`, "INVALID"],
  [
    "a line that nests",
    `${one}\n{"id":"bd-f4","title":"x","m":${"[".repeat(100_000)}${"]".repeat(100_000)}}\n`,
    "INVALID",
  ],
  ["YAML", "id: bd-f1\ntitle: T\n", "INVALID"],
  ["CSV", "id,title\nbd-f1,T\n", "INVALID"],
  ["HTML", "<!doctype html><html></html>\n", "INVALID"],
  ["nothing", "", "accept"],
];

export const jsonlFiles: SeedKind = {
  name: "JSONL files",
  isFresh: true,
  seeds: textForms.flatMap(([, text, verdict]): Seed[] => [
    { words: ["import", "-"], stdin: text, verdict },
    { words: ["import", "in.jsonl", "--dry-run"], files: { "in.jsonl": text }, verdict },
    // The face is read whatever stands in it: what is no issue stays there, and is told by doctor.
    { words: ["list"], files: { ".beads/issues.jsonl": text }, verdict: "accept" },
    { words: ["q", "New"], files: { ".beads/issues.jsonl": text }, verdict: "accept" },
  ]),
};

const aliasBomb = (levels: number): string =>
  [
    "a0: &a0 [x, x, x, x, x, x, x, x, x, x]",
    ...Array.from({ length: levels }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(10)}]`),
  ].join("\n");

const yaml: readonly (readonly [text: string, verdict: Seed["verdict"]])[] = [
  ["", "accept"],
  ["# nothing\n", "accept"],
  ["lock.timeout_ms: 5000\n", "accept"],
  ["lock:\n  timeout_ms: 5000\n", "accept"],
  ["\ufefflock.timeout_ms: 5000\n", "accept"],
  ["lock.timeout_ms: 5000\r\nother: x\r\n", "accept"],
  ["---\nlock.timeout_ms: 5000\n...\n", "accept"],
  ["{lock.timeout_ms: 5000}\n", "accept"],
  ["other: {a: [1, 2], b: !!str 3}\n", "accept"],
  ["? [a, b]\n: 1\n", "accept"],
  ["__proto__:\n  polluted: 1\n", "accept"],
  ["constructor: {prototype: {polluted: 1}}\n", "accept"],
  ["x: &x {a: 1}\ny: {<<: *x}\n", "accept"],
  ["x: |\n  text\n  more\n", "accept"],
  ["x: >-\n  text\n", "accept"],
  ["null\n", "accept"],
  ["lock.timeout_ms: -1\n", "INVALID"],
  ["lock.timeout_ms: x\n", "INVALID"],
  ["lock.timeout_ms: [1]\n", "INVALID"],
  ["lock.timeout_ms: {}\n", "INVALID"],
  ["lock.timeout_ms: 1.5\n", "INVALID"],
  ["lock.timeout_ms: 1e999\n", "INVALID"],
  ["lock.timeout_ms: .nan\n", "INVALID"],
  ["lock.timeout_ms: true\n", "INVALID"],
  ["lock.timeout_ms: '5 s'\n", "INVALID"],
  ["lock:\n\ttimeout_ms: 1\n", "INVALID"],
  ["lock.timeout_ms: [1\n", "INVALID"],
  ["lock.timeout_ms: 'x\n", "INVALID"],
  ["lock.timeout_ms: *nobody\n", "INVALID"],
  [`lock.timeout_ms: ${"[".repeat(30_000)}\n`, "INVALID"],
  [`${"a: 1\n".repeat(20_000)}lock.timeout_ms: 1\n`, "INVALID"],
  [`${aliasBomb(12)}\nlock.timeout_ms: 1\n`, "INVALID"],
];

/** No setting can be written into it. */
function isBroken(text: string): boolean {
  return /\t|\[1\n|'x\n|\*nobody|\[\[|^null|a11/.test(text) || text.length > 65_536;
}

export const yamlConfig: SeedKind = {
  name: "YAML",
  isFresh: true,
  seeds: yaml.flatMap(([text, verdict]): Seed[] => {
    const files = { ".beads/config.yaml": text };
    const names = verdict === "accept" ? {} : { names: "config.yaml" };
    return [
      { words: ["q", "T"], files, verdict, ...names },
      { words: ["config", "get", "lock.timeout_ms"], files, verdict, ...names },
      {
        words: ["config", "set", "sync.auto_flush", "false"],
        files,
        verdict: isBroken(text) ? "INVALID" : "accept",
      },
    ];
  }),
};

/** A `.git` as it stands in states that people and programs leave it in. What bz writes goes on; what asks for a commit says that there is none. */
const gitStates: readonly Readonly<Record<string, string>>[] = [
  { ".git/HEAD": "ref: refs/heads/main\n" },
  { ".git/HEAD": "0123456789012345678901234567890123456789\n" },
  { ".git/HEAD": "garbage\0\n" },
  { ".git/HEAD": "" },
  { ".git/HEAD": "ref: ../../../etc/passwd\n" },
  { ".git/HEAD": `ref: refs/heads/${"x".repeat(10_000)}\n` },
  { ".git/HEAD": "ref: refs/heads/main\n", ".git/config": "[core]\n\tbare = true\n" },
  { ".git/HEAD": "ref: refs/heads/main\n", ".git/config": "[core\n\0" },
  { ".git/HEAD": "ref: refs/heads/main\n", ".git/MERGE_HEAD": "x\n" },
  { ".git/HEAD": "ref: refs/heads/main\n", ".git/rebase-merge/head-name": "x\n" },
  { ".git/HEAD": "ref: refs/heads/main\n", ".git/CHERRY_PICK_HEAD": "x\n" },
  { ".git/HEAD": "ref: refs/heads/main\n", ".git/shallow": "x\n" },
  { ".git/HEAD": "ref: refs/heads/main\n", ".git/index.lock": "" },
  { ".git/HEAD": "ref: refs/heads/main\n", ".git/packed-refs": "# pack-refs\ngarbage\n^\n" },
  { ".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": "ref: refs/heads/main\n" },
  {
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/objects/pack/pack-1.idx": "\u00fftOc",
    ".git/objects/pack/pack-1.pack": "PACK",
  },
  { ".git/HEAD": "ref: refs/heads/main\n", ".git/objects/info/alternates": "../../../..\n/dev/zero\n" },
  { ".git": "gitdir: nowhere\n" },
  { ".git": "gitdir: \n" },
  { ".git": "garbage" },
  { ".git": "" },
  { ".git": "gitdir: .git\n" },
  { ".git": "gitdir: /dev\n" },
  { ".git": "gitdir: \0../x\n" },
];

export const gitStatesKind: SeedKind = {
  name: "git states",
  isFresh: true,
  seeds: gitStates.flatMap((files): Seed[] => [
    { words: ["q", "T"], files, verdict: "accept" },
    { words: ["list"], files, verdict: "accept" },
    { words: ["sync", "--status"], files, verdict: "accept" },
    { words: ["list", "--as-of", "HEAD"], files, verdict: "INVALID" },
  ]),
};
