import { existsSync } from "node:fs";
import { latestTimeMs } from "../../model/time";
import { readMetrics } from "../helpers/bz-answers";
import { until } from "../helpers/bz-process";
import { report } from "../helpers/bz-report";
import { hasStrace } from "../helpers/strace";
import type { Campaign } from "./campaign";
import { issueFact } from "./oracle";
import type { Scene } from "./scene";
import { Workers } from "./work";

/** A process that may not have more memory than this ends in an error or in its death, and what it says of its change is true. */
export async function littleMemory(campaign: Campaign): Promise<void> {
  if (Bun.which("prlimit") === null) return campaign.skip("there is no prlimit to take memory away with");
  await campaign.in("little-memory", async (scene) => {
    const workers = new Workers(scene, campaign.random);
    for (let count = 0; count < 3; count += 1) workers.adopt(await scene.quick(`The first ${count}`));
    const ends = { well: 0, refused: 0, died: 0 };
    const edges = { as: await edgeOf(scene, "as"), data: await edgeOf(scene, "data") };
    for (let round = 0; round < (campaign.isLong ? 300 : 30) && campaign.hasTime(); round += 1) {
      const kind = campaign.random.pick(["as", "data"] as const) ?? "as";
      const bytes = Math.round(edges[kind] * (0.6 + 0.6 * campaign.random.next()));
      const { attempt } = workers.next();
      const ended = await scene.start(attempt, ["prlimit", `--${kind}=${bytes}`]).finished;
      // One that died may have saved; so may one whose runtime could say nothing of its own.
      if (ended.code === 0) scene.ledger.end(attempt, ended);
      const outcome = ended.code === 0 ? "well" : ended.signal === null ? "refused" : "died";
      ends[outcome] += 1;
      if (/nothing was saved/i.test(ended.stderr)) attempt.state = "absent";
      await scene.settle();
      campaign.count("commands with too little memory");
    }
    await scene.checkAll();
    report(`too little memory, around ${JSON.stringify(edges)} bytes: ${JSON.stringify(ends)}`);
  });
}

/** About how many bytes `bz list` needs at least. */
async function edgeOf(scene: Scene, kind: string): Promise<number> {
  let [least, most] = [2 ** 20, 2 ** 40];
  while (most / least > 1.05) {
    const middle = Math.sqrt(least * most);
    const { code } = await scene.tracker.startUnder(["prlimit", `--${kind}=${Math.round(middle)}`], "list")
      .finished;
    if (code === 0) most = middle;
    else least = middle;
  }
  return most;
}

/** Where every sync takes long: who waits waits as long as those before it need, and no longer than it wants to. */
export async function slowSyncs(campaign: Campaign): Promise<void> {
  if (!hasStrace()) return campaign.skip("slow syncs need strace");
  for (const { syncMs, writers } of [
    { syncMs: 5, writers: 20 },
    { syncMs: 50, writers: 10 },
    { syncMs: 500, writers: 4 },
  ])
    await campaign.in("slow-syncs", async (scene) => {
      await scene.quick("The first");
      const slow = slowed(syncMs);
      const titles = Array.from({ length: writers }, (_, writer) => `Slow ${writer}`);
      const startMs = performance.now();
      await Promise.all(
        titles.map(async (title) => {
          const attempt = scene.ledger.begin(["q", title], [issueFact(title, 2)]);
          scene.ended(attempt, await scene.start(attempt, slow).finished);
        }),
      );
      const elapsedMs = performance.now() - startMs;
      await scene.settle();
      await impatient(scene);
      await scene.checkAll();
      campaign.count("writers with slow syncs", writers);
      report(
        `${writers} writers, a sync of ${syncMs} ms: ${(elapsedMs / (writers * syncMs)).toFixed(2)} of their syncs in a row`,
      );
    });
}

/** One that waits 100 ms behind a sync of three seconds is told so; one that waits longer gets in. */
async function impatient(scene: Scene): Promise<void> {
  await scene.tracker.succeed("metrics", "--reset");
  const attempts = ["Very slow", "Impatient", "Patient"].map((title) =>
    scene.ledger.begin(
      ["q", title, "--lock-timeout", title === "Impatient" ? "100" : "60000"],
      [issueFact(title, 2)],
    ),
  );
  const [slow, hasty, patient] = attempts;
  if (slow === undefined || hasty === undefined || patient === undefined) return;
  const holder = scene.start(slow, slowed(3000));
  await until("it holds the lock", async () => (await readMetrics(scene.tracker)).acquisitions === 1);
  await Promise.all([scene.act(hasty, [3]), scene.act(patient)]);
  scene.ended(slow, await holder.finished);
  if (hasty.state === "present") scene.accuse("one that waited 100 ms got in behind a sync of three seconds");
}

function slowed(syncMs: number): string[] {
  const delay = `inject=fdatasync,fsync:delay_exit=${syncMs * 1000}`;
  return ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync", "-e", delay];
}

/** Clocks, as `faketime` takes them. */
const clocks = ["-1d", "@1970-01-01 01:00:00", "+50y", "+100y", "+0d", "-30s", "+1h"];

/** Commands each at a clock of its own: their order stays, and no issue was ever changed later than it will have been. */
export async function wildClocks(campaign: Campaign): Promise<void> {
  if (Bun.which("faketime") === null)
    return campaign.skip("there is no faketime (libfaketime) to bend clocks with");
  await campaign.in("clock", async (scene) => {
    const workers = new Workers(scene, campaign.random);
    for (let count = 0; count < 5; count += 1) workers.adopt(await scene.quick(`The first ${count}`));
    const latest = new Map<string, number>();
    for (let round = 0; round < (campaign.isLong ? 400 : 40) && campaign.hasTime(); round += 1) {
      const work = workers.next();
      const clock = campaign.random.pick(clocks) ?? "+0d";
      // The monotonic clock and the times of files are the kernel's, as when an administrator sets the clock.
      const bent = ["env", "FAKETIME_DONT_FAKE_MONOTONIC=1", "NO_FAKE_STAT=1", "faketime", "-f", clock];
      const ended = await scene.start(work.attempt, bent).finished;
      scene.ended(work.attempt, ended, work.codes);
      workers.ended(work, ended.stdout);
      const { issues } = await scene.look();
      for (const [id, issue] of issues) {
        // A time after 2100 counts as the epoch: an issue that was made at such a clock has it until somebody changes it.
        const saidMs = Date.parse((issue as { updated_at?: string }).updated_at ?? "");
        const changedMs = saidMs > latestTimeMs ? 0 : saidMs;
        const before = latest.get(id) ?? 0;
        if (!(changedMs >= before))
          scene.accuse(`${id} was changed at ${before}, and at ${clock} it is ${changedMs}`);
        latest.set(id, changedMs);
      }
      campaign.count("commands at wild clocks");
    }
    await scene.checkAll("clock", "times", "stamps");
  });
}

/** Standard output that cannot be written: what was done stays done, and is never said to have failed. */
export async function noOutput(campaign: Campaign): Promise<void> {
  const sinks: [name: string, shell: string, codes: number[]][] = [
    ["closed", '"$@" >&-', [0, 2]],
    ["a pipe that nobody reads", '{ "$@"; echo $? >&3; } 3>&1 >&4 4>&- | true', [0]],
  ];
  if (existsSync("/dev/full")) sinks.push(["full", '"$@" >/dev/full', [2]]);
  else campaign.skip("there is no /dev/full to write to");
  await campaign.in("no-output", async (scene) => {
    const workers = new Workers(scene, campaign.random);
    for (let count = 0; count < 5; count += 1) workers.adopt(await scene.quick(`The first ${count}`));
    for (let round = 0; round < (campaign.isLong ? 40 : 2) && campaign.hasTime(); round += 1)
      for (const [name, shell, codes] of sinks) {
        const work = workers.next();
        // Where there was nothing to do, that is the answer.
        const wrapper = name.startsWith("a pipe") ? pipeless : ["sh", "-c", shell, "sh"];
        const ended = await scene.start(work.attempt, wrapper).finished;
        const what = `bz ${work.attempt.words.join(" ")} with an output that is ${name}`;
        if (ended.code === null || ![...codes, ...work.codes.slice(1)].includes(ended.code))
          scene.accuse(`${what} ended with ${ended.signal ?? ended.code}: ${ended.stderr}`);
        const isDone = ended.code === 0 || /saved as/.test(ended.stderr);
        if (isDone) work.attempt.state = "present";
        if (ended.code === 2 && work.attempt.facts.length > 0 && !isDone)
          scene.accuse(`${what} does not say that it saved: ${ended.stderr}`);
        if (/nothing was saved/i.test(ended.stderr)) work.attempt.state = "absent";
        await scene.settle();
        campaign.count("commands without an output");
      }
    await scene.checkAll();
  });
}

/** Its reader is gone before it writes; ends as the program does. */
const pipeless = ["bash", "-c", 'exec 5> >(exec <&-; exec sleep 0); sleep 0.02; "$@" >&5', "bash"];
