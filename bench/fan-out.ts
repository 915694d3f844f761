import { runAgents } from "../test/helpers/bz-agents";
import type { Form } from "../test/helpers/bz-forms";
import { compare, type Figure } from "./figures";
import { makeEmptyScript, makeTracker, type Place } from "./workspace";

const agentCount = 10;

/** Ten agents at once, each with so many `bz q` one after another, next to the same fan-out of empty scripts. */
export async function measureFanOut(
  forms: readonly Form[],
  callsEach: number,
  rounds: number,
): Promise<Figure[]> {
  const empty = makeEmptyScript();
  const figures: Figure[] = [];
  for (const form of forms) {
    const what = `${form.name}: ${agentCount} agents x ${callsEach} q`;
    const measure = () => fanOut(form.command, makeTracker(form, 100), callsEach);
    figures.push(await compare(what, rounds, measure, () => fanOut(empty.command, empty, callsEach)));
  }
  return figures;
}

/**
 * Ten writers on a disk that takes `syncMs` for a sync, next to the time that their syncs take if each write has one and none is shared. Undefined
 * where there is no strace to slow the syncs with.
 */
export async function measureSlowSyncs(
  forms: readonly Form[],
  callsEach: number,
  syncMs: number,
): Promise<Figure[] | undefined> {
  if (Bun.which("strace") === null) return undefined;
  const syncs = "fdatasync,fsync";
  const slow = ["strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", `trace=${syncs}`];
  const delay = ["-e", `inject=${syncs}:delay_exit=${syncMs * 1000}`];
  const figures: Figure[] = [];
  for (const form of forms) {
    const what = `${form.name}: ${agentCount} writers, syncs of ${syncMs} ms, under strace`;
    const measure = () => fanOut([...slow, ...delay, ...form.command], makeTracker(form, 100), callsEach);
    figures.push(await compare(what, 3, measure, () => agentCount * callsEach * syncMs));
  }
  return figures;
}

async function fanOut(
  command: readonly string[],
  { directory, env }: Place,
  callsEach: number,
): Promise<number> {
  const work = Array.from({ length: agentCount }, (_, agent) =>
    Array.from({ length: callsEach }, (_, call) => ["q", `Agent ${agent}, issue ${call}`]),
  );
  const { calls, elapsedMs } = await runAgents({ command, work, cwd: directory, env, deadlineMs: 600_000 });
  const failed = calls.flat().find(({ code }) => code !== 0);
  if (failed !== undefined)
    throw new Error(`${failed.words.join(" ")} ended with ${failed.code}: ${failed.stderr}`);
  return elapsedMs;
}
