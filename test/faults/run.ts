/**
 * Every fault at every system call of a command that touches `.beads`, with real processes under strace:
 *   bun test/faults/run.ts [--command q,sync] [--call openat,write] [--errno EIO,SIGKILL] [--target wal.1] [--count N] [--seed S] [--seconds N]
 * Prints what was tried, how it ended and what was wrong. The order is random; --count and --seconds cut it short, and --command export is a `q` with
 * the export behind its answer.
 */
import { parseArgs } from "node:util";
import { ensureBuilt } from "../helpers/bz-forms";
import { describeFault, type Point } from "./point";
import { commands, Scene } from "./scene";

const { values } = parseArgs({
  args: Bun.argv.slice(2),
  options: {
    command: { type: "string", default: commands.join() },
    call: { type: "string", default: "" },
    errno: { type: "string", default: "" },
    target: { type: "string", default: "" },
    count: { type: "string", default: "1000000" },
    seconds: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
  },
});

/** A store that has grown makes the next ones slow. */
const pointsPerScene = 60;
const isNamed = (list: string, name: string): boolean => list === "" || list.split(",").includes(name);

function isChosen({ call, target, fault }: Point): boolean {
  const name = fault === "SIGKILL" ? fault : fault.errno;
  return isNamed(values.call, call) && isNamed(values.errno, name) && isNamed(values.target, target);
}

/** Numbers from 0 to 1 that depend on the seed alone. */
function* randoms(seed: number): Generator<number> {
  for (let count = 0; ; count += 1)
    yield Number(Bun.hash.wyhash(`${seed} ${count}`) % 1_000_000n) / 1_000_000;
}

function shuffled(points: readonly Point[]): Point[] {
  const random = randoms(Number(values.seed));
  const ranked = points.map((point) => ({ point, rank: random.next().value as number }));
  return ranked.sort((a, b) => a.rank - b.rank).map(({ point }) => point);
}

async function campaign(command: string, endMs: number): Promise<number> {
  let scene = await Scene.open(command);
  const all = shuffled((await scene.points(command)).filter(isChosen));
  const endings = new Map<string, number>();
  const tally = { tried: 0, hit: 0, wrong: 0 };
  for (const point of all.slice(0, Number(values.count))) {
    if (performance.now() > endMs) break;
    const { wrong, isHit, ending } = await scene.judge(point);
    tally.tried += 1;
    if (isHit) tally.hit += 1;
    if (wrong.length > 0) tally.wrong += 1;
    for (const each of wrong) process.stdout.write(`WRONG ${each}\n`);
    const key = `${describeFault(point.fault)} -> ${ending}`;
    endings.set(key, (endings.get(key) ?? 0) + 1);
    // What one fault broke is not the next one's doing.
    if (wrong.length > 0 || tally.tried % pointsPerScene === 0) {
      scene.close();
      scene = await Scene.open(command);
    }
  }
  scene.close();
  process.stdout.write(
    `${command}: seed ${values.seed}: ${JSON.stringify({ points: all.length, ...tally })}\n`,
  );
  for (const [key, count] of [...endings].sort())
    process.stdout.write(`  ${String(count).padStart(5)} ${key}\n`);
  return tally.wrong;
}

await ensureBuilt();
const chosen = commands.filter((command) => isNamed(values.command, command));
let wrong = 0;
for (const command of chosen)
  wrong += await campaign(command, performance.now() + (Number(values.seconds) * 1000) / chosen.length);
if (wrong > 0) process.exitCode = 1;
