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
 * A store as agents leave it: some issues in a snapshot, with what most issues have: labels, comments, changes, an estimate, one that waits for another, one that is part of another, one that came from elsewhere, and more than
 * a page of lists shows.
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
    writeFileSync(
      join(place, "given.jsonl"),
      [given, ...more].map((each) => `${JSON.stringify(each)}\n`).join(""),
    );
    call(program, ["import", "given.jsonl"]);
    call(program, ["compact"]);
    return use(call);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Without the stamps that bz gives an issue. */
const given = {
  id: "bd-5",
  title: "The fourth one",
  status: "open",
  priority: 2,
  issue_type: "bug",
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-02T00:00:00Z",
  labels: ["parser"],
  dependencies: [
    { issue_id: "bd-5", depends_on_id: "bd-3", type: "related", created_at: "2026-01-01T00:00:00Z" },
  ],
};

const more = Array.from({ length: 100 }, (_, at) => ({
  id: `bd-${100 + at}`,
  title: `One of many, ${at}`,
  status: "open",
  priority: at % 5,
  issue_type: "task",
  created_at: new Date(Date.UTC(2026, 0, 1, 0, at)).toISOString(),
  updated_at: new Date(Date.UTC(2026, 0, 2, 0, at)).toISOString(),
}));
