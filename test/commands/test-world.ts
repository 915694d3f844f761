import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "../../commands/command-line";
import { systemWorld, type World } from "../../commands/world";
import { BzError } from "../../model/errors";
import { removeAtTheEnd } from "../helpers/temporary-directories";

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function temporaryDirectory(): string {
  return removeAtTheEnd(realpathSync(mkdtempSync(join(tmpdir(), "bz-commands-"))));
}

/** A world with a clock of its own, an environment of its own and captured output; the disk is real, in a directory of its own. */
export class TestWorld implements World {
  env: Record<string, string | undefined> = { BEADS_ACTOR: "tester" };
  calledAs = "bz";
  program = { path: "/opt/bz/commands/world.ts", isCompiled: false };
  /** What the network answers; without it there is none. */
  fetched: { readonly status: number; readonly text: string } | undefined;
  requests: string[] = [];
  /** What programs end with, and which have run. */
  programExitCode = 0;
  programs: { readonly words: readonly string[]; readonly directory: string }[] = [];
  userId: number | undefined = 1000;
  directory = temporaryDirectory();
  timeMs = Date.UTC(2026, 0, 15, 12);
  stdin = "";
  stdinReads = 0;
  terminals: readonly number[] = [];
  size = { columns: 80, rows: 24 };
  hasPager = true;
  /** What was shown in a pager, or was to be. */
  paged: { readonly command: string; readonly text: string }[] = [];
  /** What a write to a descriptor does instead of succeeding. */
  failing = new Map<number, Error>();
  output: Record<number, string> = { 1: "", 2: "" };
  readonly openStore = systemWorld().openStore;
  readonly initStore = systemWorld().initStore;

  currentDirectory(): string {
    return this.directory;
  }

  changeDirectory(path: string): void {
    this.directory = path.startsWith("/") ? path : join(this.directory, path);
  }

  nowMs(): number {
    this.timeMs += 1000;
    return this.timeMs;
  }

  randomBytes(length: number): Uint8Array {
    return crypto.getRandomValues(new Uint8Array(length));
  }

  async readStdin(): Promise<Uint8Array> {
    this.stdinReads++;
    return new TextEncoder().encode(this.stdin);
  }

  readFile(path: string, regularLimitBytes?: number): Promise<Uint8Array | undefined> {
    return systemWorld().readFile(path, regularLimitBytes);
  }

  isTerminal(descriptor: number): boolean {
    return this.terminals.includes(descriptor);
  }

  terminalSize(descriptor: number): { columns: number; rows: number } | undefined {
    return this.isTerminal(descriptor) ? this.size : undefined;
  }

  async page(command: string, text: string): Promise<"shown" | "unavailable"> {
    this.paged.push({ command, text });
    return this.hasPager ? "shown" : "unavailable";
  }

  write(descriptor: number, text: string): "written" {
    const error = this.failing.get(descriptor);
    if (error !== undefined) throw error;
    this.output[descriptor] += text;
    return "written";
  }

  async fetchText(url: string): Promise<{ readonly status: number; readonly text: string }> {
    this.requests.push(url);
    if (this.fetched === undefined)
      throw new BzError("REGISTRY_UNREACHABLE", "there is no network", { hint: "later" });
    return this.fetched;
  }

  async runProgram(words: readonly string[], directory: string): Promise<number> {
    this.programs.push({ words, directory });
    return this.programExitCode;
  }

  /** Runs one command line. */
  async bz(...words: string[]): Promise<Outcome> {
    this.output = { 1: "", 2: "" };
    const exitCode = await runCommandLine(words, this);
    return { exitCode, stdout: this.output[1] ?? "", stderr: this.output[2] ?? "" };
  }

  /** The document that a command line answers under --json. */
  async json(...words: string[]): Promise<unknown> {
    const { stdout } = await this.bz(...words, "--json");
    return JSON.parse(stdout);
  }
}

/** A world with a workspace in it. */
export async function initialisedWorld(): Promise<TestWorld> {
  const world = new TestWorld();
  const { exitCode, stderr } = await world.bz("init", "--here");
  if (exitCode !== 0) throw new Error(stderr);
  return world;
}

/** The sequence of the last transaction: unchanged when nothing was written. */
export async function sequenceOf(world: TestWorld): Promise<number> {
  // Any other shape has no number there, which is an error below.
  const { store } = (await world.json("info")) as { store?: { sequence?: unknown } };
  if (typeof store?.sequence !== "number") throw new Error("info names no sequence");
  return store.sequence;
}
