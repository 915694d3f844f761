/**
 * The long form of every campaign in turn, each in its share of the time and with a seed of its own:
 *   bun test/campaigns.ts [--minutes 60] [--seed S] [--only faults,damage]
 * Ends with a table of what was tried. Exits with 1 if any case did not end as promised.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type CampaignReport, campaignFlags } from "./helpers/campaign";

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    minutes: { type: "string", default: "60" },
    seed: campaignFlags.seed,
    only: { type: "string", default: "" },
  },
});

interface Ending {
  readonly name: string;
  readonly seconds: number;
  /** None if the script died before it could say. */
  readonly report: CampaignReport | undefined;
  /** How it ended, where that is not as it reported: more accusations, another exit code, nothing tried. */
  readonly doubt?: string | undefined;
}

/** Far more than its share of the time: one that needs it hangs. */
const graceSeconds = 1800;

function campaignNames(): string[] {
  const named = values.only.split(",").filter((name) => name !== "");
  const all = readdirSync(import.meta.dir).filter((name) =>
    readdirOrNone(join(import.meta.dir, name)).includes("run.ts"),
  );
  const unknown = named.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`no campaign is called ${unknown.join(" or ")}: ${all.join()}`);
  return named.length > 0 ? named : all.sort();
}

function readdirOrNone(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** What the script prints is passed on as it comes, and its last line kept. */
async function run(name: string, seconds: number): Promise<Ending> {
  const started = performance.now();
  const script = join(import.meta.dir, name, "run.ts");
  process.stdout.write(`\n== ${name}, for about ${Math.round(seconds)} s\n`);
  const child = Bun.spawn([process.execPath, script, "--seconds", String(seconds), "--seed", values.seed], {
    stdout: "pipe",
    stderr: "inherit",
    stdin: "ignore",
    timeout: Math.ceil((seconds + graceSeconds) * 1000),
    killSignal: "SIGKILL",
  });
  let lastLine = "";
  let accusations = 0;
  let rest = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    process.stdout.write(chunk);
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    lastLine = lines.findLast((line) => line.startsWith("{")) ?? lastLine;
    accusations += lines.filter((line) => line.startsWith("WRONG")).length;
  }
  const exitCode = await child.exited;
  const report = reportIn(lastLine, name);
  const doubt = report && doubtOf(report, accusations, child.signalCode ?? exitCode);
  return { name, seconds: (performance.now() - started) / 1000, report, doubt };
}

/** Why a report is not to be believed. */
function doubtOf(
  { cases, wrong, skipped = [] }: CampaignReport,
  accusations: number,
  ending: number | string,
): string | undefined {
  const isTried = Object.values(cases).some((count) => count > 0);
  if (!isTried && skipped.length === 0) return "NOTHING WAS TRIED";
  if (wrong === 0 && accusations > 0) return `${accusations} LINES SAY WRONG`;
  return ending === (wrong > 0 ? 1 : 0) ? undefined : `ENDED WITH ${ending}`;
}

function reportIn(line: string, name: string): CampaignReport | undefined {
  try {
    const report = JSON.parse(line) as CampaignReport;
    return report.campaign === name ? report : undefined;
  } catch {
    return undefined;
  }
}

function describe({ name, seconds, report, doubt }: Ending): string {
  const time = `${Math.round(seconds)} s`;
  if (report === undefined) return `| ${name} | ${time} | ENDED WITHOUT A REPORT | |`;
  const cases = Object.entries(report.cases).map(([kind, count]) => `${count.toLocaleString("en")} ${kind}`);
  return `| ${name} | ${time} | ${cases.join(", ")} | ${doubt ?? report.wrong} |`;
}

const names = campaignNames();
const share = (Number(values.minutes) * 60) / names.length;
if (!(share > 0)) throw new Error(`--minutes takes a number above 0, not ${values.minutes}`);
process.stdout.write(`seed ${values.seed}: ${names.join(", ")}\n`);
const endings: Ending[] = [];
for (const name of names) endings.push(await run(name, share));
process.stdout.write("\n| campaign | time | cases | wrong |\n| --- | --- | --- | --- |\n");
for (const ending of endings) process.stdout.write(`${describe(ending)}\n`);
for (const { name, report } of endings)
  for (const skipped of report?.skipped ?? []) process.stdout.write(`SKIPPED in ${name}: ${skipped}\n`);
const isWell = ({ report, doubt }: Ending): boolean => report?.wrong === 0 && doubt === undefined;
if (!endings.every(isWell)) process.exitCode = 1;
