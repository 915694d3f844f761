import { everyLine, type Line } from "./hostile-tracker";
import type { Kind } from "./kind";
import { type Attack, type Ended, Place } from "./place";

const lines = await everyLine();
/** What each line does when it is left alone. */
const usual = new Map<Line, { readonly code: number | null; readonly written: number }>();

/** Every attack on every command line, a process each. */
export function attacks(name: string, all: readonly Attack[]): Kind {
  return {
    name,
    groups: all.length,
    groupSize: lines.length,
    async judge(group, index) {
      const attack = all[group];
      const line = lines[index];
      if (attack === undefined || line === undefined) throw new Error("there is no such case");
      const wrong = await judgeAttack(attack, line);
      return wrong.map((each) => `${each}: ${attack.name}: bz ${JSON.stringify(line.words)}`);
    },
  };
}

async function judgeAttack(attack: Attack, line: Line): Promise<string[]> {
  const alone = attack.hurtsStore === true ? undefined : await usualOf(line);
  const place = await Place.make();
  try {
    attack.prepare?.(place);
    const before = alone === undefined ? 0 : await place.sequence();
    const ended = place.run(line, attack);
    const wrong = [...wrongIn(ended, attack), ...place.harm(), ...(attack.judge?.(place, ended, line) ?? [])];
    if (alone === undefined) return wrong;
    const written = (await place.sequence()) - before;
    const foundNothing = attack.hasNoInput === true && line.stdin !== "" && written === 0;
    if (ended.code === 0 && alone.code === 0 && written !== alone.written && !foundNothing)
      wrong.push(`was done, and wrote ${written} transactions instead of ${alone.written}`);
    if (ended.code !== 0 && /[Nn]othing was (?:saved|changed|written)/.test(ended.stderr) && written !== 0)
      wrong.push("said that nothing was saved, and wrote");
    // Whose words were done in part has an answer, too.
    const isSilent = ended.stdout === "" && !/saved|not known/i.test(ended.stderr);
    if (isSilent && ended.code !== 0 && attack.mayDie !== true && alone.code === 0 && written !== 0)
      wrong.push(`wrote, and said only: ${ended.stderr}`);
    const doctor = await place.world.bz("doctor");
    if (doctor.exitCode !== 0) wrong.push(`doctor: ${doctor.stderr}`);
    const next = await place.world.bz("q", "Next");
    if (next.exitCode !== 0) wrong.push(`the next write: ${next.stderr}`);
    return wrong;
  } finally {
    place.remove();
  }
}

async function usualOf(line: Line): Promise<{ readonly code: number | null; readonly written: number }> {
  const known = usual.get(line);
  if (known !== undefined) return known;
  const place = await Place.make();
  try {
    const before = await place.sequence();
    const { code } = place.run(line, { name: "alone" });
    const found = { code, written: (await place.sequence()) - before };
    usual.set(line, found);
    return found;
  } finally {
    place.remove();
  }
}

/** What no answer may be, whatever was done to the process. */
function wrongIn({ code, signal, stdout, stderr }: Ended, { mayDie = false }: Attack): string[] {
  const wrong: string[] = [];
  if (signal === "HANG") wrong.push("hangs");
  else if (!mayDie && (code === null || code < 0 || code > 5)) wrong.push(`ended with ${code ?? signal}`);
  if (/has a defect|"INTERNAL"/.test(stderr)) wrong.push(`a defect: ${stderr.slice(0, 300)}`);
  if (!mayDie && /\n\s+at .*:\d+/.test(stderr)) wrong.push(`a stack trace: ${stderr.slice(-300)}`);
  if (stderr.length > mostTalk) wrong.push(`${stderr.length} bytes of talk`);
  if (`${stdout}${stderr}`.includes("SECRET")) wrong.push("tells a secret");
  return wrong;
}

/** A hundred errors, each with a long word that is repeated in part; bytes. */
const mostTalk = 32_768;
