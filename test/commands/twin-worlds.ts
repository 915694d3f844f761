import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { finishFastCall } from "../../commands/command-line";
import type { FastAnswer, FastWorld } from "../../commands/fast/call";
import { answerFast } from "../../commands/fast-path";
import { closeFile } from "../../native/file";
import { compactIfFree } from "../../storage/compaction";
import { nativeEnvironment, type StorageEnvironment } from "../../storage/environment";
import { initialise } from "../../storage/init";
import { openForWriting } from "../../storage/session";
import { decodeStatusPage } from "../../storage/status-page";
import { openStore, Store } from "../../storage/store";
import { type Outcome, TestWorld } from "./test-world";

/** A world in which everything comes from its seed: two of one seed, of which the same is asked, hold the same bytes. */
export class TwinWorld extends TestWorld implements FastWorld {
  readonly #environment: StorageEnvironment;
  override readonly openStore: TestWorld["openStore"];
  override readonly initStore: TestWorld["initStore"];
  /** Whether the process would have ended. */
  hasEnded = false;

  /** @param wallMs what the clock of the store says all the while */
  constructor(seed: number, wallMs: number) {
    super();
    this.env = { BEADS_ACTOR: "tester", HOME: this.directory };
    this.randomBytes = randomFrom(seed);
    const { clocks, ...others } = nativeEnvironment();
    // What an export takes on a busy machine must not use up what exports may take.
    const environment = {
      ...others,
      clocks: { ...clocks, monotonicMs: () => 0, wallMs: () => wallMs },
      randomBytes: randomFrom(seed + 1),
    };
    this.#environment = environment;
    this.openStore = (request) => openStore(request, environment);
    this.initStore = async (request, options) => {
      const report = initialise(request, options, environment);
      const info = { timeMs: this.nowMs(), actor: "", command: "init" };
      await new Store(report.workspace, request, environment).sync(info);
      return report;
    };
  }

  /** The time and what looks like chance, as if nothing had been asked before. */
  begin(number: number): void {
    this.timeMs = Date.UTC(2026, 0, 16) + 10_000 * number;
    this.randomBytes = randomFrom(1_000_000 + number);
  }

  end(): void {
    this.hasEnded = true;
  }

  /** What the fast path answers, and does behind that; undefined when it gives up. */
  async fast(...words: string[]): Promise<Outcome | undefined> {
    const answer = this.fastAlone(...words);
    if (answer === undefined) return undefined;
    const exitCode = answer === "done" ? 0 : await finishFastCall(answer, this);
    return { exitCode, stdout: this.output[1] ?? "", stderr: this.output[2] ?? "" };
  }

  /** Without what the whole program does behind it. */
  fastAlone(...words: string[]): FastAnswer | undefined {
    this.output = { 1: "", 2: "" };
    const open = new Set(this.#openFiles());
    try {
      return answerFast(words, this);
    } finally {
      // As the end of the process does it: the fast path closes nothing.
      for (const descriptor of this.#openFiles()) if (!open.has(descriptor)) closeFile(descriptor);
    }
  }

  #openFiles(): number[] {
    const isOurs = (name: string): boolean => {
      const path = `/proc/self/fd/${name}`;
      return existsSync(path) && readlinkSync(path).startsWith(`${this.directory}/`);
    };
    return readdirSync("/proc/self/fd").filter(isOurs).map(Number);
  }

  /** As a start does it. */
  async fastOrWhole(...words: string[]): Promise<Outcome> {
    return (await this.fast(...words)) ?? this.bz(...words);
  }

  get storePath(): string {
    return join(this.directory, ".beads/store");
  }

  /** Folds the log as a command does that finds it long: into a delta, where the base is long enough. */
  fold(): void {
    const beads = this.#environment.fileSystem.openDirectory(join(this.directory, ".beads"));
    if (beads === undefined) throw new Error("there is a workspace");
    const session = openForWriting(beads, this.#environment);
    try {
      compactIfFree(session, 0);
    } finally {
      session.close();
      beads.close();
    }
  }
}

/** Two worlds alike, each with a workspace. */
export async function twins(seed: number): Promise<readonly [TwinWorld, TwinWorld]> {
  // Later than any face that is written meanwhile.
  const wallMs = Date.now() + 60_000;
  const pair = [new TwinWorld(seed, wallMs), new TwinWorld(seed, wallMs)] as const;
  for (const world of pair) {
    const { exitCode, stderr } = await world.bz("init", "--here", "--prefix", "bd");
    if (exitCode !== 0) throw new Error(stderr);
  }
  return pair;
}

/** Of everything that another tool wrote. */
export const time = "2026-01-02T03:04:05.678Z";

/** As another tool writes an issue. */
export function lineOf(id: string, more: object = {}): string {
  const fields = { title: `The ${id}`, status: "open", priority: 2, issue_type: "task" };
  return `${JSON.stringify({ id, ...fields, created_at: time, updated_at: time, ...more })}\n`;
}

/** Both with the same issues: in the log, unless they are folded. */
export async function twinsWith(lines: string, isFolded: boolean): Promise<readonly [TwinWorld, TwinWorld]> {
  const pair = await twins(7);
  for (const world of pair) {
    const path = join(world.directory, "seed.jsonl");
    writeFileSync(path, lines);
    await world.bz("import", path);
    if (isFolded) await world.bz("compact");
    await world.bz("q", "Behind it");
    await world.bz("sync");
  }
  return pair;
}

/** Of a world: the names in its store, the bytes of the log and of what it goes on from, the face, and what the status page says but for where the files lie. */
export function contentOf({ directory, storePath }: TwinWorld): object {
  const names = readdirSync(storePath).filter((name) => !name.startsWith("face.") && name !== "history");
  const files = names.filter((name) => /^(wal|snapshot)/.test(name)).sort();
  const page = decodeStatusPage(readFileSync(join(storePath, "lock")));
  return {
    names: names.sort(),
    files: files.map((name) => [name, readFileSync(join(storePath, name)).toHex()]),
    face: readFileSync(join(directory, ".beads/issues.jsonl"), "utf8"),
    page: page && { ...page, inode: 0n, device: 0n },
  };
}

/** Numbers that only look like chance: mulberry32. */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function randomFrom(seed: number): (length: number) => Uint8Array {
  const number = numbersFrom(seed);
  return (length) => Uint8Array.from({ length }, () => number(256));
}
