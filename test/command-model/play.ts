import { existsSync, mkdtempSync, rmSync } from "node:fs";
import type { World } from "../../commands/world";
import { type Outcome, TestWorld } from "../commands/test-world";
import type { Deed, Hand, Seam, Step } from "./actions";
import { Comparison } from "./comparison";
import type { Model } from "./model";
import { anyCode, type Prediction, predict, Undetermined } from "./rules";
import { dayMs, firstDayMs } from "./script";
import { Interloper, watchedStore } from "./seam";
import { type Call, callOf, handWords } from "./words";

export const emptyModel: Model = {
  tracker: { issues: new Map(), memories: new Map() },
  log: [],
  base: 0,
  nowMs: firstDayMs,
};

/** How long after the last command the next one begins, by the clock of the world, and another one in its middle. */
const commandMs = 1000;
const betweenMs = 500;

/** How a command and the one in the middle of it may end together; `between` is undefined where that one never came to run. */
interface Course {
  readonly name: string;
  readonly outer: Ending;
  readonly between?: Ending | undefined;
  readonly model: Model;
}

type Ending = Pick<Prediction, "exitCode" | "code">;
type Ended = Pick<Outcome, "exitCode" | "stderr">;

/** One script on a disk of its own, each answer held against the model. */
export class Play {
  readonly lines: string[] = [];
  interruptions = 0;
  readonly world = new SeamWorld();
  model: Model = emptyModel;
  #backup = "";

  async run(script: readonly Step[]): Promise<void> {
    await this.bz(["init", "--here", "--prefix", "bd"]);
    await this.takeAll(script);
    await this.compareAll(false);
    await this.bz(["compact"]);
    await this.bz(["doctor"]);
    await this.compareAll(true);
    await this.#travel();
  }

  end(): void {
    this.world.remove();
  }

  async takeAll(script: readonly Step[]): Promise<void> {
    for (const [at, step] of script.entries()) {
      if (!(await this.take(step))) continue;
      const comparison = new Comparison(this.world, this.model);
      await comparison.lists();
      if (at % 4 === 3) await comparison.answers();
      if ("id" in step.deed && at % 2 === 1) await comparison.details([step.deed.id]);
    }
  }

  /** False for what the model cannot foretell, which is left out. */
  async take({ by, deed: wanted, seam }: Step): Promise<boolean> {
    const deed = resolved(wanted, this.model);
    const plain = this.#foretell(this.model, { by, deed }, commandMs);
    if (plain === undefined) return false;
    if (deed.do === "sleep") {
      this.lines.push("# a day goes by");
      this.world.timeMs += dayMs;
      this.model = plain.model;
      return true;
    }
    const call = await this.#call(deed, by);
    const between = seam && (await this.#between(seam, { by, deed }));
    if (between !== undefined) await this.#interrupted(call, deed, between, plain);
    else {
      const outcome = await this.bz(call.words, call.stdin);
      refuseOther(outcome, plain);
      this.model = plain.model;
      if (deed.do === "backup") this.#backup = JSON.parse(outcome.stdout).name;
    }
    return true;
  }

  /** @param hasPast also each state that there was */
  async compareAll(hasPast: boolean): Promise<void> {
    const comparison = new Comparison(this.world, this.model);
    await comparison.lists(true);
    await comparison.answers();
    await comparison.details([...this.model.tracker.issues.keys()]);
    if (hasPast) await comparison.past();
    await comparison.record();
  }

  async bz(words: readonly string[], stdin?: string): Promise<Outcome> {
    const said = words.map(quoted).join(" ");
    this.lines.push(stdin === undefined ? `bz ${said}` : `printf %s ${quoted(stdin)} | bz ${said}`);
    this.world.stdin = stdin ?? "";
    return this.world.bz(...words);
  }

  /** Undefined where the model cannot. */
  #foretell(model: Model, step: Step, offsetMs: number): Prediction | undefined {
    try {
      return predict(model, step, this.world.timeMs + offsetMs);
    } catch (error) {
      if (error instanceof Undetermined) return undefined;
      throw error;
    }
  }

  async #call(deed: Deed, by: Hand): Promise<Call> {
    const comments =
      deed.do === "edit-comment" || deed.do === "delete-comment" ? await this.#commentIds(deed.id) : [];
    const names = { comment: (_: string, at: number) => comments[at] ?? "0", backup: this.#backup };
    const call = callOf(deed, this.world.timeMs + commandMs, names);
    return { ...call, words: [...call.words, ...handWords(by), "--json"] };
  }

  async #commentIds(id: string): Promise<string[]> {
    const answer = (await this.world.json("show", id).catch(() => ({}))) as {
      issues?: { comments?: { id: string }[] }[];
    };
    return answer.issues?.[0]?.comments?.map((comment) => String(comment.id)) ?? [];
  }

  /** The command in the middle of another one, and the ways in which both may end. Undefined where the model does not know all of them. */
  async #between(
    seam: Seam,
    outer: Step,
  ): Promise<{ seam: Seam; call: Call; courses: Course[] } | undefined> {
    const { model } = this;
    const deed = resolved(seam.deed, model);
    // What the id of a comment means in the end depends on who was first.
    if ([deed, outer.deed].some((each) => ["edit-comment", "delete-comment", "backup"].includes(each.do)))
      return undefined;
    const between: Step = { by: seam.by, deed };
    const first = this.#foretell(model, between, betweenMs);
    const second = first && this.#foretell(first.model, outer, commandMs);
    const outerFirst = this.#foretell(model, outer, commandMs);
    const after = outerFirst && this.#foretell(outerFirst.model, between, betweenMs);
    if (!first || !second || !outerFirst || !after) return undefined;
    const call = await this.#call(deed, seam.by);
    const busy = { exitCode: 3, code: "LOCK_TIMEOUT" };
    const courses = [
      { name: "it was not let in", outer: outerFirst, between: busy, model: outerFirst.model },
      { name: "it came first", outer: second, between: first, model: second.model },
      { name: "it came second", outer: outerFirst, between: after, model: after.model },
    ];
    return { seam, call: { ...call, words: [...call.words, "--lock-timeout", "0"] }, courses };
  }

  async #interrupted(
    call: Call,
    deed: Deed,
    { seam, call: inner, courses }: { seam: Seam; call: Call; courses: Course[] },
    alone: Prediction,
  ): Promise<void> {
    const before = this.model;
    const place = seam.at === "lock" ? "first try for the lock" : `call ${seam.at} of the file system`;
    this.lines.push(`# in the next command, before its ${place}: bz ${inner.words.map(quoted).join(" ")}`);
    const { outcome, between } = await this.world.interrupted(seam.at, inner.words, () =>
      this.bz(call.words, call.stdin),
    );
    if (between === undefined) {
      refuseOther(outcome, alone);
      this.model = alone.model;
      return;
    }
    this.interruptions++;
    const fitting = courses.filter(
      (course) =>
        (course.between === undefined || isEnding(between, course.between)) &&
        isEnding(outcome, course.outer),
    );
    const said = `exit ${between.exitCode} in the middle of what ended with ${outcome.exitCode}: ${between.stderr}${outcome.stderr}`;
    let problem: unknown = new Error(`in no order of the two: ${said}`);
    for (const { model, name } of fitting) {
      try {
        const comparison = new Comparison(this.world, model);
        await comparison.lists();
        // Two changes of which neither matters to the other leave one state, whoever was first.
        await comparison.record();
        await comparison.past(before.log.length);
        if (deed.do === "look") refuseOtherSight(outcome, this.world, [before, model]);
        this.model = model;
        return;
      } catch (error) {
        problem = new Error(`${name}, but ${error instanceof Error ? error.message : error}; ${said}`);
      }
    }
    throw problem;
  }

  /** What is exported is, taken in elsewhere, exported in the same bytes. */
  async #travel(): Promise<void> {
    const { stdout } = await this.world.bz("export", "--include-memories");
    const other = new SeamWorld();
    try {
      await other.bz("init", "--here", "--prefix", "bd");
      other.stdin = stdout;
      other.timeMs = this.world.timeMs;
      const { exitCode, stderr } = await other.bz("import", "-");
      const again = await other.bz("export", "--include-memories");
      if (exitCode !== 0 || again.stdout !== stdout)
        throw new Error(
          `what was exported comes in changed (exit ${exitCode} ${stderr}):\n${stdout}\n${again.stdout}`,
        );
    } finally {
      other.remove();
    }
  }
}

let interloper: Interloper | undefined;

/** A world in whose commands another one can be run. */
export class SeamWorld extends TestWorld {
  #onCall: (name: string) => void = () => {};
  override readonly openStore: World["openStore"] = watchedStore((name) => this.#onCall(name));

  constructor() {
    super();
    // What is asked here has nothing to do with what a power cut leaves, so the disk may be one of memory, which syncs at once.
    if (!existsSync("/dev/shm")) return;
    this.remove();
    this.directory = mkdtempSync("/dev/shm/bz-command-model-");
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Runs `action`, and in the middle of it a command line of somebody else, who began a little earlier. */
  async interrupted<T>(
    at: "lock" | number,
    words: readonly string[],
    action: () => Promise<T>,
  ): Promise<{ outcome: T; between?: Ended }> {
    interloper ??= new Interloper();
    let between: Ended | undefined;
    let calls = 0;
    this.#onCall = (name) => {
      calls++;
      if (between !== undefined || !(at === "lock" ? name === "tryLock" : calls === at)) return;
      between = interloper?.run({
        words,
        directory: this.directory,
        timeMs: this.timeMs - commandMs + betweenMs,
      });
    };
    try {
      const outcome = await action();
      return { outcome, ...(between === undefined ? {} : { between }) };
    } finally {
      this.#onCall = () => {};
    }
  }
}

/** With the versions that are expected said as numbers. */
function resolved(deed: Deed, { tracker }: Model): Deed {
  if (deed.do !== "update" || deed.version === undefined) return deed;
  const version = tracker.issues.get(deed.id)?.version ?? 1;
  return { ...deed, expected: deed.version === "known" ? version : version + 1000 };
}

function refuseOther(outcome: Ended, expected: Ending): void {
  if (isEnding(outcome, expected)) return;
  const { exitCode, stderr } = outcome;
  const wanted = `${expected.exitCode} ${expected.code}`;
  throw new Error(`exit ${exitCode} ${codeIn(stderr)}, where the model says ${wanted}: ${stderr}`);
}

/** Of several issues each failure stands in the answer instead of a code. */
function isEnding({ exitCode, stderr }: Ended, expected: Ending): boolean {
  if (exitCode !== expected.exitCode) return false;
  const code = exitCode === 0 ? undefined : codeIn(stderr);
  return code === undefined || expected.code === anyCode || code === expected.code;
}

/** A reader sees what was there before, or after. */
function refuseOtherSight({ stdout }: Outcome, world: TestWorld, models: readonly Model[]): void {
  if (models.some((model) => new Comparison(world, model).isShownBy(stdout))) return;
  throw new Error(`a reader saw neither the state before nor the one after: ${stdout}`);
}

function codeIn(stderr: string): string | undefined {
  const line = stderr.split("\n").findLast((each) => each.startsWith('{"error"'));
  return line === undefined ? undefined : JSON.parse(line).error.code;
}

function quoted(word: string): string {
  return /^[\w./:=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
