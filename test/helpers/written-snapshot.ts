import type { StoredRecord } from "../../model/record";
import type { Directory } from "../../storage/file-system";
import type { SectionBuilder } from "../../storage/section-writer";
import { openSnapshot, type Snapshot } from "../../storage/snapshot";
import { type SnapshotLine, writeSnapshot } from "../../storage/snapshot-writer";
import { beadsPath, type SimulatedProcess, SimulatedWorld } from "./simulated-world";

export const snapshotOrigin = {
  storeId: Uint8Array.from({ length: 16 }, (_, index) => index),
  nextGeneration: 3,
  lastSequence: 8,
  lastChecksum: 0x1122_3344_5566_7788n,
  prefix: "bd",
};

export interface WrittenSnapshot {
  readonly snapshot: Snapshot;
  /** Whose calls are those of the snapshot. */
  readonly process: SimulatedProcess;
  readonly bytes: Uint8Array;
}

/** A snapshot of these lines, which come in the order of their ids, on a disk of its own. */
export function writtenSnapshot(
  lines: Iterable<SnapshotLine>,
  records: readonly StoredRecord[] = [],
  builders?: readonly SectionBuilder[],
): WrittenSnapshot {
  const { store, world, process } = emptyDirectory();
  writeSnapshot(store.create("snapshot", 0o600), snapshotOrigin, lines, records, builders);
  const bytes = world.file("snapshot")?.read(0, 1 << 28) ?? new Uint8Array(0);
  return { snapshot: openIn(store), process, bytes };
}

/** The file of these bytes, opened as a snapshot. */
export function openedSnapshot(bytes: Uint8Array): Snapshot {
  const { store } = emptyDirectory();
  store.create("snapshot", 0o600).append(bytes);
  return openIn(store);
}

export function snapshotLine(id: string, line: string, version = 1): SnapshotLine {
  return { id, bytes: new TextEncoder().encode(line), version };
}

export function emptyDirectory(): { store: Directory; world: SimulatedWorld; process: SimulatedProcess } {
  const world = SimulatedWorld.withWorkspace();
  const process = world.start();
  const store = process.environment.fileSystem.openDirectory(beadsPath);
  if (store === undefined) throw new Error("the workspace is there");
  return { store, world, process };
}

function openIn(store: Directory): Snapshot {
  const snapshot = openSnapshot(store);
  if (snapshot === undefined) throw new Error("the file is there");
  return snapshot;
}
