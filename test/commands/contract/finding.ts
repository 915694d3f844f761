import { contractCases } from "./cases";

export const cases = contractCases({
  list: {
    done: [["--all"], ["-n", "1"], ["-s", "tombstone"], ["--tree"], ["--as-of", "3"]],
    empty: [],
    refused: [["INVALID", ["--as-of", "tomorrow"]]],
  },
  ready: {
    done: [[], ["--explain"], ["--claim"]],
    empty: [],
    refused: [["NOTHING_READY", ["--claim", "-l", "none"]]],
  },
  blocked: { done: [[]], empty: [] },
  why: { done: [["bd-aaaa", "bd-bbbb", "bd-eeee", "bd-done", "bd-gone", "bd-held", "bd-late"]] },
  "query where": { done: [["priority<2"]], empty: ["priority<2"], refused: [["USAGE", ["priority<"]]] },
  "query save": { done: [["mine", "--mine"]], refused: [["ALREADY_EXISTS", ["urgent", "priority>2"]]] },
  "query run": { done: [["urgent"]], refused: [["NOT_FOUND", ["none"]]] },
  "query list": { done: [[]], empty: [] },
  "query delete": { done: [["urgent"]], refused: [["NOT_FOUND", ["none"]]] },
  orphans: { done: [[]], empty: [] },
  lint: { done: [[]], empty: [] },
  duplicates: { done: [[]], empty: [] },
  changelog: {
    done: [[], ["--since=-7d", "--until", "today", "-n", "1"]],
    empty: [],
    refused: [["NOT_FOUND", ["--since-tag", "v1"]]],
  },
  search: { done: [["First"]], empty: ["First"] },
  stale: { done: [["--days", "0"]], empty: [] },
  count: { done: [[], ["--by", "status"]], empty: [] },
});
