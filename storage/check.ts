import { BzError } from "../model/errors";
import type { FaceStatus } from "../model/face-status";
import type { OnProgress } from "../model/progress";
import { namesIn } from "./backups";
import { baseProblem } from "./base";
import { checkFace } from "./check-face";
import { checkIssues, some } from "./check-issues";
import { examineDelta, examineSections, examineSnapshot } from "./check-snapshot";
import {
  examineLinks,
  examinePermissions,
  examineQuarantine,
  examineSettings,
  examineTracked,
} from "./check-surroundings";
import { isOursBesideStore } from "./compaction";
import type { Settings } from "./config";
import type { StorageEnvironment } from "./environment";
import { compareFace } from "./face-status";
import { storageError } from "./failure";
import type { Directory } from "./file-system";
import { failure, note, type Outcome, pass, warning } from "./finding";
import { findKeptBase, isBase } from "./kept-base";
import type { LoadedLog } from "./log";
import { decodeTransaction } from "./logged-transaction";
import { fileSystemOf } from "./mounts";
import {
  backupsDirectoryName,
  baseGenerationsIn,
  baseName,
  compactLockName,
  deltaName,
  faceName,
  generationsIn,
  historyDirectoryName,
  lockName,
  segmentName,
  snapshotName,
  storeDirectoryName,
  temporaryOwner,
} from "./paths";
import { addBetween } from "./salvage-log";
import { readSegments } from "./segments";
import { openForReading, type Place, type ReadingSession } from "./session";
import { bootIdBytes, decodeStatusPage, lockFileLength, statusPageLength } from "./status-page";
import { StoreMoved } from "./store-moved";
import { loadVerifiedLog } from "./verified-log";
import type { Workspace } from "./workspace";

/** "note" is worth knowing and no fault; "warning" is the user's to judge; "failure" breaks a promise of bz. */
export interface Finding {
  readonly check: string;
  readonly status: "pass" | "note" | "warning" | "failure";
  readonly message: string;
}

export interface CheckReport {
  readonly findings: readonly Finding[];
  readonly failures: number;
  readonly warnings: number;
}

/** Examines every invariant of the store and the face. Writes nothing and waits for nobody; holds the lock of compactions for the moment of trying it. */
export function checkStore(
  place: Place,
  workspace: Workspace,
  environment: StorageEnvironment,
  settings: Settings,
): CheckReport {
  const findings: Finding[] = [];
  const tryOut = <T>(check: string, examine: () => T): T | undefined => {
    try {
      return examine();
    } catch (error) {
      findings.push({ check, status: "failure", message: messageOf(error) });
      return undefined;
    }
  };
  const { onProgress } = environment;
  const run: Run = (check, examine) => {
    onProgress?.(`Checking: ${check}`);
    const outcome = tryOut(check, examine);
    if (outcome !== undefined) findings.push({ check, ...outcome });
  };
  /** So far. */
  const isReadable = (): boolean =>
    !findings.some(({ check, status }) => status === "failure" && snapshotChecks.includes(check));
  const session = openForExamination(place.owner, environment);
  let loaded: LoadedLog | undefined;
  try {
    if (session === undefined) {
      findings.push({
        check: "store",
        status: "note",
        message: "No store yet: the first write makes it from issues.jsonl.",
      });
    } else {
      const { store } = session;
      run("snapshot", () => examineSnapshot(store, snapshotName, onProgress));
      if (store.status(deltaName) !== undefined) run("delta", () => examineDelta(store, onProgress));
      run("sections", () =>
        isReadable() ? examineSections(store, onProgress) : note("Not examined: the lines cannot be read."),
      );
      run("log", () => {
        loaded = loadWholeLog(store, session);
        if (loaded === undefined)
          return note("A birth has begun and was not finished; the next write finishes it.");
        return pass(
          `${loaded.pendingFrames} frames behind the snapshot, the last of sequence ${loaded.position.sequence}.`,
        );
      });
      run("history", () => examineHistory(store, loaded));
      run("base", () => examineBases(store, loaded, onProgress));
      run("backups", () => examineBackups(store, onProgress));
      runOnDirectory(run, session, place, environment);
    }
    run("settings", () => examineSettings(settings, place.face));
    run("file system", () => examineFileSystem(workspace));
    const nowMs = environment.clocks.wallMs();
    const faceReport = tryOut("face lines", () => place.face && checkFace(place.face, loaded?.state, nowMs));
    findings.push(...(faceReport?.findings ?? []));
    run("face", () => examineFace(compareFace(place, workspace, environment, session, loaded)));
    run("git", () => examineGitFiles(place.face, session?.store));
    run("tracked", () => examineTracked(workspace, environment));
    const state = session === undefined ? faceReport?.state : loaded?.state;
    if (state !== undefined && isReadable()) {
      onProgress?.("Checking: issues");
      findings.push(...checkIssues(state));
    }
  } finally {
    loaded?.snapshot.close();
    session?.close();
  }
  const count = (status: Finding["status"]): number =>
    findings.filter((finding) => finding.status === status).length;
  return { findings, failures: count("failure"), warnings: count("warning") };
}

/** As for reading. What is no file in the place of the lock file is a finding, and must not keep the other checks from running. */
function openForExamination(owner: Directory, environment: StorageEnvironment): ReadingSession | undefined {
  const store = owner.openDirectory(storeDirectoryName);
  const lock = store?.status(lockName);
  if (store === undefined || lock === undefined || lock.kind === "file") {
    store?.close();
    return openForReading(owner, environment);
  }
  return {
    store,
    bootId: bootIdBytes(environment.fileSystem.bootId()),
    readStatus: () => undefined,
    readWalState: () => undefined,
    close: () => store.close(),
  };
}

/** Where one fails, what the issues say cannot be believed. */
const snapshotChecks = ["snapshot", "delta", "sections"];

type Run = (check: string, examine: () => Outcome) => void;

/** What stands there beside snapshot and log. */
function runOnDirectory(
  run: Run,
  session: ReadingSession,
  place: Place,
  environment: StorageEnvironment,
): void {
  const { store } = session;
  run("status page", () => examineStatusPage(session));
  run("lock file", () => examineLockFile(store));
  run("lock", () => examineLock(store));
  run("permissions", () => examinePermissions(place, store));
  run("links", () => examineLinks(place, store));
  run("quarantine", () => examineQuarantine(store));
  run("leftovers", () => examineLeftovers(place, store, environment));
}

/** With every frame parsed, of which other commands look at no more than they need. */
function loadWholeLog(store: Directory, { readStatus }: ReadingSession): LoadedLog | undefined {
  const loaded = loadVerifiedLog(store, readStatus);
  try {
    loaded?.state.readLog();
  } catch (error) {
    loaded?.snapshot.close();
    throw error;
  }
  return loaded;
}

function examineHistory(store: Directory, loaded: LoadedLog | undefined): Outcome {
  if (loaded === undefined) return note("Not examined: the log cannot be read.");
  let frames = 0;
  let segments = 0;
  let hasBeginning = true;
  let first: string | undefined;
  let last: number | undefined;
  const missing: number[] = [];
  for (const segment of readSegments(store, loaded.snapshot.header.storeId, loaded.position.sequence)) {
    frames += segment.frames.length;
    last ??= segment.header.baseSequence;
    for (const frame of segment.frames) {
      const { sequence } = frame;
      decodeTransaction(frame);
      addBetween(missing, last, sequence);
      last = Math.max(last, sequence);
    }
    segments += 1;
    first ??= segmentName(segment.header.generation);
    ({ hasBeginning } = segment);
  }
  if (!hasBeginning)
    return warning(
      `It begins with ${first}; what came before is missing, and \`bz history\` and \`bz undo\` do not reach it. No issue is concerned.`,
    );
  if (missing.length > 0)
    return note(
      `${frames} transactions in ${segments} segments. Without ${some(missing.map(String))}: a repair could not read them.`,
    );
  return pass(`${frames} transactions in ${segments} segments.`);
}

/** Every base that was kept, and whether the log that is in use has one. */
function examineBases(
  store: Directory,
  loaded: LoadedLog | undefined,
  onProgress: OnProgress | undefined,
): Outcome {
  if (loaded === undefined) return note("Not examined: the log cannot be read.");
  const { snapshot } = loaded;
  const history = store.openDirectory(historyDirectoryName);
  try {
    const names = baseGenerationsIn(history?.list() ?? []).map(baseName);
    for (const name of names) {
      onProgress?.(`Checking: ${name}`);
      const problem = history && baseProblem(history, name, snapshot.header.storeId);
      if (problem !== undefined) return failure(problem);
    }
    if (isBase(snapshot.base)) return pass("The snapshot is what the log began with.");
    const base = findKeptBase(store, snapshot.header);
    base?.close();
    return base === undefined
      ? note("What the log began with was not kept: `bz undo` reaches back to the first compaction at most.")
      : pass(`${base.count} issues that the log began with, in ${historyDirectoryName}/${names.at(-1)}.`);
  } finally {
    history?.close();
  }
}

/** A damaged one is no damage to the store, but whoever relies on it should know. */
function examineBackups(store: Directory, onProgress: OnProgress | undefined): Outcome {
  const directory = store.openDirectory(backupsDirectoryName);
  try {
    const names = directory === undefined ? [] : namesIn(directory);
    const damaged = names.filter((name) => directory && !isWhole(directory, name, onProgress));
    if (damaged.length > 0)
      return warning(
        `Damaged: ${damaged.map((name) => `${directory?.path}/${name}`).join(", ")}. The store is not concerned; make a new one with \`bz backup create\`.`,
      );
    return names.length === 0 ? pass("None.") : pass(`${names.length}, the last of them ${names[0]}.`);
  } finally {
    directory?.close();
  }
}

function isWhole(directory: Directory, name: string, onProgress: OnProgress | undefined): boolean {
  try {
    return examineSnapshot(directory, name, onProgress).status !== "failure";
  } catch (error) {
    // Throws what is no damage.
    messageOf(error);
    return false;
  }
}

function examineStatusPage({ store, readStatus }: ReadingSession): Outcome {
  if (readStatus() !== undefined) return pass("Current.");
  const file = store.status(lockName)?.kind === "file" ? store.open(lockName, "read") : undefined;
  const bytes = file?.read(0, statusPageLength) ?? new Uint8Array();
  file?.close();
  return bytes.every((byte) => byte === 0) || decodeStatusPage(bytes) !== undefined
    ? pass("None of this boot; the next write makes one.")
    : note(
        `The one in ${store.path}/${lockName} is damaged, and so not believed; the next write makes another.`,
      );
}

function examineLockFile(store: Directory): Outcome {
  const status = store.status(lockName);
  if (status === undefined) return note("None; the next write makes one.");
  if (status.kind !== "file")
    return failure(
      `${store.path}/${lockName} is not a regular file: nobody can write. \`bz doctor --fix\` moves it to quarantine.`,
    );
  return status.size === lockFileLength
    ? pass(`${status.size} bytes.`)
    : note(`${status.size} of ${lockFileLength} bytes; the next write completes it.`);
}

/** A file system that grants one lock to two descriptors excludes nobody. */
function examineLock(store: Directory): Outcome {
  const first = store.open(compactLockName, "read");
  const second = store.open(compactLockName, "read");
  try {
    if (first === undefined || second === undefined) return note("Not tested: no file to test it on yet.");
    if (!first.tryLock()) return pass("Held by a running compaction or export.");
    return second.tryLock()
      ? failure(`The file system of ${store.path} grants one flock twice.`)
      : pass("flock excludes.");
  } finally {
    second?.close();
    first?.close();
  }
}

function examineLeftovers(place: Place, store: Directory, environment: StorageEnvironment): Outcome {
  const leftoversIn = (directory: Directory | undefined, prefix: string): string[] => {
    const names = (directory?.list() ?? []).filter((name) => {
      const owner = temporaryOwner(name);
      return owner !== undefined && !environment.processes.isAlive(owner);
    });
    return names.map((name) => `${prefix}${name}`);
  };
  const inStore = leftoversIn(store, `${storeDirectoryName}/`);
  for (const name of [historyDirectoryName, backupsDirectoryName]) {
    const directory = store.openDirectory(name);
    inStore.push(...leftoversIn(directory, `${storeDirectoryName}/${name}/`));
    directory?.close();
  }
  const besideStore = leftoversIn(place.face, "");
  const faces = besideStore.filter((name) => name.startsWith(`${faceName}.`));
  const others = besideStore.filter(isOursBesideStore);
  const told = [
    { names: [...inStore, ...others], removal: "`bz compact` removes them once they are ten minutes old." },
    { names: faces, removal: "`bz sync` removes them." },
  ].filter(({ names }) => names.length > 0);
  if (told.length === 0) return pass("None.");
  const sentences = told.map(({ names, removal }) => {
    const shown = names.slice(0, 5).join(", ");
    return `${names.length} unpublished files of processes that died: ${shown}${names.length > 5 ? ", ..." : ""}. ${removal}`;
  });
  return note(sentences.join(" "));
}

function examineFileSystem(workspace: Workspace): Outcome {
  const found = fileSystemOf(workspace.storeOwnerPath);
  if (found === undefined) return note("Not known here.");
  return found.isNetwork
    ? warning(
        `${found.type}, a network file system: locks and syncs may not hold what bz needs. Keep the repository on a local disk.`,
      )
    : pass(`${found.type}.`);
}

/** Whether it says what the store says; what is wrong with its lines has been told. */
function examineFace({ hasFace, hasStore, toTakeIn, toWrite }: FaceStatus): Outcome {
  if (!hasFace) return note("No issues.jsonl; `bz sync` writes it.");
  if (toTakeIn.length > 0)
    return note(
      `Others have changed ${toTakeIn.length} issues, ${toTakeIn[0]} first; \`bz sync\` merges them.`,
    );
  if (toWrite.length > 0)
    return note(`${toWrite.length} issues have changed since it was written; \`bz sync\` writes it.`);
  return pass(hasStore ? "It says what the store says." : "It is all there is.");
}

function examineGitFiles(face: Directory | undefined, store: Directory | undefined): Outcome {
  if (store !== undefined && isUnborn(store))
    return note(
      "The store has no .gitignore yet: its birth was broken off, and the next write begins it anew.",
    );
  if (store !== undefined && store.status(".gitignore") === undefined)
    return failure(
      `${store.path}/.gitignore is missing: \`git clean\` and \`git stash -u\` would take the store away. \`bz doctor --fix\` writes it.`,
    );
  return face?.status(".gitattributes") === undefined
    ? note("No .gitattributes beside issues.jsonl: git will stop at conflicts in it.")
    : pass("Covered.");
}

/** A birth that died before it wrote anything has left a directory and perhaps a lock file, with nothing in them that could be taken away. */
function isUnborn(store: Directory): boolean {
  if (store.status(".gitignore") !== undefined) return false;
  return store.status(snapshotName) === undefined && generationsIn(store.list()).length === 0;
}

function messageOf(error: unknown): string {
  const told = storageError("", error);
  if (told instanceof BzError || told instanceof StoreMoved) return told.message;
  throw error;
}
