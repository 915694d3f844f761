/** What the face and the store do not agree on. Lists of ids are sorted. */
export interface FaceStatus {
  readonly path: string;
  readonly hasFace: boolean;
  /** False in a fresh clone, where the face is all there is. */
  readonly hasStore: boolean;
  /** Issues that become new or other ones by what somebody else wrote into the face. */
  readonly toTakeIn: readonly string[];
  /** Issues whose line in the face will be another one, or whose line is missing there. */
  readonly toWrite: readonly string[];
  readonly conflictMarkers: readonly number[];
  readonly unreadable: readonly number[];
  readonly duplicates: readonly string[];
  readonly tornLine?: number;
  /** Files that an export has displaced and that hold what the store does not: their writers went on after it. */
  readonly displaced: readonly string[];
  /** What git is in the middle of, by the name of its mark. */
  readonly gitOperation?: string;
  readonly sequence: number;
  /** Up to where the face was exported last; absent when it was never, or others have written it since. */
  readonly exportedSequence?: number;
}

/** Whether `sync` would change nothing on either side. A fresh clone has nothing to differ from its face. */
export function isInSync(status: FaceStatus): boolean {
  const { toTakeIn, toWrite, conflictMarkers, duplicates, displaced } = status;
  const lists = [toTakeIn, toWrite, conflictMarkers, duplicates, displaced];
  const isWhole = status.hasFace || !status.hasStore;
  return isWhole && status.tornLine === undefined && lists.every((list) => list.length === 0);
}
