/**
 * Every fault at every system call by which a command touches its directory, with real processes under strace, and limits on its descriptors and files:
 *   bun test/faults/run.ts [--seconds N] [--seed S] [--lanes 2] [--command "q,sync"] [--call openat,write] [--fault EIO,SIGKILL,torn] [--target store/wal.1] [--age copied]
 * The points of each command in random order, the commands taking turns. `--list` names the commands, `--stop` ends at the first wrong case.
 */
import { parseArgs } from "node:util";
import { ensureBuilt } from "../helpers/bz-forms";
import { campaignFlags, endCampaign, timeFor } from "../helpers/campaign";
import { hasStrace } from "../helpers/strace";
import { judgeContended } from "./contention";
import { type DisturbedCommand, disturbedCommands } from "./disturbed-commands";
import { judge, type Verdict } from "./judge";
import { describeFault, type Point } from "./point";
import { type Age, type Lane, type Rehearsal, Theatre } from "./scene";

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    ...campaignFlags,
    lanes: { type: "string", default: "2" },
    command: { type: "string", default: "" },
    call: { type: "string", default: "" },
    fault: { type: "string", default: "" },
    target: { type: "string", default: "" },
    age: { type: "string", default: "" },
    ordinal: { type: "string", default: "" },
    stop: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
  },
});

const isNamed = (list: string, name: string): boolean => list === "" || list.split(",").includes(name);

function isChosen({ call, target, fault, ordinal }: Point): boolean {
  return (
    isNamed(values.call, call) &&
    isNamed(values.fault, describeFault(fault)) &&
    isNamed(values.target, target) &&
    isNamed(values.ordinal, String(ordinal))
  );
}

function agesOf(command: DisturbedCommand): Age[] {
  const ages: Age[] = command.isBirth === true ? ["copied"] : ["copied", "written"];
  return ages.filter((age) => isNamed(values.age, age));
}

/** A command with a store, and the points that are still to be tried. */
interface Share {
  readonly command: DisturbedCommand;
  readonly age: Age;
  rehearsal?: Rehearsal;
  rest: Point[];
}

/** How many points of a command a lane tries before it takes the next command. */
const roundLength = 20;

function shuffled<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  const ranked = items.map((item) => ({ item, rank: Bun.hash.wyhash(`${values.seed} ${nameOf(item)}`) }));
  return ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1)).map(({ item }) => item);
}

function allShares(): Share[] {
  const chosen = disturbedCommands.filter(({ name }) => isNamed(values.command, name));
  const shares = chosen.flatMap((command) => agesOf(command).map((age) => ({ command, age, rest: [] })));
  return shuffled(shares, ({ command, age }) => `${command.name} ${age}`);
}

const cases: Record<string, number> = { points: 0, tried: 0, met: 0, cuts: 0 };
const count = (key: string, more = 1): void => {
  cases[key] = (cases[key] ?? 0) + more;
};
const endings = new Map<string, number>();
const triedOf = new Map<string, number>();
let wrongCount = 0;

/** Takes turns among the commands, so that a run that is cut short has seen something of each. */
async function work(lane: Lane, shares: Share[], hasTime: () => boolean): Promise<void> {
  while (hasTime()) {
    const share = shares.shift();
    if (share === undefined) return;
    if (share.rehearsal === undefined) {
      share.rehearsal = await lane.rehearse(share.command, share.age);
      share.rest = shuffled(share.rehearsal.points.filter(isChosen), (point) => JSON.stringify(point));
      count("points", share.rest.length);
    }
    for (const point of share.rest.splice(0, roundLength)) {
      if (!hasTime() || (values.stop && wrongCount > 0)) return;
      await tryPoint(lane, share.command, share.age, share.rehearsal, point);
    }
    if (share.rest.length > 0) shares.push(share);
  }
}

async function tryPoint(
  lane: Lane,
  command: DisturbedCommand,
  age: Age,
  rehearsal: Rehearsal,
  point: Point,
): Promise<void> {
  const { wrong, isHit, ending, cuts } = await (point.fault.kind === "contended" ? judgeContended : judge)(
    lane,
    command,
    age,
    rehearsal,
    point,
  ).catch(hanging);
  count("tried");
  if (isHit) count("met");
  count("cuts", cuts);
  if (wrong.length > 0) wrongCount += 1;
  for (const each of wrong) process.stdout.write(`WRONG case ${cases.tried}: ${each}\n`);
  if (wrong.length > 0) {
    const { call, ordinal, fault } = point;
    const again = `--call ${call} --ordinal ${ordinal} --fault '${describeFault(fault)}'`;
    process.stdout.write(
      `  again: bun test/faults/run.ts --command '${command.name}' --age ${age} ${again}\n`,
    );
  }
  const key = `${describeFault(point.fault)} -> ${ending}`;
  endings.set(key, (endings.get(key) ?? 0) + 1);
  triedOf.set(command.name, (triedOf.get(command.name) ?? 0) + 1);
}

/** A process that does not end. */
function hanging(error: unknown): Verdict {
  const message = error instanceof Error ? error.message : String(error);
  return { wrong: [message], isHit: true, ending: "hanging", cuts: 0 };
}

async function campaign(): Promise<void> {
  await ensureBuilt();
  const hasTime = timeFor(values.seconds);
  const theatre = new Theatre();
  try {
    const lanes = Array.from({ length: Number(values.lanes) }, () => theatre.newLane());
    const shares = allShares();
    await Promise.all(lanes.map((lane) => work(lane, shares, hasTime)));
  } finally {
    theatre.close();
  }
  for (const [key, count] of [...endings].sort())
    process.stdout.write(`${String(count).padStart(6)} ${key}\n`);
  for (const [name, count] of triedOf) process.stdout.write(`${String(count).padStart(6)} of ${name}\n`);
}

if (values.list) process.stdout.write(`${disturbedCommands.map(({ name }) => name).join("\n")}\n`);
else if (hasStrace() && Bun.which("prlimit") !== null) {
  await campaign();
  endCampaign({ campaign: "faults", seed: Number(values.seed), cases, wrong: wrongCount });
} else {
  const skipped = ["all of it: strace and prlimit are needed"];
  process.stderr.write(`SKIPPED: ${skipped}\n`);
  endCampaign({ campaign: "faults", seed: Number(values.seed), cases, wrong: 0, skipped });
}
