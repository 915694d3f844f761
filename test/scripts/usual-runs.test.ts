import { expect, test } from "bun:test";
import { join } from "node:path";
import { requireUsualAnswers } from "../../scripts/usual-runs";
import { root } from "../helpers/bz-forms";

const timeoutMs = 60_000;

test(
  "an entry whose fast path goes on with the whole program is not built",
  async () => {
    const givingUp = 'import("./commands/program");';
    const built = requireUsualAnswers(givingUp, [process.execPath, join(root, "index.ts")]);
    await expect(built).rejects.toThrow("bz list ended with 1");
  },
  timeoutMs,
);
