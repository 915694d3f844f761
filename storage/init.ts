import { BzError } from "../model/errors";
import { validatePrefix } from "../model/issue-id";
import { makeBeadsDirectory } from "./beads-directory";
import type { StorageEnvironment } from "./environment";
import type { Directory } from "./file-system";
import { bearFromFace, cloneView } from "./fresh-clone";
import { writeGitFiles } from "./git-files";
import { loadLog } from "./log";
import { newWorkspace } from "./new-workspace";
import { temporaryName } from "./paths";
import { openForReading, openForWriting, openPlace, type Place, type StoreSession } from "./session";
import { startingOver } from "./start-over";
import { StoreMoved } from "./store-moved";
import type { Workspace, WorkspaceRequest } from "./workspace";

export interface InitReport {
  readonly workspace: Workspace;
  readonly prefix: string;
  /** Issues taken in from an `issues.jsonl` that was there already. */
  readonly issues: number;
  /** There was an `issues.jsonl` already. */
  readonly hasFace: boolean;
  readonly notices: readonly string[];
}

/**
 * Makes a workspace without a face, or the store of one whose face came with git.
 * @throws BzError ALREADY_INITIALIZED when there is a store; nothing was touched
 */
export function initialise(
  request: WorkspaceRequest,
  options: { prefix?: string; here: boolean },
  environment: StorageEnvironment,
): InitReport {
  if (options.prefix !== undefined) validatePrefix(options.prefix);
  return startingOver("No workspace was made.", environment, () => {
    const workspace = newWorkspace(request, options.here);
    for (const path of new Set([workspace.beadsPath, workspace.storeOwnerPath]))
      makeBeadsDirectory(path, environment).close();
    const place = openPlace(workspace, environment);
    try {
      if (isInitialised(place.owner, environment)) throw alreadyInitialised(workspace);
      return makeWorkspace(place, workspace, options.prefix, environment);
    } finally {
      place.close();
    }
  });
}

function makeWorkspace(
  place: Place,
  workspace: Workspace,
  prefix: string | undefined,
  environment: StorageEnvironment,
): InitReport {
  const found = cloneView(place, workspace);
  const session = openForWriting(place.owner, environment);
  try {
    testLock(session.store, environment);
    const birth = bearFromFace(place, session, {
      workspace,
      prefix: prefix ?? found.prefix,
      lockTimeoutMs: initLockTimeoutMs,
    });
    if (birth === undefined) throw alreadyInitialised(workspace);
    const born = bornStore(session);
    // Only now, by the one who won: whatever others wanted, these files say what the store does.
    writeGitFiles(place.face ?? place.owner, born.prefix, environment);
    return { workspace, ...born, hasFace: found.face !== undefined, notices: found.notices };
  } finally {
    session.close();
  }
}

function bornStore(session: StoreSession): { prefix: string; issues: number } {
  const loaded = loadLog(session.store, session.readStatus);
  if (loaded === undefined) throw new StoreMoved("the store was removed right after its birth");
  const { snapshot, state } = loaded;
  const born = { prefix: snapshot.header.prefix, issues: state.count };
  snapshot.close();
  return born;
}

/** A birth that stopped half way does not count: it is finished by whoever comes next. */
function isInitialised(beads: Directory, environment: StorageEnvironment): boolean {
  const session = openForReading(beads, environment);
  if (session === undefined) return false;
  try {
    const loaded = loadLog(session.store, session.readStatus);
    loaded?.snapshot.close();
    return loaded !== undefined;
  } finally {
    session.close();
  }
}

/** A file system that grants one lock twice cannot hold a store. Tried on a file of our own: on any other, somebody could be waiting. */
function testLock(store: Directory, environment: StorageEnvironment): void {
  const name = temporaryName("lock", environment);
  const first = store.create(name, 0o600);
  const second = store.open(name, "update");
  try {
    if (first.tryLock() && second?.tryLock() !== true) return;
    throw new BzError(
      "LOCK_FAILED",
      `The file system of ${store.path} does not honour flock: two descriptors hold one lock.`,
      { hint: "Keep the repository on a local disk." },
    );
  } finally {
    second?.close();
    first.close();
    store.remove(name);
  }
}

function alreadyInitialised(workspace: Workspace): BzError {
  return new BzError(
    "ALREADY_INITIALIZED",
    `${workspace.beadsPath} is a workspace already; nothing was touched.`,
    {
      hint: "`bz where` shows it, `bz list` its issues.",
      context: { path: workspace.beadsPath },
    },
  );
}

const initLockTimeoutMs = 30_000;
