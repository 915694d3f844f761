/**
 * The long form, and the replay of one script:
 *   bun test/command-model/run.ts [--seconds N] [--seed S] [--count N] [--length 40] [--only one|two]
 *   bun test/command-model/run.ts --replay FILE
 * Plays random command lines of several actors and sessions, some of them in the middle of others, and holds every answer against the model; `--only` keeps to one clone or to two. Of each
 * script that goes wrong it prints the seed, the fewest command lines that show it, and the script itself, which `--replay` takes.
 */
import { parseArgs } from "node:util";
import { campaignFlags, endCampaign, timeFor } from "../helpers/campaign";
import { type Finding, newTally, runScript, type Script, scriptOf } from "./campaign";

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    ...campaignFlags,
    count: { type: "string", default: "1000000000" },
    only: { type: "string" },
    length: { type: "string", default: "40" },
    replay: { type: "string" },
  },
});
const tally = newTally();
const first = Number(values.seed);
const length = Number(values.length);
const hasTime = timeFor(values.seconds);
let wrong = 0;

function tell(what: string, finding: Finding | undefined): void {
  if (finding === undefined) return;
  wrong++;
  const { lines, message, script } = finding;
  process.stdout.write(`WRONG ${what}:\n${lines.join("\n")}\n${message}\n${JSON.stringify(script)}\n\n`);
}

if (values.replay !== undefined) {
  const script = (await Bun.file(values.replay).json()) as Script;
  tell(values.replay, await runScript(script, tally));
} else
  for (let at = 0; at < Number(values.count) && hasTime(); at++) {
    const script = scriptOf(first + at, length);
    if (values.only !== undefined && values.only !== ("steps" in script ? "one" : "two")) continue;
    const finding = await runScript(script, tally);
    tell(`script ${at}, --seed ${first + at} --count 1 --length ${length}`, finding);
  }
endCampaign({ campaign: "command-model", seed: first, cases: { ...tally }, wrong });
