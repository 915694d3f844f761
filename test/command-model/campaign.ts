import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { TestWorld } from "../commands/test-world";
import { Random } from "../protocol-model/random";
import { firstDayMs, handWords, randomScript, type Step, wordsOf } from "./actions";
import { Comparison } from "./comparison";
import type { Model } from "./model";
import { predict, Undetermined } from "./rules";

/** A script that does what the model does not, as small as it can be made. */
export interface Finding {
  readonly seed: number;
  readonly lines: readonly string[];
  readonly message: string;
}

const emptyModel: Model = {
  tracker: { issues: new Map(), memories: new Map() },
  log: [],
  nowMs: firstDayMs,
};

/** Undefined when the command line did what the model says, from the first step to the last. */
export async function runSeed(seed: number, length: number): Promise<Finding | undefined> {
  const script = randomScript(new Random(seed), length);
  const problem = await problemOf(script);
  if (problem === undefined) return undefined;
  const smallest = await shrink(script);
  const { lines, message } = (await problemOf(smallest)) ?? problem;
  return { seed, lines, message };
}

/** Takes steps away, first many at once, then one by one, as long as anything is wrong without them. */
async function shrink(script: readonly Step[]): Promise<readonly Step[]> {
  let smallest = script;
  for (let size = Math.ceil(script.length / 2); size > 0; size = size > 1 ? Math.ceil(size / 2) : 0) {
    for (let at = 0; at < smallest.length; ) {
      const fewer = smallest.toSpliced(at, size);
      if (fewer.length > 0 && (await problemOf(fewer)) !== undefined) smallest = fewer;
      else at += size;
    }
  }
  return smallest;
}

async function problemOf(script: readonly Step[]): Promise<Omit<Finding, "seed"> | undefined> {
  const run = new Run();
  try {
    await run.play(script);
    return undefined;
  } catch (error) {
    return { lines: run.lines, message: error instanceof Error ? error.message : String(error) };
  } finally {
    run.end();
  }
}

class Run {
  readonly lines: string[] = [];
  readonly #world = quickWorld();
  #model = emptyModel;

  async play(script: readonly Step[]): Promise<void> {
    await this.#bz("init", "--here", "--prefix", "bd");
    for (const [at, step] of script.entries()) {
      if (!(await this.#take(step))) continue;
      const comparison = new Comparison(this.#world, this.#model);
      await comparison.lists();
      if (at % 4 === 3) await comparison.answers();
      if ("id" in step.deed) await comparison.details([step.deed.id]);
    }
    await this.#compareAll();
    await this.#bz("compact");
    await this.#bz("doctor");
    await this.#compareAll();
    await this.#travel();
  }

  end(): void {
    rmSync(this.#world.directory, { recursive: true, force: true });
  }

  /** False for what the model cannot foretell, which is left out. */
  async #take(step: Step): Promise<boolean> {
    let expected: ReturnType<typeof predict>;
    try {
      expected = predict(this.#model, step);
    } catch (error) {
      if (error instanceof Undetermined) return false;
      throw error;
    }
    if (step.deed.do === "sleep") {
      this.lines.push("# a day goes by");
      this.#world.timeMs += 86_400_000;
    } else {
      const words = wordsOf(step.deed, this.#model);
      const { exitCode, stderr } = await this.#bz(...words, ...handWords(step.by), "--json");
      const [wanted, code] = [
        [expected.exitCode, expected.code],
        exitCode === 0 ? undefined : codeIn(stderr),
      ];
      // Of several issues each failure stands in the answer instead.
      if (
        `${exitCode} ${code}` !== wanted.join(" ") &&
        !(code === undefined && exitCode === expected.exitCode)
      )
        throw new Error(`exit ${exitCode} ${code}, where the model says ${wanted.join(" ")}: ${stderr}`);
    }
    this.#model = expected.model;
    return true;
  }

  async #compareAll(): Promise<void> {
    const comparison = new Comparison(this.#world, this.#model);
    await comparison.lists();
    await comparison.answers();
    await comparison.details([...this.#model.tracker.issues.keys()]);
    await comparison.past();
  }

  /** What is exported is, taken in elsewhere, exported in the same bytes. */
  async #travel(): Promise<void> {
    const { stdout } = await this.#world.bz("export", "--include-memories");
    const other = quickWorld();
    try {
      await other.bz("init", "--here", "--prefix", "bd");
      other.stdin = stdout;
      other.timeMs = this.#world.timeMs;
      const { exitCode, stderr } = await other.bz("import", "-");
      const again = await other.bz("export", "--include-memories");
      if (exitCode !== 0 || again.stdout !== stdout)
        throw new Error(
          `what was exported comes in changed (exit ${exitCode} ${stderr}):\n${stdout}\n${again.stdout}`,
        );
    } finally {
      rmSync(other.directory, { recursive: true, force: true });
    }
  }

  async #bz(...words: string[]) {
    this.lines.push(`bz ${words.map(quoted).join(" ")}`);
    return this.#world.bz(...words);
  }
}

/** What is asked here has nothing to do with what a power cut leaves, so the disk may be one of memory, which syncs at once. */
function quickWorld(): TestWorld {
  const world = new TestWorld();
  if (!existsSync("/dev/shm")) return world;
  rmSync(world.directory, { recursive: true, force: true });
  world.directory = mkdtempSync("/dev/shm/bz-command-model-");
  return world;
}

function codeIn(stderr: string): string | undefined {
  const line = stderr.split("\n").findLast((each) => each.startsWith('{"error"'));
  return line === undefined ? undefined : JSON.parse(line).error.code;
}

function quoted(word: string): string {
  return /^[\w./:=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
