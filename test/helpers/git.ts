import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { report } from "./bz-report";

/** Whether git can be run here; says loudly when not, as the tests that need it are skipped then. */
export function hasGit(): boolean {
  const isThere = Bun.which("git") !== null;
  if (!isThere) report("NO GIT HERE: tests are SKIPPED.");
  return isThere;
}

export interface GitAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Real git in one worktree, with nothing of the user's configuration. */
export class Git {
  readonly env: Record<string, string>;

  constructor(
    readonly directory: string,
    home = directory,
  ) {
    this.env = {
      PATH: process.env.PATH ?? "",
      HOME: home,
      LC_ALL: "C",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
      GIT_EDITOR: "true",
      GIT_AUTHOR_NAME: "Tester",
      GIT_AUTHOR_EMAIL: "tester@example.org",
      GIT_COMMITTER_NAME: "Tester",
      GIT_COMMITTER_EMAIL: "tester@example.org",
    };
  }

  /** A new repository on the branch `main`. */
  static init(directory: string, home?: string): Git {
    mkdirSync(directory, { recursive: true });
    const git = new Git(directory, home);
    git.succeed("init", "-q", "-b", "main");
    git.succeed("config", "gc.auto", "0");
    return git;
  }

  run(...words: string[]): GitAnswer {
    const child = Bun.spawnSync(["git", ...words], {
      cwd: this.directory,
      env: this.env,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: 60_000,
      killSignal: "SIGKILL",
    });
    return { code: child.exitCode, stdout: child.stdout.toString(), stderr: child.stderr.toString() };
  }

  /** The same without stopping everything else in this process. */
  async runBeside(...words: string[]): Promise<GitAnswer> {
    const child = Bun.spawn(["git", ...words], {
      cwd: this.directory,
      env: this.env,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: 60_000,
      killSignal: "SIGKILL",
    });
    const [stdout, stderr, code] = await Promise.all([
      child.stdout.text(),
      child.stderr.text(),
      child.exited,
    ]);
    return { code, stdout, stderr };
  }

  /** What it printed, without the last line feed. Throws when the exit code is not 0. */
  succeed(...words: string[]): string {
    const { code, stdout, stderr } = this.run(...words);
    if (code !== 0) throw new Error(`git ${words.join(" ")} ended with ${code}: ${stderr}${stdout}`);
    return stdout.replace(/\n$/, "");
  }

  write(name: string, text: string): void {
    const path = join(this.directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Commits whatever git sees; the name of the commit. */
  commitAll(message: string): string {
    this.succeed("add", "-A");
    this.succeed("commit", "-q", "--allow-empty", "-m", message);
    return this.succeed("rev-parse", "HEAD");
  }

  /** A linked worktree at `directory`, on a new branch unless it is told where to start. */
  addWorktree(directory: string, ...words: string[]): Git {
    this.succeed("worktree", "add", "-q", directory, ...words);
    return new Git(directory, this.env.HOME);
  }

  clone(directory: string): Git {
    this.succeed("clone", "-q", this.directory, directory);
    return new Git(directory, this.env.HOME);
  }
}
