import { contractCases } from "./cases";

export const cases = contractCases({
  q: { done: [["New", "-p", "1", "-l", "x"]] },
  create: {
    done: [
      ["New", "--parent", "bd-eeee"],
      ["New", "--dry-run"],
      { words: ["--graph", "-"], stdin: '{"nodes":[{"key":"k","title":"One"}]}' },
    ],
    refused: [
      ["INVALID", [" "]],
      ["NOT_FOUND", ["New", "--parent", "bd-none"]],
      ["ALREADY_EXISTS", ["New", "--id", "bd-aaaa"]],
    ],
  },
  "add-batch": {
    done: [
      { words: ["--format", "titles"], stdin: "One\nTwo\n" },
      { words: ["--format", "json", "--dry-run"], stdin: '[{"title":"One","key":"one"}]' },
    ],
    refused: [["INVALID", { words: ["--format", "json"], stdin: "[{}]" }]],
  },
  batch: {
    done: [
      {
        words: [],
        stdin:
          '{"cmd":"create","title":"One","key":"k"}\n{"cmd":"dep add","id":"$k","on":"bd-aaaa"}\n{"cmd":"comment","id":"$k","text":"x"}\n{"cmd":"label add","id":["bd-aaaa","$k"],"labels":"x"}',
      },
      { words: [], stdin: '{"cmd":"close","id":"bd-none"}\nbad', exitCode: 1 },
      { words: ["--dry-run"], stdin: '{"cmd":"close","id":"bd-aaaa"}' },
    ],
    refused: [
      ["NOT_FOUND", { words: ["--atomic"], stdin: '{"cmd":"close","id":"bd-none"}' }],
      ["FILE_UNREADABLE", ["no-such-file"]],
    ],
  },
  show: {
    done: [
      ["bd-aaaa", "bd-eeee", "bd-gone", "bd-held", "--children", "--with-history"],
      ["bd-aaaa", "--as-of", "1"],
      { words: ["bd-aaaa", "bd-none"], exitCode: 1 },
    ],
  },
  update: {
    done: [
      ["bd-aaaa", "-p", "0"],
      ["bd-aaaa", "-s", "closed"],
      { words: ["bd-aaaa", "bd-none", "-p", "0"], exitCode: 1 },
    ],
    refused: [
      ["USAGE", ["bd-aaaa"]],
      ["VERSION_MISMATCH", ["bd-aaaa", "-p", "0", "--expect-version", "1"]],
      ["CLAIMED", ["bd-held", "--claim"]],
    ],
  },
  close: {
    done: [
      ["bd-aaaa", "-r", "Fixed"],
      ["bd-aaaa", "--suggest-next"],
      ["bd-aaaa", "--claim-next"],
      { words: ["bd-aaaa", "bd-none"], exitCode: 1 },
    ],
    refused: [["HAS_OPEN_CHILDREN", ["bd-eeee"]]],
  },
  reopen: { done: [["bd-done"], { words: ["bd-done", "bd-none"], exitCode: 1 }] },
  next: { done: [[], ["--claim"]], refused: [["NOTHING_READY", ["-l", "none"]]] },
  claim: {
    done: [["bd-aaaa"]],
    refused: [
      ["CLAIMED", ["bd-held"]],
      ["BLOCKED", ["bd-bbbb", "--actor", "ann"]],
      ["DEFERRED", ["bd-late"]],
    ],
  },
  release: {
    done: [
      ["bd-held", "--force"],
      ["--older-than", "0s"],
      ["--older-than", "9d"],
    ],
    refused: [["CLAIMED", ["bd-held"]]],
  },
  defer: {
    done: [["bd-aaaa", "--until", "+2d"]],
    refused: [["INVALID", ["bd-aaaa", "--until", "whenever"]]],
  },
  undefer: { done: [["bd-late"]] },
  delete: {
    done: [
      ["bd-aaaa", "-f"],
      ["bd-done", "--dry-run"],
      ["bd-done", "--hard", "-f"],
      ["--closed-before", "tomorrow", "-f"],
      ["--closed-before=-900d"],
    ],
    refused: [["HAS_DEPENDENTS", ["bd-aaaa"]]],
  },
  undelete: { done: [["bd-gone"]] },
  "label add": { done: [["bd-aaaa", "z"], { words: ["bd-aaaa", "bd-none", "-l", "z"], exitCode: 1 }] },
  "label remove": { done: [["bd-aaaa", "x"]] },
  "label list": { done: [["bd-aaaa"], []], empty: [] },
  "label list-all": { done: [[]], empty: [] },
  "label rename": { done: [["x", "w"]] },
});
