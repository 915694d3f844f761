import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { Tracker, temporaryDirectory } from "./bz";
import type { Form } from "./bz-forms";
import type { Finished } from "./bz-process";
import { Git } from "./git";

/** A git worktree with a tracker in it, used by processes of both. */
export class Worktree {
  readonly bz: Tracker;

  constructor(
    readonly form: Form,
    readonly git: Git,
  ) {
    this.bz = new Tracker(form, git.directory, git.env.HOME);
  }

  get facePath(): string {
    return join(this.git.directory, ".beads/issues.jsonl");
  }

  face(): string {
    return readFileSync(this.facePath, "utf8");
  }

  /** What a new face would hold, whatever the one that stands holds. */
  exported(): Promise<string> {
    return this.bz.succeed("export");
  }

  async issues(): Promise<Map<string, FaceIssue>> {
    return readIssues(await this.exported());
  }

  /** `bz q` with these words; the id. */
  async quick(...words: string[]): Promise<string> {
    return (await this.bz.succeed("q", ...words)).trim();
  }

  /** Brings the face up to date and commits whatever git sees. */
  async syncAndCommit(message: string): Promise<void> {
    await this.bz.succeed("sync");
    this.git.commitAll(message);
  }

  check(): Promise<Finished> {
    return this.bz.run("sync", "--check");
  }
}

/**
 * A repository whose first commit, tagged `before`, never saw bz, and whose second has an empty tracker. Everything that the test makes beside it stands in
 * `root`, which is also the home of its processes.
 */
export async function makeRepository(form: Form, name: string): Promise<{ root: string; main: Worktree }> {
  const root = realpathSync(temporaryDirectory(name));
  const git = Git.init(join(root, "main"), root);
  git.write("code", "1\n");
  git.commitAll("code");
  git.succeed("tag", "before");
  const main = new Worktree(form, git);
  await main.bz.succeed("init");
  git.commitAll("tracker");
  return { root, main };
}

const faceIssue = v.looseObject({
  id: v.string(),
  title: v.string(),
  status: v.string(),
  priority: v.number(),
  description: v.optional(v.string()),
  labels: v.optional(v.array(v.string()), []),
  comments: v.optional(v.array(v.looseObject({ text: v.string() })), []),
  dependencies: v.optional(v.array(v.looseObject({ depends_on_id: v.string(), type: v.string() })), []),
});

export type FaceIssue = v.InferOutput<typeof faceIssue>;

/** The issues among the lines of a face. Throws when an id comes twice. */
export function readIssues(text: string): Map<string, FaceIssue> {
  const issues = new Map<string, FaceIssue>();
  for (const line of text.split("\n").filter((each) => each !== "")) {
    const issue = v.parse(faceIssue, JSON.parse(line));
    if (issues.has(issue.id)) throw new Error(`${issue.id} stands on two lines`);
    issues.set(issue.id, issue);
  }
  return issues;
}
