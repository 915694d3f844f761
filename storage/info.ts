import type { StorageEnvironment } from "./environment";
import type { Directory } from "./file-system";
import { cloneView } from "./fresh-clone";
import { loadLog } from "./log";
import { faceName, generationsIn, historyDirectoryName, segmentName } from "./paths";
import { openForReading, type Place } from "./session";
import type { Workspace } from "./workspace";

/** Sizes in bytes. */
export interface StoreInfo {
  readonly beadsPath: string;
  readonly facePath: string;
  readonly storePath: string;
  readonly reason: string;
  readonly prefix: string;
  readonly issues: number;
  /** Undefined in a clone that has only a face. */
  readonly store?: {
    readonly id: string;
    readonly sequence: number;
    readonly generation: number;
    readonly snapshotBytes: number;
    /** The log behind the snapshot, which every command replays. */
    readonly pendingFrames: number;
    readonly pendingBytes: number;
    readonly historySegments: number;
    readonly historyBytes: number;
  };
  readonly faceBytes: number;
}

export function readInfo(place: Place, workspace: Workspace, environment: StorageEnvironment): StoreInfo {
  const base = {
    beadsPath: workspace.beadsPath,
    facePath: `${workspace.beadsPath}/${faceName}`,
    storePath: `${workspace.storeOwnerPath}/store`,
    reason: workspace.reason,
    faceBytes: place.face?.status(faceName)?.size ?? 0,
  };
  const session = openForReading(place.owner, environment);
  try {
    const loaded = session && loadLog(session.store, session.readStatus);
    if (session === undefined || loaded === undefined) {
      const { state, prefix } = cloneView(place, workspace);
      return { ...base, prefix, issues: state.count };
    }
    const { snapshot, position, pendingFrames, pendingBytes } = loaded;
    const { storeId, prefix } = snapshot.header;
    const store = {
      id: storeId.toHex(),
      sequence: position.sequence,
      generation: position.generation,
      snapshotBytes: snapshot.size,
      pendingFrames,
      pendingBytes,
      ...historySizes(session.store),
    };
    const issues = loaded.state.count;
    snapshot.close();
    return { ...base, prefix, issues, store };
  } finally {
    session?.close();
  }
}

function historySizes(store: Directory): { historySegments: number; historyBytes: number } {
  const history = store.openDirectory(historyDirectoryName);
  if (history === undefined) return { historySegments: 0, historyBytes: 0 };
  const generations = generationsIn(history.list());
  const historyBytes = generations.reduce(
    (sum, generation) => sum + (history.status(segmentName(generation))?.size ?? 0),
    0,
  );
  history.close();
  return { historySegments: generations.length, historyBytes };
}
