import { expect, test } from "bun:test";
import { join } from "node:path";
import { ensureBuilt } from "../helpers/bz-forms";
import { report } from "../helpers/bz-report";
import type { CampaignReport } from "../helpers/campaign";
import { hindrance } from "./rig";

/** One of each kind; `run.ts` tries them on every file system, again and again. */
const chosen = [
  "power cuts, xfs",
  "power cuts at each step, fold, ext4 all of these",
  "shutdowns, ext4",
  "full disk in a compaction, btrfs with a quota",
  "a lock that everybody gets",
];

const reason = hindrance();
if (reason !== undefined) report(`NO REAL DISKS ARE TRIED: ${reason}. Tests are SKIPPED.`);

if (reason === undefined) await ensureBuilt();

test.skipIf(reason !== undefined)(
  "a disk that loses its power, is full, or fails, costs nothing that was acknowledged",
  async () => {
    const script = join(import.meta.dir, "run.ts");
    const child = Bun.spawn([process.execPath, script, "--rounds", "1", "--exactly", chosen.join(";")], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    });
    const lines = (await new Response(child.stdout).text()).trim().split("\n");
    const { cases, wrong, skipped } = JSON.parse(lines.at(-1) ?? "") as CampaignReport;
    report(`disks: ${JSON.stringify(cases)}`);
    for (const each of skipped ?? []) report(`disks: SKIPPED: ${each}`);
    expect({ lines: lines.slice(0, -1), wrong }).toEqual({ lines: [], wrong: 0 });
  },
  120_000,
);
