import { runAgents } from "../../test/helpers/bz-agents";
import { type Bench, nameOf } from "../bench";
import type { Place, Taken } from "../call";
import { runWell } from "../call";
import { comparePairs } from "../pairs";
import { spreadOf } from "../statistics";
import { makeEmptyTracker, openTracker, withoutExport } from "../stores";

const agentCount = 10;

/** Ten agents at once, each with so many `q` one after another, next to the same fan-out of empty scripts; and whether all of them are there afterwards. */
export async function measureFanOut(bench: Bench): Promise<void> {
  const callsEach = bench.isQuick ? 20 : 100;
  const rounds = { pairs: bench.isQuick ? 1 : 3, budgetMs: 120_000, fewest: 1 };
  for (const form of bench.forms)
    await bench.attempt(`${nameOf(form)}: a fan-out`, async () => {
      const tracker = await openTracker(bench.form.command, 100);
      let acknowledged = 0;
      let kept = 0;
      const measure = async () => {
        tracker.reset("short");
        const { taken, ids } = await fanOut(form.command, tracker, callsEach, creating);
        acknowledged += ids.length;
        kept += countKept(bench, tracker, ids);
        return taken;
      };
      const base = async () =>
        (await fanOut(bench.emptyScript.command, bench.emptyScript, callsEach, creating)).taken;
      const { ratio, ms, baseMs } = await comparePairs(rounds, measure, base);
      bench.record({
        name: `${agentCount} agents`,
        form: nameOf(form),
        issues: 100,
        spreads: { ...(ratio && { ratio }), ...(ms && { ms }), ...(baseMs && { baseMs }) },
        numbers: { callsEach, acknowledged, kept },
      });
      // Neither a lock nor a sync: what is left is what the processors have to do.
      tracker.reset("short");
      const [id = ""] = tracker.liveIds;
      const show = async () => (await fanOut(form.command, tracker, callsEach, () => ["show", id])).taken;
      const shown = await comparePairs(rounds, show, base);
      bench.record({
        name: `${agentCount} readers`,
        form: nameOf(form),
        issues: 100,
        spreads: { ...(shown.ratio && { ratio: shown.ratio }), ...(shown.ms && { ms: shown.ms }) },
        numbers: { callsEach },
      });
    });
}

function creating(agent: number, call: number): string[] {
  return ["q", `Agent ${agent}, issue ${call}`];
}

/** Ten writers on a disk that takes so long for a sync, next to the time that their syncs take if each write has one and none is shared. */
export async function measureSlowSyncs(bench: Bench): Promise<void> {
  if (Bun.which("strace") === null)
    return bench.note("Slow syncs were not measured: there is no strace here.");
  const callsEach = bench.isQuick ? 10 : 20;
  for (const form of bench.forms)
    for (const syncMs of [0, 5, 20])
      await bench.attempt(`${nameOf(form)}: syncs of ${syncMs} ms`, async () => {
        const seconds: number[] = [];
        for (let round = 0; round < (bench.isQuick ? 1 : 3); round += 1) {
          const place = withoutExport(makeEmptyTracker(form.command));
          const repeated = ["sh", "-c", repeating, "sh", String(callsEach), ...form.command];
          const { taken } = await fanOut([...slowed(syncMs), ...repeated], place, 1, creating);
          seconds.push(taken.ms);
        }
        const alone = agentCount * callsEach * syncMs;
        bench.record({
          name: `${agentCount} writers, slow syncs`,
          form: nameOf(form),
          variant: `${syncMs} ms`,
          spreads: {
            ms: spreadOf(seconds),
            ...(syncMs > 0 && { ratio: spreadOf(seconds.map((ms) => ms / alone)) }),
          },
          numbers: { syncMs, callsEach },
        });
      });
}

/** All calls of an agent under one tracer: to start one takes as long as a call. */
const repeating = `calls=$1; shift; while [ $calls -gt 0 ]; do "$@" || exit; calls=$((calls - 1)); done`;

/** With no delay, too, so that what the tracer costs is known. */
function slowed(syncMs: number): string[] {
  const syncs = "fdatasync,fsync";
  const tracer = ["strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", `trace=${syncs}`];
  return syncMs === 0 ? tracer : [...tracer, "-e", `inject=${syncs}:delay_exit=${syncMs * 1000}`];
}

async function fanOut(
  command: readonly string[],
  { directory, env }: Place,
  callsEach: number,
  wordsOf: (agent: number, call: number) => string[],
): Promise<{ taken: Taken; ids: string[] }> {
  const work = Array.from({ length: agentCount }, (_, agent) =>
    Array.from({ length: callsEach }, (_, call) => wordsOf(agent, call)),
  );
  const { calls, elapsedMs } = await runAgents({ command, work, cwd: directory, env, deadlineMs: 600_000 });
  const failed = calls.flat().find(({ code }) => code !== 0);
  if (failed !== undefined)
    throw new Error(`${failed.words.join(" ")} ended with ${failed.code}: ${failed.stderr}`);
  const ids = calls.flatMap((each) => each.map(({ stdout }) => stdout.trim()));
  return { taken: { ms: elapsedMs, cpuMs: Number.NaN }, ids };
}

function countKept(bench: Bench, place: Place, ids: readonly string[]): number {
  const { stdout } = runWell([...bench.form.command, "list", "--all", "-q", "-n", "0"], place);
  const present = new Set(stdout.split("\n"));
  return ids.filter((id) => present.has(id)).length;
}
