import { BzError } from "../model/errors";
import type { FileStatus } from "../native/file-status";
import { makeBeadsDirectory } from "./beads-directory";
import { takeCompactLock, tryCompactLock } from "./compact-lock";
import type { StorageEnvironment } from "./environment";
import { addCost } from "./export-budget";
import type { Face } from "./face";
import { faceLines } from "./face-output";
import { type PublicationTarget, publishFace } from "./face-publication";
import { compareIdentity, type FaceSignature, identityOf, noCost, recallFace } from "./face-signature";
import { rememberFace } from "./face-signing";
import type { NewsSource } from "./face-watch";
import type { Directory } from "./file-system";
import { gitOperationUnder } from "./git-operation";
import { type LoadedLog, StoreMoved } from "./log";
import { mergedLines } from "./merged-lines";
import { displacedPrefix, faceName } from "./paths";
import { loadProvenLog } from "./proven-log";
import { type UnpublishedFile, writeUnpublished } from "./replace-file";
import type { Place, StoreSession } from "./session";
import { openSnapshot } from "./snapshot";
import type { Workspace } from "./workspace";

export interface ExportReport {
  /** "unchanged": the face held just these bytes already. */
  readonly outcome: "written" | "unchanged";
  readonly path: string;
  readonly issues: number;
  readonly bytes: number;
  /** Lines that are no issues, carried over from the replaced face. */
  readonly carriedOver: number;
  /** The numbers, in the replaced face, of those of them that cannot be read. */
  readonly unreadable: readonly number[];
  /** Where the torn last line of the replaced face was copied to. */
  readonly tornLineCopy?: string;
  /** The sequence of the store that the face shows now. */
  readonly sequence: number;
}

/** Why an automatic export has left the face alone. */
export interface SkipReport {
  readonly outcome: "busy" | "missing" | "conflicted" | "torn" | "changing" | "git";
}

export interface ExportRun {
  readonly place: Place;
  readonly session: StoreSession;
  readonly workspace: Workspace;
  readonly lockTimeoutMs: number;
  /** The face of this worktree. */
  readonly watch: NewsSource;
  /** Logs what a source brings, if anything, and signs it. */
  takeIn(source: NewsSource): void;
  /** Says something that a user should know. */
  notice(sentence: string): void;
}

/**
 * Writes the face of this worktree, after everything that stands there has been taken in, and makes it durable.
 * @throws BzError FACE_CHANGED when somebody writes to it all the while, LOCK_TIMEOUT
 */
export function exportFace(run: ExportRun): ExportReport {
  const compactLock = takeCompactLock(run.session, run.lockTimeoutMs);
  try {
    // A linked worktree gets its own `.beads/` with its first face.
    const directory = run.place.face ?? makeBeadsDirectory(run.workspace.beadsPath, run.session.environment);
    try {
      if (directory.status(faceName) === undefined) writeRules(directory, run.session.environment);
      const report = new FaceExporter(run, directory, false).run();
      if (!("path" in report)) throw faceChanged(`${run.workspace.beadsPath}/${faceName}`);
      return report;
    } finally {
      if (directory !== run.place.face) directory.close();
    }
  } finally {
    compactLock.close();
  }
}

/** The same after a mutation has answered: its new name is not made durable, and nothing is done where a person or git has something unfinished there. */
export function exportIfFree(run: ExportRun): ExportReport | SkipReport {
  const { face } = run.place;
  if (face === undefined) return { outcome: "missing" };
  const compactLock = tryCompactLock(run.session);
  if (compactLock === undefined) return { outcome: "busy" };
  try {
    return new FaceExporter(run, face, true).run();
  } finally {
    compactLock.close();
  }
}

/** Whoever writes a face ten times while we do so is not going to stop. */
const roundLimit = 10;

class FaceExporter {
  readonly #run: ExportRun;
  readonly #directory: Directory;
  readonly #isAutomatic: boolean;
  readonly #startMs: number;
  readonly #path: string;
  readonly #target: PublicationTarget;

  constructor(run: ExportRun, directory: Directory, isAutomatic: boolean) {
    this.#run = run;
    this.#directory = directory;
    this.#isAutomatic = isAutomatic;
    this.#startMs = run.session.environment.clocks.monotonicMs();
    this.#path = `${run.workspace.beadsPath}/${faceName}`;
    const { environment } = run.session;
    const takeIn = (source: NewsSource): void => run.takeIn(source);
    this.#target = { directory, environment, isDurable: !isAutomatic, takeIn, isExchanging: false };
  }

  run(): ExportReport | SkipReport {
    this.#takeInLeftovers();
    let isSecond = false;
    for (let round = 1; round <= roundLimit; round += 1) {
      const report = this.#round();
      if (report === undefined) continue;
      if (!("path" in report) || isSecond || !this.#isOutrun(report)) return report;
      isSecond = true;
    }
    return { outcome: "changing" };
  }

  /** Undefined when somebody wrote to the face meanwhile, whose lines are to be taken in first. */
  #round(): ExportReport | SkipReport | undefined {
    const { session, workspace, watch, takeIn } = this.#run;
    const storeId = storeIdOf(session);
    let signature = recallFace(session.store, workspace, storeId);
    let status = this.#directory.status(faceName);
    if (status !== undefined && (signature === undefined || this.#compare(signature, status) !== "same")) {
      takeIn(watch);
      signature = recallFace(session.store, workspace, storeId);
      status = this.#directory.status(faceName);
      if (status !== undefined && (signature === undefined || this.#compare(signature, status) === "other"))
        return undefined;
    }
    if (this.#isAutomatic && status === undefined) return { outcome: "missing" };
    if (this.#isAutomatic && (signature?.content === "conflicted" || signature?.content === "torn"))
      return { outcome: signature.content };
    const loaded = loadProvenLog(session, this.#run.lockTimeoutMs);
    if (loaded === undefined) throw new StoreMoved("the store was removed");
    try {
      return this.#write(loaded, status, signature);
    } finally {
      loaded.snapshot.close();
    }
  }

  #write(
    loaded: LoadedLog,
    status: FileStatus | undefined,
    signature: FaceSignature | undefined,
  ): ExportReport | SkipReport | undefined {
    const standing = this.#standing(loaded, status, signature);
    if (standing === undefined) return undefined;
    const { face, kept } = standing;
    const { environment } = this.#run.session;
    const lines = faceLines(mergedLines(loaded), face, kept);
    const written = writeUnpublished(this.#directory, faceName, lines, environment, status);
    try {
      // Git may have begun while we wrote, and what it is about to do, it does to the face that it has looked at.
      if (this.#isAutomatic && gitOperationUnder(this.#run.workspace.beadsPath) !== undefined)
        return { outcome: "git" };
      const tornLineCopy = this.#keepTornLine(face);
      const isSame = status !== undefined && isContent(written.contentChecksum, signature);
      if (!isSame && !publishFace(this.#target, written, status, signature)) return undefined;
      if (isSame && !this.#isAutomatic) this.#syncStanding();
      this.#sign(isSame ? status : written.file.status(), { loaded, written, standing, signature });
      const guests = face?.guests ?? [];
      return {
        outcome: isSame ? "unchanged" : "written",
        path: this.#path,
        issues: written.lines - guests.length,
        bytes: written.bytes,
        carriedOver: guests.length,
        unreadable: guests.filter(({ isReadable }) => !isReadable).map(({ lineNumber }) => lineNumber),
        ...(tornLineCopy === undefined ? {} : { tornLineCopy }),
        sequence: loaded.position.sequence,
      };
    } finally {
      written.file.close();
      // Else whoever exports next takes it in and removes it.
      if (!this.#target.isExchanging) this.#directory.remove(written.name);
    }
  }

  #compare(signature: FaceSignature, status: FileStatus): ReturnType<typeof compareIdentity> {
    return compareIdentity(signature, status, this.#run.session.bootId);
  }

  /** What of the face to be replaced stays; undefined when it is not the one that was taken in. A plain one needs no look. */
  #standing(
    { state, snapshot }: LoadedLog,
    status: FileStatus | undefined,
    signature: FaceSignature | undefined,
  ): Standing | undefined {
    const isPlain = signature?.content === "plain" && status !== undefined;
    if (status === undefined || (isPlain && this.#compare(signature, status) === "same"))
      return { face: undefined, kept: new Map() };
    const { faceOf, keptLines, knownLinesOf, readFaceFile } = reading();
    const file = readFaceFile(this.#directory);
    if (file === undefined || !isContent(file.contentChecksum, signature)) return undefined;
    const face = faceOf(file, knownLinesOf(state, snapshot));
    return { face, kept: keptLines(face, (id) => state.line(id)) };
  }

  /** Not when somebody has written into the file already, as its size and time would tell. */
  #sign(
    status: FileStatus,
    what: {
      loaded: LoadedLog;
      written: UnpublishedFile;
      standing: Standing;
      signature: FaceSignature | undefined;
    },
  ): void {
    const { loaded, written, standing, signature } = what;
    const { session, workspace } = this.#run;
    const { clocks, processes } = session.environment;
    if (status.size !== written.bytes) return;
    const { face, kept } = standing;
    const isPlain =
      (face?.guests ?? []).length === 0 && kept.size === 0 && face?.startsWithByteOrderMark !== true;
    const nowMs = clocks.wallMs();
    const cost = signature?.cost ?? noCost;
    const spentMs = clocks.monotonicMs() - this.#startMs;
    rememberFace(session.store, workspace, processes.id, {
      storeId: loaded.snapshot.header.storeId.toHex(),
      bootId: session.bootId.toHex(),
      file: identityOf(status),
      contentChecksum: written.contentChecksum.toString(16),
      takenMs: nowMs,
      sequence: loaded.position.sequence,
      content: isPlain ? "plain" : "mixed",
      cost: this.#isAutomatic ? addCost(cost, nowMs, spentMs) : cost,
    });
  }

  #keepTornLine(face: Face | undefined): string | undefined {
    if (face?.tornLine === undefined) return undefined;
    const { store, environment } = this.#run.session;
    const { quarantineBytes } = require("./quarantine") as typeof import("./quarantine");
    return quarantineBytes(store, environment.clocks.wallMs(), faceName, face.tornLine.bytes);
  }

  #isOutrun(report: ExportReport): boolean {
    return (this.#run.session.readStatus()?.confirmedSequence ?? 0) > report.sequence;
  }

  /** There are hardly ever any. */
  #takeInLeftovers(): void {
    const names = this.#directory.list();
    if (!names.some((name) => name.startsWith(displacedPrefix) || name.startsWith(`${faceName}.`))) return;
    const { takeInLeftovers } = require("./displaced") as typeof import("./displaced");
    takeInLeftovers(this.#directory, names, this.#run);
  }

  /** An automatic export may have written it. */
  #syncStanding(): void {
    const face = this.#directory.open(faceName, "read");
    try {
      face?.sync();
    } finally {
      face?.close();
    }
    this.#directory.sync();
  }
}

function storeIdOf({ store }: StoreSession): Uint8Array {
  const snapshot = openSnapshot(store);
  if (snapshot === undefined) throw new StoreMoved("the store was removed");
  snapshot.close();
  return snapshot.header.storeId;
}

/** Loaded for a face that is not just what we wrote last. */
function reading(): typeof import("./face") {
  return require("./face") as typeof import("./face");
}

/** What stays of the face that is replaced. */
interface Standing {
  readonly face: Face | undefined;
  /** Lines that say what their issues say, in other bytes. */
  readonly kept: ReadonlyMap<string, Uint8Array>;
}

function isContent(contentChecksum: bigint, signature: FaceSignature | undefined): boolean {
  return signature?.contentChecksum === contentChecksum.toString(16);
}

function faceChanged(path: string): BzError {
  return new BzError(
    "FACE_CHANGED",
    `${path} is written to by somebody else all the while; it was left as it is.`,
    {
      hint: "Run `bz sync` again when that has ended.",
      context: { file: path },
    },
  );
}

/** Git is told how to treat a new face before it sees it: on a branch that never saw bz nobody else has. */
function writeRules(directory: Directory, environment: StorageEnvironment): void {
  const { writeGitRules } = require("./git-files") as typeof import("./git-files");
  writeGitRules(directory, environment);
}
