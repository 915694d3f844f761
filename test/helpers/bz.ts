import { onTestFinished } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Form } from "./bz-forms";
import { type Finished, type Started, startProcess } from "./bz-process";

/** A directory that is removed after the test that asked for it. */
export function temporaryDirectory(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), `bz-stress-${name}-`));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Where a search path is all that a program inherits from us. */
export function plainEnvironment(home: string): Record<string, string> {
  return { PATH: process.env.PATH ?? "", HOME: home };
}

/** A fresh tracker in a directory of its own, used by processes of one form of bz. */
export class Tracker {
  readonly env: Record<string, string>;

  constructor(
    readonly form: Form,
    readonly directory: string,
    home = directory,
  ) {
    this.env = plainEnvironment(home);
  }

  get storePath(): string {
    return join(this.directory, ".beads/store");
  }

  start(...words: string[]): Started {
    return this.startUnder([], ...words);
  }

  /** The same behind another program, `strace` and its flags say. */
  startUnder(wrapper: readonly string[], ...words: string[]): Started {
    return startProcess([...wrapper, ...this.form.command, ...words], { cwd: this.directory, env: this.env });
  }

  run(...words: string[]): Promise<Finished> {
    return this.start(...words).finished;
  }

  /** What it printed. Throws when the exit code is not 0. */
  async succeed(...words: string[]): Promise<string> {
    const { code, signal, stdout, stderr } = await this.run(...words);
    if (code === 0) return stdout;
    throw new Error(`bz ${words.join(" ")} ended with ${signal ?? code}: ${stderr}${stdout}`);
  }

  async json(...words: string[]): Promise<unknown> {
    return JSON.parse(await this.succeed(...words, "--json"));
  }
}

export async function makeTracker(form: Form, name: string): Promise<Tracker> {
  const tracker = new Tracker(form, temporaryDirectory(name));
  await tracker.succeed("init", "--here");
  return tracker;
}
