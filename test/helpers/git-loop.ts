import type { Finished } from "./bz-process";
import type { GitAnswer } from "./git";
import type { Worktree } from "./repository";

/** A branch of somebody else, and the issue that it brings. */
export interface Theirs {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
}

/**
 * What people do with git in a worktree in which agents write, again and again. It always comes back to `main`, and to nothing that is unfinished. The
 * commits tagged `before` and `old` have no tracker and an old face.
 */
export class GitLoop {
  readonly #done = new Map<string, number>();
  readonly #merged = new Set<string>();
  /** Issues that a merge had brought and bz did not show. */
  readonly hidden: string[] = [];
  #refusedMerges = 0;
  #lateShows = 0;

  constructor(
    readonly worktree: Worktree,
    readonly theirs: readonly Theirs[],
  ) {}

  /** Every action once, then all of them again for as long as it is told to. */
  async runWhile(isWorking: () => boolean): Promise<void> {
    for (let round = 0; round === 0 || isWorking(); round += 1) {
      for (const [name, action] of Object.entries(this.#actions)) {
        if (round > 0 && !isWorking()) return;
        await action();
        this.#done.set(name, (this.#done.get(name) ?? 0) + 1);
      }
    }
  }

  /** In a worktree in which nobody works any more: back to `main`, with everything merged. */
  async finish(): Promise<void> {
    await this.#git("checkout", "-q", "-f", "main");
    for (const { branch } of this.theirs) {
      await this.#commit("before the last merges");
      await this.#git("merge", "-q", "--no-edit", branch);
    }
  }

  told(): string {
    const counts = [...this.#done].map(([name, count]) => `${count} x ${name}`);
    return `${counts.join(", ")}; ${this.#merged.size} of theirs merged and ${this.#lateShows} of them shown late, ${this.#refusedMerges} merges refused by git`;
  }

  readonly #actions: Record<string, () => Promise<void>> = {
    "an older commit": async () => {
      await this.#visit("old");
    },
    "a commit from before init": async () => {
      await this.#visit("before");
    },
    "stash -u": async () => {
      await this.#git("stash", "-u", "-q");
      await Bun.sleep(pauseMs);
      // Nothing was stashed when nothing had changed; what does not fit any more is given up, as people do.
      const popped = await this.#try("stash", "pop", "-q");
      if (popped.code === 0) return;
      await this.#git("checkout", "-q", "-f", "main");
      await this.#try("stash", "drop", "-q");
    },
    "reset --hard": async () => {
      await this.#git("reset", "-q", "--hard");
      await Bun.sleep(pauseMs);
    },
    "clean -fd": async () => {
      await this.#git("clean", "-q", "-fd");
    },
    "a side branch": async () => {
      await this.#git("checkout", "-q", "-B", "side");
      await this.#commit("on the side");
      await Bun.sleep(pauseMs);
      await this.#git("checkout", "-q", "-f", "main");
      await this.#merge("side");
    },
    "a merge of theirs": async () => {
      const next = this.theirs.find(({ branch }) => !this.#merged.has(branch));
      if (next === undefined || !(await this.#merge(next.branch))) return;
      this.#merged.add(next.branch);
      // It stands in the face, or bz has taken it in before it wrote another one; or an exchange has just brought it out, and it is being taken in.
      const shown = await this.worktree.bz.run("show", next.id, "--json");
      if (shown.code === 0) return;
      this.#lateShows += 1;
      await Bun.sleep(1000);
      const shownLater = await this.worktree.bz.run("show", next.id, "--json");
      if (shownLater.code !== 0) this.hidden.push(tell(next, shownLater));
    },
  };

  async #visit(commit: string): Promise<void> {
    await this.#git("checkout", "-q", "-f", commit);
    await Bun.sleep(pauseMs);
    await this.#git("checkout", "-q", "-f", "main");
  }

  /** False when the face was written each time between the commit and the merge, and git would not touch it. */
  async #merge(branch: string): Promise<boolean> {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await this.#commit("ours, before a merge");
      const { code, stdout, stderr } = await this.#try("merge", "-q", "--no-edit", branch);
      if (code === 0) return true;
      if (!/would be overwritten by merge/.test(stderr))
        throw new Error(`merge ${branch}: ${stderr}${stdout}`);
      this.#refusedMerges += 1;
    }
    return false;
  }

  async #commit(message: string): Promise<void> {
    await this.#git("add", "-A");
    await this.#git("commit", "-q", "--allow-empty", "-m", message);
  }

  async #git(...words: string[]): Promise<void> {
    let { code, stdout, stderr } = await this.#try(...words);
    // A `sync` beside it may make a missing face just before git does; git says so, and is asked again.
    for (let again = 0; code !== 0 && stderr.includes("File exists") && again < 10; again += 1)
      ({ code, stdout, stderr } = await this.#try(...words));
    if (code !== 0) throw new Error(`git ${words.join(" ")} ended with ${code}: ${stderr}${stdout}`);
  }

  #try(...words: string[]): Promise<GitAnswer> {
    return this.worktree.git.runBeside(...words);
  }
}

/** Long enough for some of the agents to write meanwhile. */
const pauseMs = 40;

function tell({ id, title }: Theirs, { code, stdout, stderr }: Finished): string {
  return `${id} (${title}): ${code} ${stderr}${stdout}`;
}
