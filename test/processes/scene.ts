import { mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Tracker } from "../helpers/bz";
import { compiled, type Form } from "../helpers/bz-forms";
import { readLog } from "../helpers/bz-log";
import { type Finished, type Started, startProcess } from "../helpers/bz-process";
import { type Attempt, Ledger, type Look } from "./oracle";

interface DoctorReport {
  readonly checks: readonly { readonly name: string; readonly status: string; readonly message: string }[];
}

/** A process that needs it hangs, even where hundreds run. */
const deadlineMs = 600_000;

/** A tracker of its own, with the ledger of all that is done in it. */
export class Scene {
  readonly ledger = new Ledger();
  readonly #wrong: string[] = [];
  /** What readers were shown, to be laid beside the order of the log. */
  readonly #looks: Look[] = [];

  private constructor(readonly tracker: Tracker) {}

  static async open(name: string, form: Form = compiled): Promise<Scene> {
    const directory = mkdtempSync(join(tmpdir(), `bz-processes-${name}-`));
    const scene = new Scene(new Tracker(form, directory));
    await scene.tracker.succeed("init", "--here");
    return scene;
  }

  /** Everything that was found wrong so far. */
  get wrong(): readonly string[] {
    return this.#wrong;
  }

  accuse(...what: string[]): void {
    this.#wrong.push(...what);
  }

  /** The directory of a scene in which something was wrong is kept. */
  close(): void {
    const { directory } = this.tracker;
    if (this.#wrong.length === 0) rmSync(directory, { recursive: true, force: true });
    else process.stderr.write(`  | kept for a look: ${directory}\n`);
  }

  start(attempt: Attempt, wrapper: readonly string[] = []): Started {
    const { directory: cwd, env, form } = this.tracker;
    return startProcess([...wrapper, ...form.command, ...attempt.words], { cwd, env, deadlineMs });
  }

  /** Carries out an attempt that nothing disturbs; accuses it when its exit code is none of those. */
  async act(attempt: Attempt, codes: readonly number[] = [0]): Promise<Finished> {
    const ended = await this.start(attempt).finished;
    this.ended(attempt, ended, codes);
    return ended;
  }

  ended(attempt: Attempt, ended: Finished, codes: readonly number[] = [0]): void {
    this.ledger.end(attempt, ended);
    if (ended.code !== null && !codes.includes(ended.code))
      this.accuse(`bz ${attempt.words.join(" ")} ended with ${ended.code}: ${ended.stderr}${ended.stdout}`);
  }

  /** A new issue that nothing disturbs; its id. */
  async quick(title: string, ...flags: string[]): Promise<string> {
    const attempt = this.ledger.begin(["q", title, ...flags], [`issue ${title} | 2 | `]);
    const { stdout } = await this.act(attempt);
    return stdout.trim();
  }

  /** Reads everything, by a process. It may run while others write. */
  async look(): Promise<Look> {
    const certain = this.ledger.certain();
    const { code, signal, stdout, stderr } = await this.tracker.run("export");
    if (code === 0) return this.shown(stdout, certain);
    this.accuse(`export ended with ${signal ?? code}: ${stderr}`);
    return { issues: new Map(), sessions: new Set(), wrong: [] };
  }

  shown(exported: string, certain: ReadonlyMap<string, Attempt["state"]>): Look {
    const look = this.ledger.look(exported, certain);
    this.accuse(...look.wrong);
    this.#looks.push(look);
    return look;
  }

  /** When no process runs any more: what is there now stays, and the lock is free for whoever does not wait at all. */
  async settle(): Promise<Look> {
    const look = await this.look();
    this.ledger.settle(look);
    await this.quick(
      `After ${look.sessions.size} of ${[...this.ledger.attempts].length}`,
      "--lock-timeout",
      "0",
    );
    return look;
  }

  /** Everything that has to be so at the end of a day. */
  async checkAll(...mayFail: string[]): Promise<Look> {
    const look = await this.settle();
    await this.examine(...mayFail);
    await this.checkOrder();
    await this.checkLeftovers();
    const exported = await this.tracker.succeed("export");
    const face = await this.#face();
    if (face !== exported) this.accuse("the face is not what export prints after a sync");
    return look;
  }

  /** `doctor` finds nothing broken. */
  async examine(...mayFail: string[]): Promise<void> {
    const { code, stdout, stderr } = await this.tracker.run("doctor", "--json");
    if (stdout === "") return this.accuse(`doctor ended with ${code}: ${stderr}`);
    const { checks } = JSON.parse(stdout) as DoctorReport;
    for (const { name, status, message } of checks)
      if (status === "failure" && !mayFail.includes(name)) this.accuse(`doctor: ${name}: ${message}`);
  }

  /** The log holds what is shown and no more, without a gap, and every look of a reader was at a beginning of it. */
  async checkOrder(): Promise<void> {
    const certain = this.ledger.certain();
    const now = this.ledger.look(await this.tracker.succeed("export"), certain);
    const places = new Map<string, number>();
    let last = 0;
    for (const { sequence, session = "" } of await readLog(this.tracker)) {
      if (sequence !== last && sequence !== last + 1) this.accuse(`sequence ${sequence} comes after ${last}`);
      last = sequence;
      places.set(session, sequence);
    }
    for (const session of now.sessions)
      if (!places.has(session)) this.accuse(`${session} is shown and not in the history`);
    for (const session of places.keys())
      if (!now.sessions.has(session)) this.accuse(`${session} is in the history and not shown`);
    const inOrder = [...now.sessions].sort((one, other) => (places.get(one) ?? 0) - (places.get(other) ?? 0));
    for (const { sessions } of this.#looks) {
      const missing = inOrder.slice(0, sessions.size).filter((session) => !sessions.has(session));
      if (missing.length > 0) this.accuse(`a reader saw later transactions and not ${missing.join()}`);
    }
  }

  /** Files of dead processes are swept once they are too old for the process to live in another container. */
  async checkLeftovers(): Promise<void> {
    const beads = join(this.tracker.directory, ".beads");
    const temporaries = (): string[] =>
      [beads, this.tracker.storePath].flatMap((folder) =>
        readdirSync(folder)
          .filter((name) => name.includes(".tmp.") || name.startsWith("displaced."))
          .map((name) => join(folder, name)),
      );
    const anHourAgo = Date.now() / 1000 - 3600;
    for (const path of temporaries()) utimesSync(path, anHourAgo, anHourAgo);
    // What an exporter displaced is looked at once more, two seconds later or more; so is what this one displaces, of an exporter that died before it could sign.
    for (let syncs = 0; syncs < 2; syncs += 1) {
      if (temporaries().some((path) => path.includes("/displaced."))) await Bun.sleep(2100);
      await this.tracker.succeed("sync");
    }
    await this.tracker.succeed("compact");
    const left = temporaries();
    if (left.length > 0) this.accuse(`left behind after a sync and a compaction: ${left.join()}`);
    const logs = readdirSync(this.tracker.storePath).filter((name) => name.startsWith("wal."));
    if (logs.length !== 1) this.accuse(`after a compaction there are ${logs.join()}`);
  }

  async #face(): Promise<string> {
    await this.tracker.succeed("sync");
    return Bun.file(join(this.tracker.directory, ".beads/issues.jsonl")).text();
  }
}
