import { contractCases } from "./cases";

export const cases = contractCases({
  note: { done: [["bd-aaaa", "Tried", "it"]], refused: [["INVALID", ["bd-aaaa", " "]]] },
  "comments list": { done: [["bd-aaaa"], ["bd-bbbb"]] },
  "comments add": { done: [["bd-aaaa", "Third"]] },
  "comments edit": {
    done: [["bd-aaaa", "55", "Better"]],
    refused: [["NOT_FOUND", ["bd-aaaa", "nine", "x"]]],
  },
  "comments delete": { done: [["bd-aaaa", "55"]] },
  undo: { done: [["1"], ["2", "--dry-run"]], refused: [["NOTHING_TO_UNDO", ["--actor", "nobody"]]] },
  history: { done: [["bd-held"]] },
  "audit list": { done: [[], ["-n", "1"]], empty: [] },
  "audit log": { done: [["bd-aaaa"]] },
  "audit record": { done: [["llm_call", "--issue-id", "bd-aaaa", "--model", "m"]], refused: [["USAGE", []]] },
  "audit label": { done: [["1.1", "good", "--reason", "r"]], refused: [["NOT_FOUND", ["9999.1", "good"]]] },
  "audit summary": { done: [[]], empty: [] },
  remember: { done: [["db", "Postgres 16"]] },
  memories: { done: [[]], empty: [] },
  recall: { done: [["db"]], refused: [["NOT_FOUND", ["none"]]] },
  forget: { done: [["db"]], refused: [["NOT_FOUND", ["none"]]] },
});
