import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closeFile, currentDirectory, openAt, readAt } from "../native/file";
import { tryLock } from "../native/file-lock";
import { isProcessAlive } from "../native/process";
import { processStartTime } from "../storage/process-start";
import { lockFileLength } from "../storage/status-page";
import { walStateIn } from "../storage/wal-state";

/** Calls a program in a store, with further variables of the environment. */
export type Call = (
  program: readonly string[],
  words: readonly string[],
  variables?: Record<string, string>,
) => void;

/** The same of a call that finds the lock taken, is behind another writer when it has it, and before a third one. */
export type WaitingCall = (...given: Parameters<Call>) => Promise<void>;

/**
 * A store as agents leave it: some issues in a snapshot, with what most issues have: labels, comments, changes, an estimate, one that waits for another, one that is part of another, one that came from elsewhere.
 * @param program bz, in whatever form there is
 * @throws Error when a call fails
 */
export async function inUsualStore<T>(
  program: readonly string[],
  use: (call: Call, callBehindOthers: WaitingCall) => T | Promise<T>,
): Promise<T> {
  const place = mkdtempSync(join(tmpdir(), "bz-usual-"));
  const optionsWith = (variables: Record<string, string>) => ({
    cwd: place,
    env: { HOME: place, BEADS_ACTOR: "builder", BEADS_SYNC_AUTO_FLUSH: "false", ...variables },
    stdout: "ignore" as const,
    stderr: "pipe" as const,
  });
  const call: Call = (started, words, variables = {}) => {
    const { exitCode, stderr } = Bun.spawnSync([...started, ...words], optionsWith(variables));
    if (exitCode !== 0) throw new Error(`bz ${words.join(" ")} ended with ${exitCode}: ${stderr.toString()}`);
  };
  const callBehindOthers: WaitingCall = async (started, words, variables = {}) => {
    const lock = openAt(currentDirectory, join(place, ".beads/store/lock"), "update");
    if (!tryLock(lock)) throw new Error("nobody else is in the store");
    const options = optionsWith({ BEADS_LOCK_TIMEOUT_MS: "600000", ...variables });
    const calls = [];
    for (const each of [["q", "First in the queue"], words, ["q", "Last in the queue"]]) {
      calls.push(Bun.spawn([...started, ...each], options));
      while (waitingFor(lock) < calls.length && calls.every(({ exitCode }) => exitCode === null))
        await Bun.sleep(5);
    }
    closeFile(lock);
    for (const { exited, stderr } of calls)
      if ((await exited) !== 0)
        throw new Error(`bz ${words.join(" ")} failed behind others: ${await new Response(stderr).text()}`);
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
    writeFileSync(join(place, "given.jsonl"), `${JSON.stringify(given)}\n`);
    call(program, ["import", "given.jsonl"]);
    call(program, ["compact"]);
    return await use(call, callBehindOthers);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function waitingFor(lock: number): number {
  const processes = { id: process.pid, isAlive: isProcessAlive, startTime: processStartTime };
  return walStateIn(readAt(lock, 0, lockFileLength).slice().buffer, processes).waiting();
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
