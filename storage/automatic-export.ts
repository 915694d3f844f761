import { fullAllowance, mayExport } from "./export-budget";
import type { SkipReport } from "./face-export";
import type { FaceKeeper } from "./face-keeper";
import type { RecentState } from "./face-replacement";
import { type FaceSignature, recallFace } from "./face-signature";
import type { NewsSource } from "./face-watch";
import type { Directory } from "./file-system";
import { gitOperationUnder } from "./git-operation";
import { faceName, snapshotName, storeDirectoryName } from "./paths";
import { type Place, sessionIn } from "./session";
import type { TransactionInfo } from "./transaction";

/** A larger face is left to `sync`: to write it costs more than any mutation. */
const faceLimitBytes = 8 * 1024 * 1024;

/** Why the face is not brought up to date after a mutation has answered. */
type NoExport = "off" | "missing" | "large" | "spent" | "git" | "conflicted" | "torn";

/** The face was left as it was after a mutation, and why. */
export interface FaceLag {
  readonly reason: NoExport | SkipReport["outcome"];
  /** Transactions that it does not show; undefined where others have written it since. */
  readonly behind?: number;
}

/** What a mutation has left in memory, unless that is much, and in the log. */
export interface WrittenToLog extends Omit<RecentState, "state"> {
  readonly state: RecentState["state"] | undefined;
  readonly info: TransactionInfo;
  readonly watch: NewsSource;
  readonly storeBytes: number;
}

/** As much of one as an export after a mutation asks of it. */
export interface ExportKeeper extends Pick<FaceKeeper, "workspace" | "environment" | "runFor"> {
  readonly settings: { readonly autoFlush: { readonly value: boolean } };
}

/**
 * The export after a mutation, unless something speaks against it. Undefined when the face is up to date, or the store is gone by now.
 *
 * @param startMs when what follows the mutation began, by the clock that only goes forwards
 */
export function exportAfter(
  keeper: ExportKeeper,
  place: Place,
  written: WrittenToLog,
  startMs: number,
): FaceLag | undefined {
  const store = place.owner.openDirectory(storeDirectoryName);
  if (store === undefined) return undefined;
  try {
    written.watch.sign(store);
    const lag = lagAfter(keeper, store, place, written);
    if (lag !== undefined || store.status(snapshotName) === undefined) return lag;
    return exportIfFree(keeper, store, place, { written, startMs });
  } finally {
    store.close();
  }
}

function lagAfter(
  { workspace, environment, settings }: ExportKeeper,
  store: Directory,
  place: Place,
  written: WrittenToLog,
): FaceLag | undefined {
  const signature = recallFace(store, workspace, written.storeId);
  const nowMs = environment.clocks.wallMs();
  const reason = settings.autoFlush.value
    ? reasonNotToExport(place, workspace.beadsPath, signature, nowMs, written)
    : "off";
  const exported = signature?.sequence ?? -1;
  return reason && { reason, ...(exported < 0 ? {} : { behind: written.sequence - exported }) };
}

/** Undefined when the face can be written now. The cheapest questions come first, since this is asked after every mutation. */
function reasonNotToExport(
  place: Place,
  beadsPath: string,
  signature: FaceSignature | undefined,
  nowMs: number,
  { sequence, storeBytes }: WrittenToLog,
): NoExport | undefined {
  if (!mayExport(signature?.allowance ?? fullAllowance, nowMs, sequence)) return "spent";
  const status = place.face?.status(faceName);
  if (status === undefined) return "missing";
  // After many issues came at once it is the new face that would be large; with index and log, a store takes up to twice the bytes of its face.
  if (status.size > faceLimitBytes || storeBytes > 2 * faceLimitBytes) return "large";
  // What git is about to do in this worktree, it does to the face that it has looked at.
  return gitOperationUnder(beadsPath) === undefined ? undefined : "git";
}

function exportIfFree(
  keeper: ExportKeeper,
  store: Directory,
  place: Place,
  { written, startMs }: { readonly written: WrittenToLog; readonly startMs: number },
): FaceLag | undefined {
  const { exportIfFree: run } = require("./face-export") as typeof import("./face-export");
  const { info, state } = written;
  const recent = state && { ...written, state };
  const session = sessionIn(store, keeper.environment);
  try {
    const report = run(
      keeper.runFor({ session, place, info, startMs, ...(recent && { recent }) }, () => undefined),
    );
    return "sequence" in report ? undefined : { reason: report.outcome };
  } finally {
    session.lock.file.close();
  }
}
