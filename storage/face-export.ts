import { BzError } from "../model/errors";
import { makeBeadsDirectory } from "./beads-directory";
import { sameBytes } from "./byte-layout";
import { takeCompactLock, tryCompactLock } from "./compact-lock";
import type { StorageEnvironment } from "./environment";
import type { Face } from "./face";
import { readFaceFile } from "./face-file";
import type { FaceKeeper } from "./face-keeper";
import { faceLines } from "./face-output";
import {
  type Exporting,
  type ExportRun,
  isContent,
  putInPlace,
  type RecentState,
  type StandingFace,
} from "./face-replacement";
import { compareIdentity, recallFace } from "./face-signature";
import { forgetFace } from "./face-signing";
import { spliceFace } from "./face-splice";
import type { NewsSource } from "./face-watch";
import type { Directory } from "./file-system";
import type { LoadedLog } from "./log";
import { mergedLines } from "./merged-lines";
import { displacedPrefix, faceName } from "./paths";
import { loadProvenLog } from "./proven-log";
import { writeUnpublished } from "./replace-file";
import type { Place, StoreSession } from "./session";
import { openSnapshot } from "./snapshot";
import { StoreMoved } from "./store-moved";
import type { TransactionInfo } from "./transaction";

/** What an export has done. */
export interface Exported {
  /** "unchanged": the face held just these bytes already. */
  readonly outcome: "written" | "unchanged";
  /** The sequence of the store that the face shows now. */
  readonly sequence: number;
}

export interface ExportReport extends Exported {
  readonly path: string;
  readonly issues: number;
  readonly bytes: number;
  /** Lines that are no issues, carried over from the replaced face. */
  readonly carriedOver: number;
  /** The numbers, in the replaced face, of those of them that cannot be read. */
  readonly unreadable: readonly number[];
  /** Where the torn last line of the replaced face was copied to. */
  readonly tornLineCopy?: string;
}

export interface SyncReport extends ExportReport {
  /** Issues that are new or other ones now, because of what stood in the face. */
  readonly takenIn: readonly string[];
}

/** Why an automatic export has left the face alone. */
export interface SkipReport {
  readonly outcome: "busy" | "missing" | "conflicted" | "torn" | "changing" | "git";
}

/** @throws BzError FACE_CHANGED, LOCK_TIMEOUT */
export function syncFace(
  keeper: FaceKeeper,
  session: StoreSession,
  place: Place,
  info: TransactionInfo,
): SyncReport {
  const takenIn = new Set<string>();
  const startMs = keeper.environment.clocks.monotonicMs();
  const run = keeper.runFor({ session, place, info, startMs }, ({ changedIds }) => {
    for (const id of changedIds) takenIn.add(id);
  });
  return { ...exportFace(run), takenIn: [...takenIn].sort() };
}

/**
 * Writes the face of this worktree, after everything that stands there has been taken in, and makes it durable.
 * @throws BzError FACE_CHANGED when somebody writes to it all the while, LOCK_TIMEOUT
 */
function exportFace(run: ExportRun): ExportReport {
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
export function exportIfFree(run: ExportRun): Exported | SkipReport {
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
  readonly #path: string;
  readonly #exporting: Exporting;

  constructor(run: ExportRun, directory: Directory, isAutomatic: boolean) {
    this.#run = run;
    this.#directory = directory;
    this.#isAutomatic = isAutomatic;
    this.#path = `${run.workspace.beadsPath}/${faceName}`;
    const { environment } = run.session;
    const takeIn = (source: NewsSource): void => run.takeIn(source);
    const target = { directory, environment, isDurable: !isAutomatic, takeIn, isExchanging: false };
    this.#exporting = { run, directory, isAutomatic, target };
  }

  run(): ExportReport | Exported | SkipReport {
    this.#takeInLeftovers();
    let isSecond = false;
    for (let round = 1; round <= roundLimit; round += 1) {
      const report = this.#round();
      if (report === undefined) continue;
      if (!("sequence" in report) || isSecond || !this.#isOutrun(report)) return report;
      isSecond = true;
    }
    return { outcome: "changing" };
  }

  /** Undefined when somebody wrote to the face meanwhile, whose lines are to be taken in first. */
  #round(): ExportReport | Exported | SkipReport | undefined {
    let recent = this.#recent();
    const storeId = recent?.storeId ?? storeIdOf(this.#run.session);
    let standing = this.#standingFace(storeId);
    if (standing.status !== undefined && this.#compare(standing) !== "same") {
      this.#run.takeIn(this.#run.watch);
      recent = this.#recent();
      standing = this.#standingFace(storeId);
      if (standing.status !== undefined && this.#compare(standing) === "other") return undefined;
    }
    if (this.#isAutomatic) {
      const content = standing.signature?.content;
      if (standing.status === undefined) return { outcome: "missing" };
      if (content === "conflicted" || content === "torn") return { outcome: content };
    }
    const spliced = this.#splice(recent, standing);
    if (spliced !== "other") return spliced;
    const loaded = loadProvenLog(this.#run.session, this.#run.lockTimeoutMs);
    if (loaded === undefined) throw new StoreMoved("the store was removed");
    try {
      const late = recent === undefined ? this.#splice(recentOf(loaded), standing) : "other";
      return late === "other" ? this.#write(loaded, standing) : late;
    } finally {
      loaded.snapshot.close();
    }
  }

  /** What the mutation has left in memory, unless somebody has written since. */
  #recent(): RecentState | undefined {
    const { recent, session } = this.#run;
    const page = recent && session.readStatus();
    if (page === undefined || page.unproven || page.confirmedSequence !== recent?.sequence) return undefined;
    return sameBytes(page.storeId, recent.storeId) ? recent : undefined;
  }

  #standingFace(storeId: Uint8Array): StandingFace {
    const { session, workspace } = this.#run;
    const signature = recallFace(session.store, workspace, storeId);
    return { status: this.#directory.status(faceName), signature };
  }

  /** "other" where all lines have to be written; `sync` does so in any case, so that what it leaves is what the store holds. */
  #splice(
    recent: RecentState | undefined,
    standing: StandingFace,
  ): Exported | SkipReport | "other" | undefined {
    if (!this.#isAutomatic || recent === undefined) return "other";
    const outcome = spliceFace(this.#exporting, standing, recent);
    if (outcome === undefined || outcome === "other") return outcome;
    return outcome === "git" ? { outcome } : { outcome, sequence: recent.sequence };
  }

  #write(loaded: LoadedLog, standing: StandingFace): ExportReport | SkipReport | undefined {
    const staying = this.#staying(loaded, standing);
    if (staying === undefined) {
      // Where not even the times of a file tell that it is another one, nobody would look.
      if (this.#compare(standing) === "same") forgetFace(this.#run.session.store, this.#run.workspace);
      return undefined;
    }
    const { face, kept } = staying;
    const tornLineCopy = this.#keepTornLine(face);
    const { environment } = this.#run.session;
    const lines = faceLines(mergedLines(loaded), face, kept);
    const written = writeUnpublished(this.#directory, faceName, lines, environment, standing.status);
    const guests = face?.guests ?? [];
    const isPlain = guests.length === 0 && kept.size === 0 && face?.startsWithByteOrderMark !== true;
    const { sequence } = loaded.position;
    const outcome = putInPlace(this.#exporting, written, standing, {
      storeId: loaded.snapshot.header.storeId,
      sequence,
      content: isPlain ? "plain" : "mixed",
    });
    if (outcome === undefined) return undefined;
    if (outcome === "git") return { outcome };
    return {
      outcome,
      path: this.#path,
      issues: written.lines - guests.length,
      bytes: written.bytes,
      carriedOver: guests.length,
      unreadable: guests.filter(({ isReadable }) => !isReadable).map(({ lineNumber }) => lineNumber),
      ...(tornLineCopy === undefined ? {} : { tornLineCopy }),
      sequence,
    };
  }

  /** A signature that is lost tells nothing. */
  #compare({ status, signature }: StandingFace): ReturnType<typeof compareIdentity> {
    if (status === undefined || signature === undefined) return "other";
    return compareIdentity(signature, status, this.#run.session.bootId);
  }

  /** What of the face to be replaced stays; undefined when it is not the one that was taken in. A plain one needs no look. */
  #staying({ state, snapshot }: LoadedLog, standing: StandingFace): Staying | undefined {
    const { status, signature } = standing;
    if (status === undefined || (signature?.content === "plain" && this.#compare(standing) === "same"))
      return { face: undefined, kept: new Map() };
    const file = readFaceFile(this.#directory);
    if (file === undefined || !isContent(file.sums, signature)) return undefined;
    const { faceOf, keptLines, knownLinesOf } = reading();
    const face = faceOf(file, knownLinesOf(state, snapshot));
    return { face, kept: keptLines(face, (id) => state.line(id)) };
  }

  #keepTornLine(face: Face | undefined): string | undefined {
    if (face?.tornLine === undefined) return undefined;
    const { store, environment } = this.#run.session;
    const { quarantineBytes } = require("./quarantine") as typeof import("./quarantine");
    return quarantineBytes(store, environment.clocks.wallMs(), faceName, face.tornLine.bytes);
  }

  #isOutrun(report: Exported): boolean {
    return (this.#run.session.readStatus()?.confirmedSequence ?? 0) > report.sequence;
  }

  /** There are hardly ever any. */
  #takeInLeftovers(): void {
    const names = this.#directory.list();
    if (!names.some((name) => name.startsWith(displacedPrefix) || name.startsWith(`${faceName}.`))) return;
    const { takeInLeftovers } = require("./displaced") as typeof import("./displaced");
    takeInLeftovers(this.#directory, names, this.#run);
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
interface Staying {
  readonly face: Face | undefined;
  /** Lines that say what their issues say, in other bytes. */
  readonly kept: ReadonlyMap<string, Uint8Array>;
}

function recentOf({ snapshot, state, position, pendingFrames }: LoadedLog): RecentState {
  const { sequence } = position;
  return { storeId: snapshot.header.storeId, sequence, baseSequence: sequence - pendingFrames, state };
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
