import type { Operation } from "../../model/operation";
import { Backups, createBackup, namesIn } from "../../storage/backups";
import { compact, compactIfFree } from "../../storage/compaction";
import { syncFace } from "../../storage/face-export";
import { FaceKeeper } from "../../storage/face-keeper";
import { bearFromFace } from "../../storage/fresh-clone";
import { loadLog } from "../../storage/log";
import { backupsDirectoryName } from "../../storage/paths";
import { scrubHistory } from "../../storage/purge";
import { repairStore } from "../../storage/repair";
import { openForWriting, openPlace, type Place, type StoreSession } from "../../storage/session";
import { attempt, type Outcome, type SimulatedProcess, workspace } from "../helpers/simulated-world";
import { line } from "../helpers/story";
import type { Ledger } from "./ledger";

/** Something that one process does, as a whole. */
export interface Action {
  readonly name: string;
  run(process: SimulatedProcess, ledger: Ledger): Outcome<unknown>;
}

const lockTimeoutMs = 100;
const start = Date.UTC(2026, 0, 3);
const created = "2026-01-03T00:00:00.000Z";

/** Every kind of operation, as one transaction each. */
const operations: Readonly<Record<string, readonly Operation[]>> = {
  put: [{ op: "put", id: "t-new", line: line("t-new", "New") }],
  "put of 5 KB": [{ op: "put", id: "t-new", line: line("t-new", "long ".repeat(1000)) }],
  fields: [
    { op: "change", id: "t-root", at: start, set: { title: "Set", priority: 0, notes: "n".repeat(600) } },
  ],
  close: [
    {
      op: "change",
      id: "t-other",
      at: start,
      work: { reopens: 0, status: "closed", closed_at: created, close_reason: "done" },
    },
  ],
  claim: [{ op: "change", id: "t-other", at: start, claim: { assignee: "tester", started_at: created } }],
  parent: [{ op: "change", id: "t-other", at: start, parent: { id: "t-root", created_at: created } }],
  labels: [{ op: "change", id: "t-root", at: start, labels: { red: true, green: true, blue: false } }],
  edges: [
    {
      op: "change",
      id: "t-root",
      at: start,
      edges: [{ depends_on_id: "t-other", type: "blocks", present: true, created_at: created }],
    },
  ],
  comments: [
    {
      op: "change",
      id: "t-root",
      at: start,
      comments: [{ id: "77", created_at: created, present: true, author: "tester", text: "said" }],
    },
  ],
  record: [{ op: "record", type: "memory", key: "kept", value: "a value", at: start, by: "tester" }],
  entry: [{ op: "entry", kind: "llm_call", issue_id: "t-root", model: "m", prompt: "p".repeat(700) }],
  restore: [
    { op: "change", id: "t-root", at: start, set: { title: "0" } },
    { op: "record", type: "memory", key: "last", value: null, at: start, by: "tester" },
  ],
  batch: Array.from({ length: 60 }, (_, index): Operation => {
    const id = `t-batch${String(index).padStart(3, "0")}`;
    return { op: "put", id, line: line(id, `one of many, ${index}`) };
  }),
};

function writing(name: string, list: readonly Operation[]): Action {
  const transaction = { name, timeMs: start, operations: list };
  return { name, run: (process, ledger) => ledger.write(process, transaction) };
}

/** What the product does behind its door, without the promise that the door puts around it. */
function inStore<T>(
  process: SimulatedProcess,
  action: (session: StoreSession, place: Place) => T,
): Outcome<T> {
  return attempt(() => {
    const place = openPlace(workspace, process.environment);
    const session = openForWriting(place.owner, process.environment);
    try {
      const standing = loadLog(session.store, session.readStatus);
      standing?.snapshot.close();
      if (standing === undefined) bearFromFace(place, session, { workspace, lockTimeoutMs });
      return action(session, place);
    } finally {
      session.close();
      place.close();
    }
  });
}

export const compaction: Action = {
  name: "compact",
  run: (process) => inStore(process, (session) => compact(session, lockTimeoutMs)),
};

/** As after a command has answered: into a delta, where the snapshot is large enough for one. */
export const folding: Action = {
  name: "fold",
  run: (process) => inStore(process, (session) => compactIfFree(session, lockTimeoutMs)),
};

/** `delete --hard`: the transaction, and behind it everything that was ever logged of the issue. */
const purge: Action = {
  name: "purge",
  run: (process, ledger) => {
    // What a write put, so that the log holds it, if there was one.
    const id = ledger.size === 0 ? "t-third" : "t-w1";
    const operation: Operation = { op: "purge", id, at: start };
    const outcome = ledger.write(process, { name: "purge", timeMs: start, operations: [operation] });
    if (outcome.kind !== "done") return outcome;
    return inStore(process, (session, place) => scrubHistory(session, place, [id], lockTimeoutMs));
  },
};

const backup: Action = {
  name: "backup",
  run: (process) => {
    const info = { timeMs: start, actor: "tester" };
    return inStore(process, (session) => createBackup(session, info, "a note", lockTimeoutMs));
  },
};

const backupAndPrune: Action = {
  name: "backup and prune",
  run: (process, ledger) => {
    const made = backup.run(process, ledger);
    if (made.kind !== "done") return made;
    return inStore(process, (session) => {
      const directory = session.store.openDirectory(backupsDirectoryName);
      const names = directory === undefined ? [] : namesIn(directory);
      directory?.close();
      const refuse = (): never => {
        throw new Error("nobody looks here");
      };
      new Backups({
        lockTimeoutMs,
        look: refuse,
        takeIn: refuse,
        change: (change) => change(session),
      }).remove(names);
    });
  },
};

/** What others wrote is taken in, and the face written. */
export const sync: Action = {
  name: "sync",
  run: (process) =>
    inStore(process, (session, place) => {
      const { settings } = process.store(lockTimeoutMs);
      const info = { timeMs: start, actor: "tester", command: "sync" };
      return syncFace(new FaceKeeper(workspace, process.environment, settings), session, place, info);
    }),
};

export const repair: Action = {
  name: "doctor --fix",
  run: (process) =>
    attempt(() => {
      const place = openPlace(workspace, process.environment);
      try {
        return repairStore(place, workspace, process.environment, process.store().settings);
      } finally {
        place.close();
      }
    }),
};

/** Every mutation that the store knows. */
export const actions: readonly Action[] = [
  ...Object.entries(operations).map(([name, list]) => writing(name, list)),
  purge,
  compaction,
  folding,
  backup,
  backupAndPrune,
  sync,
  repair,
];

/** A transaction that comes after, known by its number. */
export function nextWrite(process: SimulatedProcess, ledger: Ledger): Outcome<unknown> {
  const name = `write ${ledger.size + 1}`;
  const id = `t-w${ledger.size + 1}`;
  const operations: Operation[] = [
    { op: "put", id, line: line(id, name) },
    { op: "change", id: "t-root", at: start + ledger.size, set: { title: name } },
    { op: "record", type: "memory", key: "last", value: name, at: start, by: "tester" },
  ];
  return ledger.write(process, { name, timeMs: start + ledger.size, operations });
}
