import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runAgents } from "../../test/helpers/bz-agents";
import type { Bench } from "../bench";
import { cachePath, keptLines } from "../cache";
import { type Place, run, runWell } from "../call";
import { comparePairs } from "../pairs";
import { installPeers } from "../peers/install";
import type { Peer, PeerIssue } from "../peers/peer";
import { peers } from "../peers/peers";
import { rounded } from "../statistics";
import { openTracker, placeAt, type Tracker } from "../stores";

const agentCount = 10;
/** A peer that takes so long for one call, or to be filled, is spared the next size. */
const slowCallMs = 3000;
const slowFillMs = 60_000;

/** The same calls of others, and of bz with everything that it does by itself, next to the same empty script. */
export async function measurePeers(bench: Bench): Promise<void> {
  const failed = installPeers();
  if (failed !== undefined) bench.note(`Peers could not be installed: ${failed}`);
  await measureOurs(bench);
  for (const peer of peers) {
    const program = peer.find();
    if (program === undefined) bench.note(`${peer.name} is not on this machine and was not measured.`);
    else await bench.attempt(peer.name, () => measurePeer(bench, peer, program));
  }
  bench.note("tbd (get-tbd 0.2.3) wants Git 2.42 or later and was not measured.");
}

const sizes = [100, 1000, 10_000, 100_000];

async function measureOurs(bench: Bench): Promise<void> {
  const { command } = bench.form;
  for (const issues of sizes.filter((size) => bench.sizes.includes(size)))
    await bench.attempt(`bz, ${issues} issues`, async () => {
      const tracker = await openTracker(command, issues);
      const calls = oursAt(tracker);
      for (const [name, words] of Object.entries(calls))
        await record(bench, "bz", name, issues, [...command, ...words], tracker);
      tracker.reset("short");
    });
  await bench.attempt("bz: a fan-out", async () => {
    const tracker = await openTracker(command, 100);
    const titles = ["list", "--all", "-n", "0", "--format", "jsonl"];
    await recordFanOut(bench, "bz", command, tracker, (title) => ["q", title], titles, /bd-\w+/);
    tracker.reset("short");
  });
}

function oursAt(tracker: Tracker): Record<string, readonly string[]> {
  return {
    create: ["q", "One more"],
    show: ["show", tracker.liveIds[1] ?? ""],
    list: ["list", "-n", "50"],
    ready: ["ready", "-n", "50"],
  };
}

async function measurePeer(bench: Bench, peer: Peer, program: readonly string[]): Promise<void> {
  const version =
    run([...program, ...peer.versionWords], makePlace(peer))
      .stdout.trim()
      .split("\n")[0] ?? "";
  const syncs = countSyncs(peer, program);
  const said = syncs === undefined ? "" : `; a creation syncs ${syncs === 0 ? "nothing" : `${syncs} times`}`;
  bench.note(`${peer.name} ${version.split(" ")[0]}: ${peer.setting}${said}.`);
  for (const issues of sizes.filter((size) => bench.sizes.includes(size))) {
    const place = makePlace(peer);
    const startMs = performance.now();
    peer.fill(program, place, await issuesFor(issues));
    const fillMs = performance.now() - startMs;
    const calls: Record<string, readonly string[]> = {
      create: peer.create("One more"),
      show: peer.show(Math.floor(issues / 2)),
      list: peer.list,
      ...(peer.ready && { ready: peer.ready }),
    };
    let slowestMs = 0;
    for (const [name, words] of Object.entries(calls))
      await bench.attempt(`${peer.name}: ${name}, ${issues} issues`, async () => {
        slowestMs = Math.max(
          slowestMs,
          await record(bench, peer.name, name, issues, [...program, ...words], place),
        );
      });
    if (slowestMs > slowCallMs || fillMs > slowFillMs) {
      const larger = sizes.some((size) => size > issues && bench.sizes.includes(size));
      if (larger)
        bench.note(
          `${peer.name} was not measured with more than ${issues} issues: a call took ${rounded(slowestMs)} ms, filling it ${rounded(fillMs)} ms.`,
        );
      break;
    }
  }
  const place = makePlace(peer);
  peer.fill(program, place, await issuesFor(100));
  await recordFanOut(bench, peer.name, program, place, peer.create, peer.titles, peer.createdId);
}

/** How long it took, by the median. */
async function record(
  bench: Bench,
  form: string,
  name: string,
  issues: number,
  command: readonly string[],
  place: Place,
): Promise<number> {
  const limits = { pairs: bench.isQuick ? 3 : 11, budgetMs: bench.isQuick ? 1000 : 8000, fewest: 3 };
  const spreads = await comparePairs(limits, () => runWell(command, place), bench.empty);
  bench.record({ name, form, issues, spreads });
  return spreads.ms?.median ?? 0;
}

/** Of the issues whose creation was acknowledged, how many are there afterwards, and how many ids were given. */
async function recordFanOut(
  bench: Bench,
  form: string,
  command: readonly string[],
  { directory, env }: Place,
  create: (title: string) => readonly string[],
  titles: readonly string[],
  createdId: RegExp,
): Promise<void> {
  const callsEach = bench.isQuick ? 10 : 100;
  const titleOf = (agent: number, call: number) => `agent${agent}call${call}end`;
  const work = Array.from({ length: agentCount }, (_, agent) =>
    Array.from({ length: callsEach }, (_, call) => [...create(titleOf(agent, call))]),
  );
  const { calls, elapsedMs } = await runAgents({ command, work, cwd: directory, env, deadlineMs: 1_200_000 });
  const acknowledged = calls.flatMap((made, agent) =>
    made.flatMap(({ code, stdout }, call) => (code === 0 ? [{ title: titleOf(agent, call), stdout }] : [])),
  );
  const present = runWell([...command, ...titles], { directory, env }).stdout;
  const ids = acknowledged.flatMap(({ stdout }) => createdId.exec(stdout)?.[0] ?? []);
  bench.record({
    name: `${agentCount} agents`,
    form,
    issues: 100,
    numbers: {
      ms: rounded(elapsedMs),
      asked: agentCount * callsEach,
      acknowledged: acknowledged.length,
      kept: acknowledged.filter(({ title }) => present.includes(title)).length,
      differentIds: new Set(ids).size,
    },
  });
}

function countSyncs(peer: Peer, program: readonly string[]): number | undefined {
  if (Bun.which("strace") === null) return undefined;
  const place = makePlace(peer);
  peer.fill(program, place, [{ title: "One", description: "One." }]);
  const trace = join(place.directory, "trace");
  const tracer = ["strace", "-f", "-qq", "-o", trace, "-e", "trace=fsync,fdatasync,msync,sync_file_range"];
  runWell([...tracer, ...program, ...peer.create("Two")], place);
  return readFileSync(trace, "utf8")
    .split("\n")
    .filter((line) => /\b(?:fsync|fdatasync|msync|sync_file_range)\(/.test(line)).length;
}

/** The titles and descriptions of the issues that bz is measured with. */
async function issuesFor(count: number): Promise<PeerIssue[]> {
  const lines = readFileSync(await keptLines(count), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map((line) => {
    const { title, description }: PeerIssue = JSON.parse(line);
    return { title, description };
  });
}

function makePlace(peer: Peer): Place {
  const { directory, env } = placeAt(cachePath("peers", "places", peer.name));
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const git = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  return { directory, env: { ...env, ...git, ...peer.environment?.(directory) } };
}
