import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { readFailure } from "../helpers/bz-answers";
import { holdLock } from "../helpers/bz-lock";
import { startProcess, until } from "../helpers/bz-process";
import { report } from "../helpers/bz-report";
import type { Campaign } from "./campaign";
import { issueFact } from "./oracle";
import type { Scene } from "./scene";
import { stopHolder } from "./signals";
import { type Work, Workers } from "./work";

const isRoot = process.getuid?.() === 0;

/** What takes the lock file away from under whoever holds it. */
const thieves: Readonly<Record<string, (lock: string) => void>> = {
  removed: (lock) => rmSync(lock, { force: true }),
  "replaced by an empty one": (lock) => replace(lock, (fresh) => writeFileSync(fresh, "")),
  "replaced by a copy": (lock) => replace(lock, (fresh) => copyFileSync(lock, fresh)),
  "moved away and back": (lock) => {
    if (!existsSync(lock)) return;
    renameSync(lock, `${lock}.away`);
    Bun.sleepSync(5);
    renameSync(`${lock}.away`, lock);
  },
};

function replace(lock: string, make: (fresh: string) => void): void {
  try {
    make(`${lock}.new`);
    renameSync(`${lock}.new`, lock);
  } catch {
    // There is none just now.
  }
}

/** The lock file goes while a stopped process holds it: who comes next waits or refuses, and nobody's answer is a lie. */
export async function lockTakenAway(campaign: Campaign): Promise<void> {
  await campaign.in("lock-taken-away", async (scene) => {
    const workers = new Workers(scene, campaign.random);
    workers.adopt(await scene.quick("The first"));
    const outcomes = new Map<number | null, number>();
    for (let round = 0; round < (campaign.isLong ? 8 : 2) && campaign.hasTime(); round += 1)
      for (const [name, take] of Object.entries(thieves)) {
        const { work, process } = await stopHolder(scene, workers);
        take(join(scene.tracker.storePath, "lock"));
        const title = `Beside a lock ${name} ${round}`;
        const beside = scene.ledger.begin(["q", title, "--lock-timeout", "300"], [issueFact(title, 2)]);
        const { code } = await scene.act(beside, [0, 2, 3]);
        outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
        await scene.look();
        process.kill("SIGCONT");
        scene.ended(work.attempt, await process.finished, [0, 2]);
        await scene.settle();
        campaign.count(`lock ${name} while it was held`);
      }
    await scene.checkAll();
    report(`beside a holder without its lock file: ${JSON.stringify([...outcomes])} (exit code, times)`);
  });
}

/** The same again and again while many write. */
export async function lockTakenUnderLoad(campaign: Campaign): Promise<void> {
  await campaign.in("lock-taken-under-load", async (scene) => {
    const workers = new Workers(scene, campaign.random);
    for (let count = 0; count < 5; count += 1) workers.adopt(await scene.quick(`The first ${count}`));
    let isWorking = true;
    const lock = join(scene.tracker.storePath, "lock");
    const thefts = (async () => {
      let count = 0;
      for (; isWorking; count += 1) {
        await Bun.sleep(10 + 40 * campaign.random.next());
        campaign.random.pick(Object.values(thieves))?.(lock);
      }
      return count;
    })().catch((error: unknown) => {
      scene.accuse(`the thief failed: ${error}`);
      return 0;
    });
    const ends: number[] = [];
    const write = async (): Promise<void> => {
      for (let call = 0; call < (campaign.isLong ? 60 : 10); call += 1) {
        const work = workers.next();
        const ended = await scene.act(work.attempt, [...work.codes, 2, 3]);
        workers.ended(work, ended.stdout);
        ends.push(ended.code ?? -1);
        if (ended.code === 2 && !/nothing was (saved|changed)|not known/i.test(ended.stderr))
          scene.accuse(`bz ${work.attempt.words.join(" ")} does not say what became of it: ${ended.stderr}`);
      }
    };
    await Promise.all([...Array.from({ length: 6 }, write), scene.look()]);
    isWorking = false;
    campaign.count("lock files taken under load", await thefts);
    campaign.count("commands while lock files went", ends.length);
    rmSync(`${lock}.away`, { force: true });
    await scene.checkAll();
    report(`while the lock file went: ${ends.filter((code) => code === 2).length} of ${ends.length} refused`);
  });
}

/** What may stand where the lock file is, and who may be kept out by it. */
const obstacles: Readonly<Record<string, (lock: string, secret: string) => void>> = {
  "a directory": (lock) => mkdirSync(lock),
  "a pipe": (lock) => void Bun.spawnSync(["mkfifo", lock]),
  "a link to a file of the user's": (lock, secret) => symlinkSync(secret, lock),
  "a link to an endless device": (lock) => symlinkSync("/dev/zero", lock),
  "a link to nowhere": (lock) => symlinkSync("nowhere", lock),
  "a file that nobody may open": (lock) => {
    writeFileSync(lock, "");
    chmodSync(lock, 0);
  },
  "a file of another user": (lock) => {
    writeFileSync(lock, "", { mode: 0o600 });
    chownSync(lock, 0, 0);
  },
};
const commandLines = ["q New", "list", "show", "export", "compact", "sync", "doctor", "info", "metrics"];
const nobody = 65_534;

export async function strangeLockFiles(campaign: Campaign): Promise<void> {
  if (!isRoot) campaign.skip("lock files of another user need root");
  for (const [name, put] of Object.entries(obstacles))
    await campaign.in("strange-lock-files", async (scene) => {
      const { directory, storePath } = scene.tracker;
      const id = await scene.quick("The first");
      const secret = join(directory, "secret");
      const lock = join(storePath, "lock");
      writeFileSync(secret, "A key of the user's\n");
      if (isRoot) Bun.spawnSync(["chown", "-R", `${nobody}:${nobody}`, directory]);
      rmSync(lock);
      put(lock, secret);
      const { ino } = lstatSync(lock);
      for (const line of commandLines) {
        const words = line === "show" ? ["show", id] : line.split(" ");
        const { code, stderr, stdout } = await asNobody(scene, words);
        const isRefused = code === 1 || code === 2;
        if (code !== 0 && !isRefused) scene.accuse(`${name}: bz ${line} ended with ${code}: ${stderr}`);
        if (isRefused && !stderr.includes("lock"))
          scene.accuse(`${name}: bz ${line} does not name it: ${stderr}`);
        if (/\n\s+at /.test(stderr) || stdout.includes("key of"))
          scene.accuse(`${name}: bz ${line}: ${stderr}${stdout}`);
        campaign.count("commands at a strange lock file");
      }
      if (readFileSync(secret, "utf8") !== "A key of the user's\n")
        scene.accuse(`${name}: the file of the user was written`);
      if (lstatSync(lock).ino !== ino) scene.accuse(`${name}: it was replaced`);
      rmSync(lock, { recursive: true });
      const next = await asNobody(scene, ["q", "Afterwards"]);
      if (next.code !== 0) scene.accuse(`${name}: when it is gone, q ends with ${next.code}: ${next.stderr}`);
    });
}

/** Root may open what it likes. */
function asNobody(scene: Scene, words: readonly string[]) {
  const user = isRoot
    ? ["setpriv", "--reuid", String(nobody), "--regid", String(nobody), "--clear-groups"]
    : [];
  const { directory: cwd, env, form } = scene.tracker;
  return startProcess([...user, ...form.command, ...words], { cwd, env, deadlineMs: 60_000 }).finished;
}

/** A lock that a program took and left to its child: the program has ended, so its number would send people after the wrong one. */
export async function inheritedLock(campaign: Campaign): Promise<void> {
  await campaign.in("inherited-lock", async (scene) => {
    await scene.quick("The first");
    const lock = join(scene.tracker.storePath, "lock");
    const parent = Bun.spawn(["flock", lock, "sleep", "300"], {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
    });
    const children = `/proc/${parent.pid}/task/${parent.pid}/children`;
    await until("the child runs", async () => (await Bun.file(children).text()) !== "");
    const child = Number(await Bun.file(children).text());
    parent.kill("SIGKILL");
    await parent.exited;
    const words = ["q", "In vain", "--lock-timeout", "200", "--json"];
    const { code, stderr } = await scene.act(scene.ledger.begin(words, [issueFact("In vain", 2)]), [3]);
    const { context, message } = readFailure(stderr);
    if (code !== 3 || context.holder_pid === parent.pid || message.includes(`process ${parent.pid}`))
      scene.accuse(`${child} holds the lock, ${parent.pid} has ended, and bz says: ${stderr}`);
    process.kill(child, "SIGKILL");
    await scene.quick("After the child", "--lock-timeout", "5000");
    await scene.settle();
    campaign.count("locks left to a child");
  });
}

/** One store by two paths has one lock. */
export async function twoPaths(campaign: Campaign): Promise<void> {
  await campaign.in("two-paths", async (scene) => {
    const { directory } = scene.tracker;
    const others = [join(dirname(directory), `link-to-${Bun.hash(directory)}`)];
    symlinkSync(directory, others[0] ?? "");
    const mounted = `${directory}-mounted`;
    mkdirSync(mounted);
    if (Bun.spawnSync(["mount", "--bind", directory, mounted]).exitCode === 0) others.push(mounted);
    else campaign.skip("bind mounts are not allowed here");
    try {
      const workers = new Workers(scene, campaign.random);
      for (const other of others) await writeByBoth(campaign, workers, other);
    } finally {
      Bun.spawnSync(["umount", mounted]);
      rmSync(mounted, { recursive: true, force: true });
      rmSync(others[0] ?? "");
    }
    await scene.checkAll();
  });
}

async function writeByBoth(campaign: Campaign, workers: Workers, other: string): Promise<void> {
  const { scene } = workers;
  const holder = await holdLock(scene.tracker);
  const vain = scene.ledger.begin(
    ["q", `By ${other}`, "--lock-timeout", "100"],
    [issueFact(`By ${other}`, 2)],
  );
  scene.ended(vain, await scene.start(vain, ["env", "-C", other]).finished, [3]);
  await holder.release();
  workers.adopt(await scene.quick(`Before ${other}`));
  const crowd = Array.from({ length: 40 }, (): Work => workers.next());
  await Promise.all(
    crowd.map(async ({ attempt, codes }, place) => {
      const ended = await scene.start(attempt, place % 2 === 0 ? ["env", "-C", other] : []).finished;
      scene.ended(attempt, ended, codes);
    }),
  );
  await scene.settle();
  campaign.count("commands by two paths", crowd.length);
}
