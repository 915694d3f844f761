import { expect, test } from "bun:test";
import { userFileDamages } from "./user-files";
import { judgeUserFile } from "./user-files-verdict";

const timeoutMs = 60_000;

// A fifth of them; `bun test/damage/run.ts --kinds user,large` has all.
const chosen = userFileDamages.filter((_, index) => index % 5 === 1);

test(
  "whatever stands in issues.jsonl, config.yaml or metadata.json, no command ends with a defect or loses a line",
  async () => {
    const violations: string[] = [];
    for (const damage of chosen) violations.push(...(await judgeUserFile(damage)));
    expect(violations).toEqual([]);
  },
  timeoutMs,
);
