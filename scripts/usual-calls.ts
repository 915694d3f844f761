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
 * @param others how many more there are
 * @throws Error when a call fails
 */
export async function inUsualStore<T>(
  program: readonly string[],
  others: number,
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
    call(program, ["create", "The whole", "--id", "bd-x7k4", "-t", "epic"]);
    call(program, ["create", "The first one", "--id", "bd-x7k1", ...said]);
    call(program, ["create", "The second one", "--id", "bd-x7k2", ...said, "--deps", "bd-x7k1"]);
    call(program, ["create", "The third one", "--id", "bd-x7k3", ...said, "--parent", "bd-x7k4"]);
    for (const id of ["bd-x7k1", "bd-x7k2", "bd-x7k3"]) {
      call(program, ["comments", "add", id, "Seen on the way"]);
      call(program, ["update", id, "-p", "1"]);
    }
    writeFileSync(
      join(place, "given.jsonl"),
      [given, ...Array.from({ length: others }, otherIssue)]
        .map((each) => `${JSON.stringify(each)}\n`)
        .join(""),
    );
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
  id: "bd-x7k5",
  title: "The fourth one",
  status: "open",
  priority: 2,
  issue_type: "bug",
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-02T00:00:00Z",
  labels: ["parser"],
  dependencies: [
    { issue_id: "bd-x7k5", depends_on_id: "bd-x7k3", type: "related", created_at: "2026-01-01T00:00:00Z" },
  ],
};

/** The id of one of the others; by its number it has one shape or another. */
export function otherId(at: number): string {
  return `bd-${(36 ** 3 + at).toString(36)}`;
}

/** Whether it can be claimed: neither closed nor taken nor put off, and it waits for nothing. */
export function isFreeToClaim(at: number): boolean {
  return at % 10 > 6 && at % 3 === 0;
}

function otherIssue(_: unknown, at: number): object {
  const id = otherId(at);
  const time = (hours: number): string => new Date(Date.UTC(2026, 0, 1, at + hours)).toISOString();
  const edge = (target: number, type: string): object => ({
    issue_id: id,
    depends_on_id: otherId(target),
    type,
    created_at: time(0),
  });
  const edges = [
    ...(at % 20 === 0 ? [] : [edge(at - (at % 20), "parent-child")]),
    ...(at > 40 && at % 3 > 0 ? [edge(at - 21, "blocks")] : []),
    ...(at > 80 && at % 7 === 0 ? [edge(at - 43, "related")] : []),
  ];
  const comment = {
    id: at + 1,
    issue_id: id,
    author: "someone",
    text: "Seen on the way",
    created_at: time(2),
  };
  return {
    id,
    title: `One of many, ${at}`,
    ...(at % 8 === 0 ? {} : { description: "What is to be done, and why, in a sentence or two." }),
    ...(at % 4 === 1 ? { design: "How it is to be done.\n\nIn two parts." } : {}),
    ...(at % 5 === 2 ? { notes: "What is known of it." } : {}),
    ...stateOf(at % 10, time(1)),
    priority: at % 5,
    issue_type: at % 20 === 0 ? "epic" : ["task", "bug", "feature", "chore"][at % 4],
    ...(at % 3 === 1 ? { assignee: "someone" } : {}),
    ...(at % 6 === 0 ? { estimated_minutes: 30 } : {}),
    created_at: time(0),
    ...(at % 9 === 0 ? {} : { created_by: "someone" }),
    updated_at: time(1),
    ...(at % 4 === 0 ? {} : { labels: ["parser", "urgent", "docs"].slice(0, at % 4) }),
    ...(edges.length === 0 ? {} : { dependencies: edges }),
    ...(at % 3 === 0 ? { comments: [comment] } : {}),
  };
}

function stateOf(dice: number, time: string): object {
  if (dice < 4) return { status: "closed", closed_at: time, ...(dice < 3 ? { close_reason: "Done" } : {}) };
  if (dice === 4) return { status: "in_progress", started_at: time };
  if (dice === 5) return { status: "deferred", defer_until: "2099-01-01T00:00:00Z" };
  return { status: "open" };
}
