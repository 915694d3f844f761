import { BzError } from "../model/errors";
import { validatePrefix } from "../model/issue-id";
import type { StorageEnvironment } from "./environment";
import { exportFace } from "./face-export";
import { storageError } from "./failure";
import type { Directory } from "./file-system";
import { bearFromFace, cloneView } from "./fresh-clone";
import { loadLog, StoreMoved } from "./log";
import { compactLockName, configName, faceName, metadataName, storeDirectoryName } from "./paths";
import { openForReading, openForWriting, openPlace } from "./session";
import { appendAll } from "./snapshot-writer";
import { join, newWorkspace, type Workspace, type WorkspaceRequest } from "./workspace";

export interface InitReport {
  readonly workspace: Workspace;
  readonly prefix: string;
  /** Issues taken in from an `issues.jsonl` that was there already. */
  readonly issues: number;
  readonly notices: readonly string[];
}

/**
 * Makes a workspace, or the store of one whose face came with git.
 * @throws BzError ALREADY_INITIALIZED when there is a store; nothing was touched
 */
export function initialise(
  request: WorkspaceRequest,
  options: { prefix?: string; here: boolean },
  environment: StorageEnvironment,
): InitReport {
  if (options.prefix !== undefined) validatePrefix(options.prefix);
  const workspace = newWorkspace(request, options.here);
  try {
    const beads = makeBeads(workspace, environment);
    if (isInitialised(beads, environment)) throw alreadyInitialised(workspace);
    return makeWorkspace(beads, workspace, options.prefix, environment);
  } catch (error) {
    throw storageError("No workspace was made.", error);
  }
}

function makeWorkspace(
  beads: Directory,
  workspace: Workspace,
  prefix: string | undefined,
  environment: StorageEnvironment,
): InitReport {
  const place = openPlace(workspace, environment);
  try {
    const found = cloneView(place, workspace);
    const used = prefix ?? found.prefix;
    writeIfAbsent(
      beads,
      metadataName,
      `${JSON.stringify({ database: storeDirectoryName, jsonl_export: faceName, schema_version: 1, prefix: used })}\n`,
    );
    writeIfAbsent(beads, configName, configTemplate);
    writeIfAbsent(beads, ".gitignore", gitignore);
    writeIfAbsent(beads, ".gitattributes", `${faceName} merge=union\n`);
    const session = openForWriting(beads, environment);
    try {
      testLock(session.store);
      const isFirst = bearFromFace(place, session, {
        workspace,
        prefix: used,
        lockTimeoutMs: initLockTimeoutMs,
      });
      if (!isFirst) throw alreadyInitialised(workspace);
      if (found.face === undefined) exportFace(place, session, workspace, initLockTimeoutMs);
      const loaded = loadLog(session.store, session.readStatus);
      if (loaded === undefined) throw new StoreMoved("the store was removed right after its birth");
      loaded.snapshot.close();
      return { workspace, prefix: used, issues: loaded.state.count, notices: found.notices };
    } finally {
      session.close();
    }
  } finally {
    place.close();
  }
}

function makeBeads(workspace: Workspace, environment: StorageEnvironment): Directory {
  const parent = environment.fileSystem.openDirectory(join(workspace.beadsPath, ".."));
  if (parent === undefined)
    throw new BzError(
      "FILE_UNREADABLE",
      `There is no directory ${join(workspace.beadsPath, "..")} to make a workspace in.`,
      {
        context: { path: workspace.beadsPath },
      },
    );
  const name = workspace.beadsPath.slice(workspace.beadsPath.lastIndexOf("/") + 1);
  const kind = parent.status(name)?.kind;
  if (kind !== undefined && kind !== "directory")
    throw new BzError(
      "INVALID",
      `${workspace.beadsPath} is ${kind === "symlink" ? "a symbolic link" : "not a directory"}; it was left as it is.`,
      {
        hint: "Move it aside, or name another place with --data.",
        context: { path: workspace.beadsPath },
      },
    );
  parent.makeDirectory(name, 0o777);
  const beads = parent.openDirectory(name);
  parent.sync();
  parent.close();
  if (beads === undefined) throw new StoreMoved(`${workspace.beadsPath} was removed`);
  return beads;
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

function writeIfAbsent(beads: Directory, name: string, text: string): void {
  if (beads.status(name) !== undefined) return;
  const file = beads.create(name, 0o666);
  appendAll(file, new TextEncoder().encode(text));
  file.close();
}

/** A file system that grants one lock twice cannot hold a store. */
function testLock(store: Directory): void {
  const first = store.openOrCreate(compactLockName, 0o600);
  const second = store.openOrCreate(compactLockName, 0o600);
  try {
    if (first.tryLock() && !second.tryLock()) return;
    throw new BzError(
      "LOCK_FAILED",
      `The file system of ${store.path} does not honour flock: two descriptors hold one lock.`,
      {
        hint: "Keep the repository on a local disk.",
      },
    );
  } finally {
    second.close();
    first.close();
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
const gitignore = "store/\n*.tmp.*\ndisplaced.*\n";
const configTemplate = `# Settings of bz for this repository; https://yaml.org. What is not set here has its default.
# lock.timeout_ms: 30000   # how long a command waits for the writers' lock
`;
