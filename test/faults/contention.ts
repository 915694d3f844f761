import { compiled } from "../helpers/bz-forms";
import { type Finished, startProcess } from "../helpers/bz-process";
import type { DisturbedCommand } from "./disturbed-commands";
import type { Verdict } from "./judge";
import { difference, observe } from "./observation";
import { describePoint, type Point } from "./point";
import type { Age, Lane, Rehearsal } from "./scene";
import { codeIn } from "./wrong-answer";

/** How long the sync takes, in milliseconds: several impatient writers give up meanwhile. */
const slownessMs = 700;
const patienceMs = 40;

/**
 * One sync of a command takes long. Meanwhile one writer after the other waits for a moment, then one for as long as it takes, and somebody reads: whoever gives
 * up is told so and has changed nothing, and everybody else is served.
 */
export async function judgeContended(
  lane: Lane,
  command: DisturbedCommand,
  age: Age,
  { change }: Rehearsal,
  point: Point,
): Promise<Verdict> {
  const before = await lane.set(command, age);
  const { call, ordinal } = point;
  const inject = `inject=${call}:delay_enter=${slownessMs * 1000}:when=${ordinal}`;
  const wrapper = ["strace", "-qq", "-o", "/dev/null", "-e", `trace=${call}`, "-e", inject];
  let isHeld = true;
  const slow = lane.start(wrapper, command).finished.finally(() => {
    isHeld = false;
  });
  const impatient: Finished[] = [];
  while (isHeld && impatient.at(-1)?.code !== 3)
    impatient.push(await run(lane, ["q", "Impatient", "--lock-timeout", String(patienceMs)]));
  const reader = run(lane, ["list", "--all"]);
  const [held, patient, read] = await Promise.all([slow, run(lane, ["q", "Patient"]), reader]);
  const wrong: string[] = [];
  for (const { code, stderr } of [held, patient, read])
    if (code !== 0) wrong.push(`slowness is no error: ${stderr}`);
  for (const { code, stderr } of impatient)
    if (
      code !== 0 &&
      !(code === 3 && codeIn(stderr) === "LOCK_TIMEOUT" && stderr.includes('"retryable":true'))
    )
      wrong.push(`gave up with ${code}: ${stderr}`);
  const after = difference(before, await observe(lane.directory));
  const count = (title: string): number => after.filter((each) => each.includes(`"title":"${title}"`)).length;
  const served = impatient.filter(({ code }) => code === 0).length;
  if (count("Impatient") !== served)
    wrong.push(`${served} were told that they are saved, ${count("Impatient")} are`);
  if (count("Patient") !== 1) wrong.push("whoever waited is not served");
  for (const each of change) if (!after.includes(each)) wrong.push(`missing: ${each}`);
  if (after.length !== change.length + served + 1) wrong.push(`more than was asked for: ${after.join("; ")}`);
  const isHit = impatient.some(({ code }) => code === 3);
  const ending = isHit ? "others gave up" : "nobody had to wait";
  return {
    wrong: wrong.map((each) => `${describePoint(point)}, ${age} store: ${each}`),
    isHit,
    ending,
    cuts: 0,
  };
}

function run({ directory }: Lane, words: readonly string[]): Promise<Finished> {
  const env = { PATH: process.env.PATH ?? "", HOME: directory, BEADS_ACTOR: "another" };
  const command = [...compiled.command, ...words, "--json"];
  return startProcess(command, { cwd: directory, env, deadlineMs: 120_000 }).finished;
}
