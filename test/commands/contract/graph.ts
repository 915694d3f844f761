import { contractCases } from "./cases";

export const cases = contractCases({
  plan: { done: [[], ["-n", "1"]], empty: [] },
  critical: { done: [[]], empty: [] },
  bottlenecks: { done: [[], ["-n", "1"]], empty: [] },
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
