import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compiled } from "../helpers/bz-forms";
import { type Finished, type Started, startProcess } from "../helpers/bz-process";
import type { Shown } from "./ledger";

/** Processes of bz in a directory of a disk that is tried out. */
export class DiskTracker {
  constructor(
    readonly directory: string,
    readonly home: string,
  ) {}

  get beads(): string {
    return join(this.directory, ".beads");
  }

  get store(): string {
    return join(this.beads, "store");
  }

  start(wrapper: readonly string[], ...words: string[]): Started {
    const env = { PATH: process.env.PATH ?? "", HOME: this.home };
    const command = [...wrapper, ...compiled.command, ...words];
    return startProcess(command, { cwd: this.directory, env, deadlineMs: 60_000 });
  }

  run(...words: string[]): Promise<Finished> {
    return this.start([], ...words).finished;
  }

  async succeed(...words: string[]): Promise<string> {
    const { code, signal, stdout, stderr } = await this.run(...words);
    if (code !== 0) throw new Error(`bz ${brief(words)} ended with ${signal ?? code}: ${stderr}`);
    return stdout;
  }

  async list(): Promise<Shown[]> {
    return issuesIn(await this.succeed("list", "--all", "--json", "--fields", "id,title,status,description"));
  }

  /** The lines of the face, read without bz; the ones that are no JSON are told apart. */
  face(): { lines: Shown[]; damaged: number } {
    const texts = readFileSync(join(this.beads, "issues.jsonl"), "utf8")
      .split("\n")
      .filter((text) => text !== "");
    const lines: Shown[] = [];
    let damaged = 0;
    for (const text of texts) {
      try {
        lines.push(JSON.parse(text) as Shown);
      } catch {
        damaged += 1;
      }
    }
    return { lines, damaged };
  }

  /** What `doctor` calls a failure. */
  async ailments(): Promise<string[]> {
    const { code, stdout, stderr } = await this.run("doctor", "--json");
    if (stdout === "") return [`doctor ended with ${code}: ${stderr}`];
    const { checks } = JSON.parse(stdout) as { checks: { name: string; status: string; message: string }[] };
    return checks
      .filter(({ status }) => status === "failure")
      .map(({ name, message }) => `doctor: ${name}: ${message}`);
  }
}

export function issuesIn(stdout: string): Shown[] {
  return (JSON.parse(stdout) as { issues: Shown[] }).issues;
}

/** Of the one that a command made. */
export function idIn(stdout: string): string {
  return (JSON.parse(stdout) as { id: string }).id;
}

/** The code of the error that a command told, "" for none. */
export function errorCode({ stderr }: Finished): string {
  const line = stderr.trim().split("\n").at(-1) ?? "";
  try {
    return (JSON.parse(line) as { error: { code: string } }).error.code;
  } catch {
    return "";
  }
}

/** As a person would type it, long texts cut. */
export function brief(words: readonly string[]): string {
  return words.map((word) => (word.length > 60 ? `${word.slice(0, 60)}...` : word)).join(" ");
}
