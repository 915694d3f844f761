import { attempt, attemptAsync, type SimulatedWorld } from "../helpers/simulated-world";
import { line } from "../helpers/story";
import { tester } from "../helpers/tester";
import type { Random } from "../protocol-model/random";
import { type Accuse, describe, neverEnding } from "./accusation";
import type { Damage } from "./damages";
import { fieldsOf, inStore, type Specimen, type Told, tellAll, tellPast } from "./specimen";

/** A repair that dies at one of its calls, the machine with it or not, and is done again. Returns what is against the promises. */
export async function judgeCutRepair(specimen: Specimen, damage: Damage, random: Random): Promise<string[]> {
  const violations: string[] = [];
  const struck = specimen.world.fork();
  damage.strike(struck);
  const shown = readableLines(struck, specimen.told);
  const whole = struck.fork().start();
  await attemptAsync(() => whole.store().repair());
  const number = random.between(1, whole.calls.length);
  const seed = random.chance(0.5) ? random.between(1, 1 << 30) : undefined;
  const accuse: Accuse = (what) =>
    void violations.push(
      `${damage.name}, doctor --fix dead at call ${number} of ${whole.calls.length}, ${seed === undefined ? "no power cut" : `power cut ${seed}`}: ${what}`,
    );
  const process = struck.start((call) => (call.number === number ? { kind: "stop" } : undefined));
  await attemptAsync(() => process.store().repair());
  process.kill();
  const world = seed === undefined ? struck : struck.powerCut(seed);
  await judgeSecond(world, specimen, shown, accuse);
  return violations;
}

async function judgeSecond(
  world: SimulatedWorld,
  { told, values, past }: Specimen,
  shown: Readonly<Record<string, string>>,
  accuse: Accuse,
): Promise<void> {
  const process = world.start(neverEnding);
  const repaired = await attemptAsync(() => process.store().repair());
  process.kill();
  if (repaired.kind !== "done") {
    accuse(`the second ends with ${repaired.kind === "failed" ? describe(repaired.error) : "no end"}`);
    return;
  }
  const { after, losses } = repaired.value;
  if (after.failures > 0)
    accuse(`afterwards doctor fails: ${after.findings.map(({ message }) => message).join(" ")}`);
  const read = await attemptAsync(() => inStore(world, (store) => store.read(tellAll)));
  const record = await attemptAsync(() => inStore(world, tellPast));
  if (read.kind !== "done" || record.kind !== "done") {
    accuse(
      `afterwards reading ${[read, record].map((each) => ("error" in each ? describe(each.error) : "")).join(" ")}`,
    );
    return;
  }
  let isLess = false;
  for (const [id, expected] of Object.entries(told.lines)) {
    const now = read.value.lines[id];
    if (now !== expected && shown[id] !== undefined) accuse(`${id} was readable, and is ${now}`);
    const invented = now === undefined ? [] : fieldsOf(now).filter((field) => !values.get(id)?.has(field));
    if (invented.length > 0) accuse(`${id} is invented: ${invented.join(", ")}`);
    isLess ||= now !== expected;
  }
  const known = new Set(past.events);
  const strange = record.value.events.filter((event) => !known.has(event));
  if (strange.length > 0) accuse(`the record invents ${strange.join(" ")}`);
  // Whoever saw the first one die finds what it took out in quarantine, and doctor says so.
  const kept = after.findings.find(({ check }) => check === "quarantine");
  if (isLess && losses.length === 0 && kept?.status !== "note")
    accuse("something is gone, and nothing says so");
  const wrote = await attemptAsync(() =>
    inStore(world, (store) =>
      store.write(tester, () => ({
        operations: [{ op: "put", id: "t-new", line: line("t-new", "New") }],
        result: 0,
      })),
    ),
  );
  if (wrote.kind !== "done") accuse(`afterwards writing ${"error" in wrote ? describe(wrote.error) : ""}`);
}

/** Lines of issues that can be shown one at a time. */
function readableLines(world: SimulatedWorld, told: Told): Record<string, string> {
  const lines: Record<string, string> = {};
  for (const id of Object.keys(told.lines)) {
    const process = world.start(neverEnding);
    const one = attempt(() => process.store().read(({ state }) => state.line(id)));
    process.kill();
    if (one.kind === "done" && one.value !== undefined) lines[id] = one.value;
  }
  return lines;
}
