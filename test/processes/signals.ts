import { readdirSync, readlinkSync, watch } from "node:fs";
import { join } from "node:path";
import { closeFile, currentDirectory, openAt } from "../../native/file";
import { tryLock } from "../../native/file-lock";
import { openStore } from "../../storage/store";
import { readFailure } from "../helpers/bz-answers";
import { holdLock } from "../helpers/bz-lock";
import { type Started, until } from "../helpers/bz-process";
import { report, spreadOf } from "../helpers/bz-report";
import type { Campaign } from "./campaign";
import { seed } from "./crowds";
import { issueFact } from "./oracle";
import type { Scene } from "./scene";
import { type Work, Workers } from "./work";

/** Starts writers until one was stopped where it holds the lock; it and its process, stopped. */
export async function stopHolder(scene: Scene, workers: Workers): Promise<{ work: Work; process: Started }> {
  for (let tries = 0; tries < 200; tries += 1) {
    const work = workers.next([["batch", 1]]);
    let events = workers.random.between(1, 3);
    const process = scene.start(work.attempt);
    const watcher = watch(scene.tracker.storePath, () => {
      events -= 1;
      if (events === 0) process.kill("SIGSTOP");
    });
    const ended = await Promise.race([process.finished, stopped(process.pid)]);
    watcher.close();
    if (ended === "stopped" && isLocked(scene)) return { work, process };
    process.kill("SIGCONT");
    scene.ended(work.attempt, await process.finished, work.codes);
  }
  throw new Error("no writer could be stopped where it holds the lock");
}

async function stopped(pid: number): Promise<"stopped"> {
  for (;;) {
    // The state stands behind the last parenthesis.
    const stat = await Bun.file(`/proc/${pid}/stat`)
      .text()
      .catch(() => "");
    if (/\) T /.test(stat)) return "stopped";
    if (stat === "") await new Promise(() => {});
    await Bun.sleep(1);
  }
}

function isLocked({ tracker }: Scene): boolean {
  const lock = openAt(currentDirectory, join(tracker.storePath, "lock"), "update");
  try {
    return !tryLock(lock);
  } finally {
    closeFile(lock);
  }
}

/**
 * A holder that is stopped: who waits is told on time whom for, readers answer, and afterwards, whether it goes on or dies of whatever signal, its change is
 * there or not, and the next command works.
 */
export async function stoppedHolder(campaign: Campaign): Promise<void> {
  await campaign.in("stopped-holder", async (scene) => {
    const workers = new Workers(scene, campaign.random);
    workers.adopt(await scene.quick("The first"));
    const lateMs: number[] = [];
    for (let round = 0; round < (campaign.isLong ? 30 : 5) && campaign.hasTime(); round += 1) {
      const { work, process } = await stopHolder(scene, workers);
      lateMs.push(await waitInVain(scene, process.pid, round));
      await scene.look();
      for (const words of [["list"], ["doctor"], ["info"], ["ready"]]) {
        const { code, stderr } = await scene.tracker.run(...words);
        if (code !== 0) scene.accuse(`${words[0]} ended with ${code} while a holder was stopped: ${stderr}`);
      }
      const fate =
        campaign.random.pick(["SIGCONT", "SIGKILL", "SIGTERM", "SIGHUP", "SIGINT"] as const) ?? "SIGCONT";
      if (fate !== "SIGCONT") process.kill(fate);
      process.kill("SIGCONT");
      const ended = await process.finished;
      scene.ended(work.attempt, ended, work.codes);
      if (ended.signal !== (fate === "SIGCONT" ? null : fate))
        scene.accuse(`a holder that got ${fate} ended with ${ended.signal ?? ended.code}`);
      await scene.settle();
      campaign.count(`holders of the lock stopped, then ${fate}`);
    }
    await scene.checkAll();
    report(`a waiter with 200 ms of patience ended later than that by ${spreadOf(lateMs)}`);
  });
}

async function waitInVain(scene: Scene, holder: number, round: number): Promise<number> {
  const title = `In vain ${round}`;
  const attempt = scene.ledger.begin(["q", title, "--lock-timeout", "200", "--json"], [issueFact(title, 2)]);
  const { code, stderr, elapsedMs } = await scene.act(attempt, [3]);
  if (code !== 3) return 0;
  const { code: name, context, message } = readFailure(stderr);
  if (name !== "LOCK_TIMEOUT" || context.holder_pid !== holder || !message.includes(String(holder)))
    scene.accuse(`the holder is ${holder}, and the waiter was told: ${stderr}`);
  return elapsedMs - 200;
}

/** A signal that comes to a writer in the queue ends it at once, and nothing of it is left: no change, no place in the queue. */
export async function killedWaiters(campaign: Campaign): Promise<void> {
  await campaign.in("killed-waiters", async (scene) => {
    await scene.quick("The first");
    const holder = await holdLock(scene.tracker);
    const store = openStore({ cwd: scene.tracker.directory, env: scene.tracker.env });
    const deathMs: number[] = [];
    for (let round = 0; round < (campaign.isLong ? 40 : 6) && campaign.hasTime(); round += 1) {
      const signal = round % 2 === 0 ? "SIGINT" : "SIGTERM";
      const title = `Waiting ${round}`;
      const attempt = scene.ledger.begin(["q", title, "--lock-timeout", "60000"], [issueFact(title, 2)]);
      const started = scene.start(attempt);
      await until("it waits", () => store.metrics()?.waiting === 1);
      const startMs = performance.now();
      started.kill(signal);
      const ended = await started.finished;
      deathMs.push(performance.now() - startMs);
      if (ended.signal !== signal || ended.stdout !== "")
        scene.accuse(`a waiter that got ${signal} ended with ${ended.signal ?? ended.code}: ${ended.stdout}`);
      attempt.state = "absent";
      if (store.metrics()?.waiting !== 0) scene.accuse(`a waiter that got ${signal} still counts as waiting`);
      campaign.count("waiters ended by SIGINT or SIGTERM");
    }
    await holder.release();
    await scene.checkAll();
    report(`a waiter that got a signal was gone after ${spreadOf(deathMs)}`);
  });
}

/** A reader that is stopped in the midst of its reading, while three compactions take away what it has begun to read. */
export async function stoppedReaders(campaign: Campaign): Promise<void> {
  await campaign.in("stopped-readers", async (scene) => {
    await seed(scene, 1000);
    await scene.tracker.succeed("compact");
    let stops = 0;
    for (let round = 0; round < (campaign.isLong ? 40 : 5) && campaign.hasTime(); round += 1) {
      await scene.quick(`Before round ${round}`);
      const certain = scene.ledger.certain();
      const reader = scene.tracker.start("export");
      const isStopped = await stopReading(reader, round % 4);
      for (let fold = 0; fold < 3; fold += 1) {
        await scene.quick(`Round ${round}, fold ${fold}`);
        await scene.tracker.succeed("compact");
      }
      reader.kill("SIGCONT");
      const { code, stdout, stderr } = await reader.finished;
      if (code === 0) scene.shown(stdout, certain);
      else scene.accuse(`export ended with ${code}: ${stderr}`);
      if (isStopped) stops += 1;
    }
    await scene.checkAll();
    campaign.count("readers stopped across three compactions", stops);
  });
}

/** Stops it as soon as it has so many files of the store open. False when it ended before that was seen. */
async function stopReading({ pid, kill }: Started, files: number): Promise<boolean> {
  for (;;) {
    let open = 0;
    try {
      for (const name of readdirSync(`/proc/${pid}/fd`))
        if (readlink(`/proc/${pid}/fd/${name}`).includes("/.beads")) open += 1;
    } catch {
      return false;
    }
    if (open > files) {
      kill("SIGSTOP");
      return true;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function readlink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
