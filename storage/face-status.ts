import type { FaceStatus } from "../model/face-status";
import { saysAsMuch } from "../model/item-content";
import { displacedSource, isDisplaced } from "./displaced";
import type { StorageEnvironment } from "./environment";
import { type Face, faceOf, knownLinesOf } from "./face";
import { readFaceFile } from "./face-file";
import { isEphemeralLine } from "./face-output";
import { recallFace } from "./face-signature";
import { FaceWatch, type StoreAccess } from "./face-watch";
import type { Directory } from "./file-system";
import { gitOperationUnder } from "./git-operation";
import { type LoadedLog, loadLog } from "./log";
import { mergedLines } from "./merged-lines";
import { faceName } from "./paths";
import { openForReading, type Place } from "./session";
import type { Workspace } from "./workspace";

/** Compares every line of the face with the store. Writes nothing. */
export function readFaceStatus(
  place: Place,
  workspace: Workspace,
  environment: StorageEnvironment,
): FaceStatus {
  const session = openForReading(place.owner, environment);
  try {
    const loaded = session && loadLog(session.store, session.readStatus);
    if (session === undefined || loaded === undefined)
      return compareFace(place, workspace, environment, undefined, undefined);
    try {
      return compareFace(place, workspace, environment, session, loaded);
    } finally {
      loaded.snapshot.close();
    }
  } finally {
    session?.close();
  }
}

/** The same for a store that is open already; without one the face is all there is. */
export function compareFace(
  place: Place,
  workspace: Workspace,
  environment: StorageEnvironment,
  access: StoreAccess | undefined,
  loaded: LoadedLog | undefined,
): FaceStatus {
  if (access === undefined || loaded === undefined) return statusWithout(place, workspace);
  const { storeId } = loaded.snapshot.header;
  const news = new FaceWatch(place, workspace, environment).look(access, loaded, false);
  const face = readFaceAgainst(place.face, loaded);
  const exportedSequence = recallFace(access.store, workspace, storeId)?.sequence ?? -1;
  const isNews = (name: string): boolean => {
    const beads = place.face;
    const left = beads && displacedSource(beads, name).look(access, loaded, false);
    return left !== undefined && left.changedIds.length > 0;
  };
  return {
    ...statusWithout(place, workspace, face),
    hasStore: true,
    displaced: place.face?.list().filter((name) => isDisplaced(name) && isNews(name)) ?? [],
    toTakeIn: [...(news?.changedIds ?? [])].sort(),
    toWrite: linesToWrite(face, { ...loaded, state: news?.state ?? loaded.state }),
    sequence: loaded.position.sequence,
    ...(news === undefined && exportedSequence >= 0 ? { exportedSequence } : {}),
  };
}

function statusWithout(
  place: Place,
  workspace: Workspace,
  face = readFaceAgainst(place.face, undefined),
): FaceStatus {
  const gitOperation = gitOperationUnder(workspace.beadsPath);
  const tornLine = face?.tornLine?.lineNumber;
  return {
    path: `${workspace.beadsPath}/${faceName}`,
    hasFace: face !== undefined,
    hasStore: false,
    toTakeIn: [],
    toWrite: [],
    conflictMarkers: face?.conflictMarkers ?? [],
    unreadable: face?.guests.filter(({ isReadable }) => !isReadable).map((guest) => guest.lineNumber) ?? [],
    duplicates: face?.duplicates ?? [],
    ...(tornLine === undefined ? {} : { tornLine }),
    displaced: [],
    ...(gitOperation === undefined ? {} : { gitOperation }),
    sequence: 0,
  };
}

function readFaceAgainst(beads: Directory | undefined, loaded: LoadedLog | undefined): Face | undefined {
  const file = beads && readFaceFile(beads);
  return file && faceOf(file, loaded && knownLinesOf(loaded.state, loaded.snapshot));
}

/** What an export would write in other words than the face has it. Lines that `face` does not list are the store's to the byte. */
function linesToWrite(face: Face | undefined, after: LoadedLog): string[] {
  const duplicates = new Set(face?.duplicates);
  const others = new Map(face?.lines.map(({ id, text }) => [id, text]));
  const ids: string[] = [];
  for (const { id, bytes } of mergedLines(after)) {
    const text = others.get(id);
    const isThere = face?.ids.has(id) === true;
    const isShared = !isEphemeralLine(bytes);
    const isSaid = text === undefined ? isThere : saysAsMuch(text, decoder.decode(bytes));
    if (isShared ? !isSaid || duplicates.has(id) : isThere) ids.push(id);
  }
  return ids;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
