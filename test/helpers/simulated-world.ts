import type { BzError } from "../../model/errors";
import type { StorageEnvironment } from "../../storage/environment";
import { Store } from "../../storage/store";
import type { Workspace } from "../../storage/workspace";
import {
  type Call,
  type CallName,
  CrashingFileSystem,
  type Fault,
  type Plan,
  Stopped,
} from "./crashing-file-system";
import type { Fate } from "./fate";
import { SimulatedDisk } from "./simulated-disk";
import { FileNode } from "./simulated-file";

/** A path that the real disk does not have, so that nothing read around the seam is found there. */
export const repositoryPath = "/simulated/repository";
export const beadsPath = `${repositoryPath}/.beads`;
export const storePath = `${beadsPath}/store`;
export const workspace: Workspace = { beadsPath, storeOwnerPath: beadsPath, reason: "the test made it" };

/** What became of something that a process did. */
export type Outcome<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "stopped" };

/** One machine: a disk, a clock, and the processes of the present boot. */
export class SimulatedWorld {
  readonly #processes = new Map<number, SimulatedProcess>();
  #lastProcessId = 100;
  nowMs = 1_767_323_045_000;

  constructor(readonly disk = new SimulatedDisk()) {}

  /** A repository with an empty `.beads/`, or with these lines as its face, all of it on the disk. */
  static withWorkspace(faceLines?: readonly string[]): SimulatedWorld {
    const world = new SimulatedWorld();
    const { disk } = world;
    let directory = disk.root;
    for (const name of beadsPath.split("/").filter((part) => part !== "")) {
      disk.makeDirectory(directory, name, 0o755);
      const made = directory.entries.get(name);
      if (made?.kind === "directory") directory = made;
    }
    if (faceLines !== undefined) {
      const face = disk.createFile(directory, "issues.jsonl", 0o644);
      face.write(0, new TextEncoder().encode(faceLines.map((line) => `${line}\n`).join("")), disk.tick());
    }
    disk.settle();
    return world;
  }

  /** A new process, whose calls `plan` may stop or fail. */
  start(plan?: Plan): SimulatedProcess {
    this.#lastProcessId += 1;
    const process = new SimulatedProcess(this, this.#lastProcessId, plan);
    this.#processes.set(process.id, process);
    return process;
  }

  isAlive(processId: number): boolean {
    return this.#processes.get(processId)?.isAlive === true;
  }

  /** The same machine at the same moment, after every process was killed. */
  fork(): SimulatedWorld {
    return this.#succeededBy(this.disk.fork());
  }

  /** The machine after a power cut at this moment; this one stays as it is, for other cuts. */
  powerCut(seed: number, fate?: Fate): SimulatedWorld {
    return this.#succeededBy(this.disk.powerCut(seed, fate));
  }

  /** The machine after its file system went down and was mounted again. */
  remount(seed: number): SimulatedWorld {
    return this.#succeededBy(this.disk.remount(seed));
  }

  /** The bytes of a file below `.beads/`, as a reader would find them now. */
  file(name: string): FileNode | undefined {
    const node = this.disk.at(`${beadsPath}/${name}`);
    return node instanceof FileNode ? node : undefined;
  }

  /** Removes a file or a whole directory without asking anyone; `.beads/` itself unless a name below it is given. */
  remove(name?: string): void {
    const parts = (name === undefined ? beadsPath : `${beadsPath}/${name}`).split("/");
    const last = parts.pop() ?? "";
    const directory = this.disk.at(parts.join("/"));
    if (directory?.kind !== "directory") throw new Error(`there is no ${parts.join("/")}`);
    this.disk.removeTree(directory, last);
  }

  #succeededBy(disk: SimulatedDisk): SimulatedWorld {
    const world = new SimulatedWorld(disk);
    world.#lastProcessId = this.#lastProcessId;
    world.nowMs = this.nowMs + 1000;
    return world;
  }
}

/** One process: it has descriptors, dies where its plan says, and loses descriptors and locks when it does. */
export class SimulatedProcess {
  readonly calls: Call[] = [];
  readonly handles = new Set<{ close(): void }>();
  readonly maps = new Set<{ endMap(): void }>();
  readonly environment: StorageEnvironment;
  isAlive = true;

  constructor(
    readonly world: SimulatedWorld,
    readonly id: number,
    public plan: Plan | undefined,
  ) {
    this.environment = {
      fileSystem: new CrashingFileSystem(world.disk, this),
      processes: {
        id,
        isAlive: (other) => world.isAlive(other),
        startTime: (other) => (world.isAlive(other) ? other * 7 : 0),
      },
      clocks: { monotonicMs: () => world.nowMs, wallMs: () => world.nowMs },
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
      findHolder: () => undefined,
      pause: (milliseconds) => this.passTime(milliseconds),
    };
  }

  /** The door, with a short wait for the lock. */
  store(lockTimeoutMs = 100): Store {
    return new Store(workspace, { cwd: repositoryPath, env: {}, lockTimeoutMs }, this.environment);
  }

  enter(name: CallName, path: string, bytes = 0): Fault | undefined {
    if (!this.isAlive) throw new Stopped();
    const call = { number: this.calls.length + 1, name, path, bytes };
    this.calls.push(call);
    this.world.nowMs += 0.05;
    const fault = this.plan?.(call);
    if (fault?.kind === "stop") this.die();
    // The plan may have killed this very process by other means.
    if (!this.isAlive) throw new Stopped();
    return fault;
  }

  die(): never {
    this.kill();
    throw new Stopped();
  }

  kill(): void {
    this.isAlive = false;
    for (const handle of [...this.handles]) handle.close();
    for (const map of this.maps) map.endMap();
    this.maps.clear();
  }

  passTime(milliseconds: number): void {
    this.world.nowMs += milliseconds;
  }
}

/** Runs `action` to its end, or to where its process dies. */
export function attempt<T>(action: () => T): Outcome<T> {
  try {
    return { kind: "done", value: action() };
  } catch (error) {
    return failedOrStopped(error);
  }
}

export async function attemptAsync<T>(action: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: "done", value: await action() };
  } catch (error) {
    return failedOrStopped(error);
  }
}

function failedOrStopped(error: unknown): { kind: "failed"; error: unknown } | { kind: "stopped" } {
  return error instanceof Stopped ? { kind: "stopped" } : { kind: "failed", error };
}

export function codeOf(outcome: Outcome<unknown>): BzError["code"] | "done" | "stopped" | undefined {
  if (outcome.kind !== "failed") return outcome.kind;
  const { error } = outcome;
  return error instanceof Error && "code" in error ? (error as BzError).code : undefined;
}
