import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compiled } from "../helpers/bz-forms";
import { type Started, startProcess } from "../helpers/bz-process";
import { actor, type DisturbedCommand, stageCommonStore } from "./disturbed-commands";
import { runHere, succeedHere } from "./hand";
import { difference, type Observation, observe } from "./observation";
import { type Point, pointsOf, rehearse } from "./point";

/** How a copied store is met: as it was copied, where its status page counts for nothing, or after another write. */
export type Age = "copied" | "written";

/** What a command does when nothing disturbs it. */
export interface Rehearsal {
  readonly points: readonly Point[];
  /** What it changes. */
  readonly change: readonly string[];
}

/** Prepared stores, one for each command, and directories in which copies of them are disturbed. */
export class Theatre {
  readonly #directory = mkdtempSync(join(tmpdir(), "bz-faults-"));
  readonly #staged = new Map<string, Promise<string>>();
  #laneCount = 0;

  close(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  newLane(): Lane {
    this.#laneCount += 1;
    const home = join(this.#directory, `lane${this.#laneCount}`);
    mkdirSync(home);
    return new Lane(home, (command) => this.#store(command));
  }

  /** The directory with the store that a command meets, made when it is first wanted. */
  #store(command: DisturbedCommand): Promise<string> {
    const known = this.#staged.get(command.name);
    if (known !== undefined) return known;
    const staged = this.#stage(command);
    this.#staged.set(command.name, staged);
    return staged;
  }

  async #stage(command: DisturbedCommand): Promise<string> {
    const directory = join(this.#directory, command.name.replaceAll(/\W+/g, "-"));
    mkdirSync(directory);
    if (command.isBirth !== true || command.stage !== undefined) await stageCommonStore(directory);
    await command.stage?.(directory);
    return directory;
  }
}

/** One directory, always under the same path, in which one process after the other is disturbed. */
export class Lane {
  readonly directory: string;
  readonly tracePath: string;
  readonly #store: (command: DisturbedCommand) => Promise<string>;

  constructor(home: string, store: (command: DisturbedCommand) => Promise<string>) {
    this.directory = join(home, "tracker");
    this.tracePath = join(home, "calls");
    this.#store = store;
  }

  /** A fresh copy of the store of a command, and what it says before the command is run. */
  async set(command: DisturbedCommand, age: Age): Promise<Observation | undefined> {
    rmSync(this.directory, { recursive: true, force: true });
    cpSync(await this.#store(command), this.directory, { recursive: true, preserveTimestamps: true });
    if (age === "written") await succeedHere(this.directory, ["q", "Written before"]);
    const before = command.isRepair === true ? await observe(this.directory) : undefined;
    command.late?.(this.directory);
    return before ?? observe(this.directory);
  }

  async rehearse(command: DisturbedCommand, age: Age): Promise<Rehearsal> {
    const before = await this.set(command, age);
    const walSize = this.#newestSegmentBytes();
    const start = (wrapper: readonly string[]): Started => this.start(wrapper, command);
    const seen = await rehearse(this.directory, this.tracePath, start);
    const points = [
      ...pointsOf(command.name, seen),
      ...limitsOf(command.name, walSize, this.#newestSegmentBytes()),
    ];
    // What is being born has no lock yet that others could want, and what is damaged serves nobody.
    const isShared = command.isBirth !== true && command.isRepair !== true;
    const possible = points.filter(({ fault }) => isShared || fault.kind !== "contended");
    return { points: possible, change: difference(before, await observe(this.directory)) };
  }

  start(wrapper: readonly string[], command: DisturbedCommand): Started {
    const env = { PATH: process.env.PATH ?? "", HOME: this.directory, ...actor };
    const words = [...wrapper, ...compiled.command, ...command.words];
    return startProcess(words, { cwd: this.directory, env, deadlineMs: 120_000 });
  }

  /** What the command answers when nothing disturbs it. */
  async undisturbedAnswer(command: DisturbedCommand): Promise<string> {
    const { stdout } = await runHere(this.directory, command.words, actor);
    return stdout;
  }

  /** Bytes of each segment of the log, by its name. */
  segmentBytes(): Map<string, number> {
    const store = join(this.directory, ".beads/store");
    const names = existsSync(store) ? readdirSync(store) : [];
    const segments = names.filter((name) => /^wal\.\d+$/.test(name));
    return new Map(segments.map((name) => [name, statSync(join(store, name)).size]));
  }

  #newestSegmentBytes(): number {
    const generations = [...this.segmentBytes()].map(
      ([name, bytes]) => [Number(name.slice("wal.".length)), bytes] as const,
    );
    return generations.sort(([a], [b]) => b - a)[0]?.[1] ?? 0;
  }
}

/** From fewer descriptors than the runtime needs to more than bz does; files cut short at the beginning, and at a dozen places of what is appended. */
function limitsOf(command: string, bytesBefore: number, bytesAfter: number): Point[] {
  const appended = Math.max(bytesAfter - bytesBefore, 0);
  const within = Array.from({ length: 12 }, (_, index) => bytesBefore + Math.floor((appended * index) / 12));
  const sizes = new Set([0, 1, 100, 159, 300, 1000, 4096, ...within]);
  const descriptors = Array.from({ length: 20 }, (_, index) => 6 + index);
  return [
    ...[...sizes].map((value) => limitPoint(command, "fsize", value)),
    ...descriptors.map((value) => limitPoint(command, "nofile", value)),
  ];
}

function limitPoint(command: string, limit: "nofile" | "fsize", value: number): Point {
  return { command, call: limit, ordinal: value, target: ".", fault: { kind: "limit", limit, value } };
}
