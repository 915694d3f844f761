import { contractCases } from "./cases";

const line = JSON.stringify({
  id: "bd-line",
  title: "Line",
  status: "open",
  priority: 2,
  issue_type: "task",
});

export const cases = contractCases({
  init: { done: [], refused: [["ALREADY_INITIALIZED", ["--here"]]] },
  where: { done: [[]], whenDamaged: "answers" },
  info: { done: [[]], empty: [] },
  import: {
    done: [
      { words: ["-"], stdin: `${line}\n${line}` },
      { words: ["-", "--dry-run"], stdin: line },
    ],
    refused: [
      ["FILE_UNREADABLE", ["none.jsonl"]],
      ["INVALID", { words: ["-"], stdin: "{" }],
    ],
  },
  export: { done: [[], ["--include-memories"], ["-o", "copy.jsonl", "--include-memories"]], empty: [] },
  sync: { done: [[], ["--import-only"], ["--status"], ["--check"]], empty: ["--status"] },
  compact: { done: [[]], empty: [] },
  doctor: { done: [[], ["--fix"]], empty: [], whenDamaged: "answers" },
  "backup list": { done: [[]], empty: [], whenDamaged: "answers" },
  "backup create": { done: [["--note", "why"]], empty: [] },
  "backup diff": { done: [["early"]], refused: [["NOT_FOUND", ["none"]]] },
  "backup restore": {
    done: [["early", "--exact"], ["early"], ["early", "--exact", "--dry-run"]],
    refused: [["NOT_FOUND", ["../snapshot"]]],
  },
  "backup prune": {
    done: [["--keep", "0", "--dry-run"], ["--keep", "0"], []],
    empty: [],
    whenDamaged: "answers",
  },
  stats: { done: [[], ["--activity"]], empty: [] },
  "config list": { done: [[]], whenDamaged: "answers" },
  "config get": {
    done: [["lock.timeout_ms"]],
    refused: [["INVALID", ["lock.timeout"]]],
    whenDamaged: "answers",
  },
  "config set": { done: [["lock.timeout_ms", "500"]], whenDamaged: "answers" },
  "config unset": { done: [["lock.timeout_ms"]], whenDamaged: "answers" },
  metrics: { done: [[], ["--reset"]], whenDamaged: "answers" },
  version: { done: [[]], whenDamaged: "answers" },
  help: {
    done: [[], ["exit-codes"], ["list"], ["dep"], ["dep", "add"], ["--all"]],
    refused: [["USAGE", ["lst"]]],
    whenDamaged: "answers",
  },
  schema: { done: [["list"], ["error"], []], refused: [["USAGE", ["lst"]]], whenDamaged: "answers" },
  completions: { done: [["bash"], ["bash", "--word=--st", "--", "list"]], whenDamaged: "answers" },
});
