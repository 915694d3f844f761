import { contractCases } from "./cases";

export const cases = contractCases({
  plan: { done: [[], ["-n", "1"]], empty: [] },
  critical: { done: [[]], empty: [] },
  bottlenecks: { done: [[], ["-n", "1"]], empty: [] },
  insights: { done: [[], ["-n", "1"]], empty: [], refused: [["USAGE", ["-n", "0"]]] },
  graph: {
    done: [[], ["bd-bbbb"], ["--all", "--include-closed"], ["-o", "graph.svg"]],
    empty: [],
    refused: [
      ["USAGE", ["--connected"]],
      ["INVALID", ["-o", ".beads/graph.svg"]],
      ["FILE_UNREADABLE", ["-o", "none/graph.svg"]],
    ],
  },
  "epic create": { done: [["New", "-p", "1"]], refused: [["INVALID", [" "]]] },
  "epic add": {
    done: [["bd-eeee", "bd-aaaa", "bd-cccc"], { words: ["bd-eeee", "bd-aaaa", "bd-none"], exitCode: 1 }],
    refused: [
      ["INVALID", ["bd-aaaa", "bd-bbbb"]],
      ["INVALID", ["bd-eeee", "bd-eeee"]],
    ],
  },
  "epic remove": {
    done: [["bd-eeee", "bd-cccc"], { words: ["bd-eeee", "bd-aaaa", "bd-cccc"], exitCode: 1 }],
    refused: [["INVALID", ["bd-eeee", "bd-aaaa"]]],
  },
  "epic list": { done: [["bd-eeee"], []], empty: [] },
  "epic status": { done: [["bd-eeee"], ["--all"]], empty: [] },
  "epic close-eligible": { done: [[], ["--dry-run"]], empty: [] },
  "dep add": {
    done: [
      ["bd-held", "bd-aaaa"],
      ["bd-held", "bd-aaaa", "--metadata", "{}"],
      ["bd-bbbb", "bd-aaaa"],
    ],
    refused: [["CYCLE", ["bd-aaaa", "bd-bbbb"]]],
  },
  "dep remove": { done: [["bd-bbbb", "bd-aaaa"]], refused: [["NOT_FOUND", ["bd-aaaa", "bd-bbbb"]]] },
  "dep list": { done: [["bd-bbbb", "--direction", "both"], ["bd-done"]] },
  "dep tree": { done: [["bd-bbbb"]] },
  "dep cycles": { done: [[]], empty: [] },
});
