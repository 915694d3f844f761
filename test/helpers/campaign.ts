/**
 * How the scripts of long campaigns begin and end, so that one program can run them in turn: each takes `--seconds`, until when it may begin another case,
 * and `--seed`, and its last line is one JSON document.
 */

export interface CampaignReport {
  /** The folder's name. */
  readonly campaign: string;
  readonly seed: number;
  /** How many cases of each kind were tried. */
  readonly cases: Readonly<Record<string, number>>;
  /** How many of them did not end as promised; each was described before, with what repeats it. */
  readonly wrong: number;
  /** What could not be tried here, and why. */
  readonly skipped?: readonly string[];
}

/** The flags of every campaign, for `parseArgs`; a script adds its own. */
export const campaignFlags = {
  seconds: { type: "string", default: "1000000000" },
  seed: { type: "string", default: String(Date.now() % 2 ** 31) },
} as const;

/** True while another case may begin, counted from the call of `timeFor`. */
export function timeFor(seconds: string): () => boolean {
  const endMs = performance.now() + Number(seconds) * 1000;
  return () => performance.now() < endMs;
}

export function endCampaign(report: CampaignReport): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
  if (report.wrong > 0) process.exitCode = 1;
}
