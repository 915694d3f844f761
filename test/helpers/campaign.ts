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
  if (Number.isNaN(Number(seconds))) throw new Error(`--seconds takes a number, not ${seconds}`);
  const endMs = performance.now() + Number(seconds) * 1000;
  return () => performance.now() < endMs;
}

/** A run that tried nothing, and skipped nothing, was asked for something that is not there: that is no success. */
export function endCampaign(report: CampaignReport): void {
  const isTried = Object.values(report.cases).some((count) => count > 0);
  const isSkipped = (report.skipped ?? []).length > 0;
  if (!isTried && !isSkipped) process.stderr.write("NOTHING WAS TRIED\n");
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = report.wrong > 0 || !(isTried || isSkipped) ? 1 : 0;
}
