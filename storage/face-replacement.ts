import type { State } from "../model/state";
import type { FileStatus } from "../native/file-status";
import { fullAllowance, spend } from "./export-budget";
import type { ContentSums } from "./face-content";
import { type PublicationTarget, publishFace } from "./face-publication";
import { type FaceKind, type FaceSignature, identityOf } from "./face-signature";
import { rememberFace } from "./face-signing";
import type { NewsSource } from "./face-watch";
import type { Directory } from "./file-system";
import { gitOperationUnder } from "./git-operation";
import { faceName } from "./paths";
import type { UnpublishedFile } from "./replace-file";
import type { Place, StoreSession } from "./session";
import type { Workspace } from "./workspace";

/** A state that is in memory. */
export interface RecentState {
  readonly storeId: Uint8Array;
  /** Of its last transaction. */
  readonly sequence: number;
  /** All that transactions behind this one changed stands above the snapshot in it. */
  readonly baseSequence: number;
  readonly state: State;
}

export interface ExportRun {
  readonly place: Place;
  readonly session: StoreSession;
  readonly workspace: Workspace;
  readonly lockTimeoutMs: number;
  /** When it began, by the clock that only goes forwards. */
  readonly startMs: number;
  /** The face of this worktree. */
  readonly watch: NewsSource;
  /** What the mutation before it has left. */
  readonly recent?: RecentState;
  /** Logs what a source brings, if anything, and signs it. */
  takeIn(source: NewsSource): void;
  /** Says something that a user should know. */
  notice(sentence: string): void;
}

export interface Exporting {
  readonly run: ExportRun;
  readonly directory: Directory;
  readonly isAutomatic: boolean;
  readonly target: PublicationTarget;
}

/** The face that is to be replaced, after what stands there was taken in. */
export interface StandingFace {
  readonly status: FileStatus | undefined;
  readonly signature: FaceSignature | undefined;
}

/** What the new face shows. */
export interface ShownState {
  readonly storeId: Uint8Array;
  readonly sequence: number;
  readonly content: FaceKind;
}

/**
 * Gives the face's name to what has been written, unless just that stands there, and signs it. The temporary is gone afterwards.
 *
 * @returns undefined when somebody wrote to the face meanwhile, whose lines are to be taken in first
 */
export function putInPlace(
  exporting: Exporting,
  written: UnpublishedFile,
  { status, signature }: StandingFace,
  shown: ShownState,
): "written" | "unchanged" | "git" | undefined {
  const { run, directory, isAutomatic, target } = exporting;
  try {
    // Git may have begun while we wrote, and what it is about to do, it does to the face that it has looked at.
    if (isAutomatic && gitOperationUnder(run.workspace.beadsPath) !== undefined) return "git";
    const isSame = status !== undefined && isContent(written.sums, signature);
    if (!isSame && !publishFace(target, written, status, signature)) return undefined;
    if (isSame && !isAutomatic) syncStanding(directory);
    // What stood there was read when it was signed, and nobody has looked since whether it is still that.
    const takenMs = isSame ? signature?.takenMs : undefined;
    sign(exporting, isSame ? status : written.file.status(), written, signature, { ...shown, takenMs });
    return isSame ? "unchanged" : "written";
  } finally {
    written.file.close();
    // Else whoever exports next takes it in and removes it.
    if (!target.isExchanging) directory.remove(written.name);
  }
}

export function isContent({ checksum }: ContentSums, signature: FaceSignature | undefined): boolean {
  return signature?.contentChecksum === checksum;
}

/** Not when somebody has written into the file already, as its size and time would tell. */
function sign(
  { run, isAutomatic }: Exporting,
  status: FileStatus,
  written: UnpublishedFile,
  signature: FaceSignature | undefined,
  { storeId, sequence, content, takenMs }: ShownState & { readonly takenMs: number | undefined },
): void {
  const { session, workspace, startMs } = run;
  const { clocks } = session.environment;
  if (status.size !== written.bytes) return;
  const nowMs = clocks.wallMs();
  const allowance = signature?.allowance ?? fullAllowance;
  const costMs = clocks.monotonicMs() - startMs;
  const signed = {
    storeId,
    bootId: session.bootId,
    file: identityOf(status),
    contentChecksum: written.sums.checksum,
    takenMs: takenMs ?? nowMs,
    sequence,
    content,
    allowance: isAutomatic ? spend(allowance, nowMs, sequence, costMs) : allowance,
  };
  rememberFace(session.store, workspace, signed, written.sums.blocks);
}

/** An automatic export may have written it. */
function syncStanding(directory: Directory): void {
  const face = directory.open(faceName, "read");
  try {
    face?.sync();
  } finally {
    face?.close();
  }
  directory.sync();
}
