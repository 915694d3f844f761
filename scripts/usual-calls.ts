import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Calls a program in a store, with further variables of the environment. */
export type Call = (
  program: readonly string[],
  words: readonly string[],
  variables?: Record<string, string>,
) => void;

/**
 * A store as agents leave it: some issues in a snapshot, with what most issues have: labels, comments, changes, an estimate, one that waits for another, one that is part of another, one that came from elsewhere.
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
    call(program, ["create", "The whole", "--id", "bd-4f1d", "-t", "epic"]);
    call(program, ["create", "The first one", "--id", "bd-4f1a", ...said]);
    call(program, ["create", "The second one", "--id", "bd-4f1b", ...said, "--deps", "bd-4f1a"]);
    call(program, ["create", "The third one", "--id", "bd-4f1c", ...said, "--parent", "bd-4f1d"]);
    for (const id of ["bd-4f1a", "bd-4f1b", "bd-4f1c"]) {
      call(program, ["comments", "add", id, "Seen on the way"]);
      call(program, ["update", id, "-p", "1"]);
    }
    writeFileSync(join(place, "given.jsonl"), `${JSON.stringify(given)}\n`);
    call(program, ["import", "given.jsonl"]);
    call(program, ["compact"]);
    return use(call);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Without the stamps that bz gives an issue. */
const given = {
  id: "bd-4f1e",
  title: "The fourth one",
  status: "open",
  priority: 2,
  issue_type: "bug",
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-02T00:00:00Z",
  labels: ["parser"],
  dependencies: ["bd-4f1a", "bd-4f1c"].map((target) => {
    return {
      issue_id: "bd-4f1e",
      depends_on_id: target,
      type: "related",
      created_at: "2026-01-01T00:00:00Z",
    };
  }),
};
