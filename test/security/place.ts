import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyOfTracker } from "../commands/contract/tracker";
import { sequenceOf, TestWorld, temporaryDirectory } from "../commands/test-world";
import { compiled } from "../helpers/bz-forms";
import type { Line } from "./hostile-tracker";

export interface Ended {
  readonly code: number | null;
  /** "HANG" when it had to be ended, "none" when no signal did. */
  readonly signal: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** What is done to one process: a resource taken from it, something in the place of a file, an odd environment. */
export interface Attack {
  readonly name: string;
  /** Done to the place before the process starts; an error says that it cannot be done here. */
  prepare?(place: Place): void;
  /** The whole command line, given the program and its words. */
  wrap?(command: readonly string[], place: Place): readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The store is not what it was: only what goes for every answer is claimed, and not that the next write works. */
  readonly hurtsStore?: boolean;
  /** It may be killed, or end with any code: what it had acknowledged still counts. */
  readonly mayDie?: boolean;
  /** The runtime opens /dev/null in the place of a closed stdin, so that whoever reads it finds nothing there. */
  readonly hasNoInput?: boolean;
  /** More to be claimed. */
  judge?(place: Place, ended: Ended, line: Line): string[];
}

const secretText = "SECRET: key of the user\n";
let template: TestWorld | undefined;

/** A copy of the tracker of the contract, with something of the user's beside it that is none of its business. */
export class Place {
  readonly world = new TestWorld();
  readonly outside: string;
  readonly secret: string;

  private constructor(readonly root: string) {
    this.world.directory = join(root, "work");
    this.outside = join(root, "outside");
    this.secret = join(this.outside, "key");
  }

  static async make(): Promise<Place> {
    template ??= await copyOfTracker();
    const place = new Place(temporaryDirectory());
    mkdirSync(place.outside);
    writeFileSync(place.secret, secretText);
    cpSync(template.directory, place.world.directory, { recursive: true });
    place.world.timeMs = Date.now();
    return place;
  }

  get directory(): string {
    return this.world.directory;
  }

  path(name: string): string {
    return join(this.directory, ".beads", name);
  }

  run(line: Line, { wrap, env = {} }: Attack): Ended {
    const own = [...compiled.command, ...line.words];
    const child = Bun.spawnSync([...(wrap?.(own, this) ?? own)], {
      cwd: existsSync(this.directory) ? this.directory : this.root,
      env: { PATH: process.env.PATH, HOME: this.root, BEADS_ACTOR: "tester", ...env },
      stdin: new TextEncoder().encode(line.stdin),
      stdout: "pipe",
      stderr: "pipe",
      timeout: deadlineMs,
      killSignal: "SIGKILL",
    });
    const { exitCode: code, signalCode, exitedDueToTimeout } = child;
    const signal = exitedDueToTimeout === true ? "HANG" : String(signalCode ?? "none");
    return { code, signal, stdout: child.stdout.toString(), stderr: child.stderr.toString() };
  }

  /** What was harmed outside of the workspace, in words. */
  harm(): string[] {
    const harmed: string[] = [];
    if (readFileSync(this.secret, "utf8") !== secretText) harmed.push("wrote to a file of the user's");
    const beside = readdirSync(this.outside).filter((name) => name !== "key");
    if (beside.length > 0) harmed.push(`made ${beside.join(", ")} outside`);
    if (existsSync(join(this.directory, "pwned"))) harmed.push("ran something");
    return harmed;
  }

  sequence(): Promise<number> {
    return sequenceOf(this.world);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Far more than any command takes here; whoever needs it hangs. */
const deadlineMs = 30_000;
