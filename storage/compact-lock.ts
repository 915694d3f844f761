import { BzError } from "../model/errors";
import type { OpenFile } from "./file-system";
import { compactLockName } from "./paths";
import type { StoreSession } from "./session";

/**
 * The lock of those who fold the log, export the face or rewrite history: one at a time, while writers and readers go on. Closing the file
 * releases it.
 * @throws BzError LOCK_TIMEOUT naming the holder
 */
export function takeCompactLock(session: StoreSession, lockTimeoutMs: number): OpenFile {
  const file = session.store.openOrCreate(compactLockName, 0o600);
  try {
    if (file.tryLock() || file.lock(lockTimeoutMs)) return file;
    throw timeout(file, session.environment.findHolder(file), lockTimeoutMs);
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The same without waiting: undefined while somebody else holds it. */
export function tryCompactLock(session: StoreSession): OpenFile | undefined {
  const file = session.store.openOrCreate(compactLockName, 0o600);
  let isTaken = false;
  try {
    isTaken = file.tryLock();
  } finally {
    if (!isTaken) file.close();
  }
  return isTaken ? file : undefined;
}

function timeout(file: OpenFile, holder: number | undefined, lockTimeoutMs: number): BzError {
  const waited = `Waited ${lockTimeoutMs} ms for ${file.path}`;
  if (holder === undefined)
    return new BzError("LOCK_TIMEOUT", `${waited}, which another process holds that compacts or exports.`, {
      hint: "Run the command again, or with a longer --lock-timeout.",
      context: { timeout_ms: lockTimeoutMs },
    });
  return new BzError("LOCK_TIMEOUT", `${waited}, held by process ${holder}, which compacts or exports.`, {
    hint: `Run the command again. If process ${holder} is stopped, \`kill -CONT ${holder}\` lets it finish; the lock is free as soon as it ends.`,
    context: { timeout_ms: lockTimeoutMs, holder_pid: holder },
  });
}
