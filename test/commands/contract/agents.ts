import { contractCases } from "./cases";

export const cases = contractCases({
  prime: { done: [[], ["--hook-json"]], empty: [] },
  onboard: { done: [[]], whenDamaged: "answers" },
  setup: {
    done: [["agents"], ["--list"], ["claude", "--print"], { words: ["gemini", "--check"], exitCode: 1 }],
    refused: [
      ["USAGE", []],
      ["USAGE", ["nobody"]],
      ["USAGE", ["agents", "--check", "--remove"]],
      ["USAGE", ["cursor", "--global"]],
    ],
    whenDamaged: "answers",
  },
  upgrade: {
    done: [[]],
    refused: [
      ["USAGE", ["--check", "--run"]],
      ["REGISTRY_UNREACHABLE", ["--check"]],
      ["UNSUPPORTED", ["--run"]],
    ],
    whenDamaged: "answers",
  },
});
