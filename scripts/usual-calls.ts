import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Calls a program in a store, with further variables of the environment. */
export type Call = (
  program: readonly string[],
  words: readonly string[],
  variables?: Record<string, string>,
) => void;

/**
 * A store as agents leave it: some issues in a snapshot, with what most issues have: labels, comments, changes, an estimate, one that waits for another, one that is part of another.
 * @param program bz, in whatever form there is
 * @throws Error when a call fails
 */
export function inUsualStore<T>(program: readonly string[], use: (call: Call) => T): T {
  const place = mkdtempSync(join(tmpdir(), "bz-usual-"));
  const call: Call = (started, words, variables = {}) => {
    const { exitCode, stderr } = Bun.spawnSync([...started, ...words], {
      cwd: place,
      env: { HOME: place, BEADS_ACTOR: "builder", BEADS_SYNC_AUTO_FLUSH: "false", ...variables },
      stdout: "ignore",
      stderr: "pipe",
    });
    if (exitCode !== 0) throw new Error(`bz ${words.join(" ")} ended with ${exitCode}: ${stderr.toString()}`);
  };
  try {
    // Wherever temporary files lie: a repository around them gets no workspace.
    call(program, ["init", "--here"]);
    const said = ["-d", "What is to be done, and why", "-l", "parser,urgent", "-e", "60"];
    call(program, ["create", "The whole", "--id", "bd-4", "-t", "epic"]);
    call(program, ["create", "The first one", "--id", "bd-1", ...said]);
    call(program, ["create", "The second one", "--id", "bd-2", ...said, "--deps", "bd-1"]);
    call(program, ["create", "The third one", "--id", "bd-3", ...said, "--parent", "bd-4"]);
    for (const id of ["bd-1", "bd-2", "bd-3"]) {
      call(program, ["comments", "add", id, "Seen on the way"]);
      call(program, ["update", id, "-p", "1"]);
    }
    call(program, ["compact"]);
    return use(call);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
