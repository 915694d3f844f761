import type { BzError } from "../model/errors";
import { corrupt } from "./failure";
import type { Directory } from "./file-system";
import { framesThatVerify } from "./frame-scan";
import { isRestart, openSegment, type Segment } from "./log";
import { generationsIn, historyDirectoryName, segmentName } from "./paths";
import { StoreMoved } from "./store-moved";
import type { SegmentHeader } from "./wal-format";
import { type Frame, type FrameWalk, segmentStart, walkFrames } from "./wal-reader";

/** One segment with the frames in it that count: those before the base of its successor, or before what is confirmed. */
export interface ReadSegment {
  readonly header: SegmentHeader;
  /** Where it was found. */
  readonly directory: Directory;
  readonly frames: readonly Frame[];
  /** All of them as they were walked; undefined where only some of the segment verifies. */
  readonly walk: FrameWalk | undefined;
  /** Nobody appends to it any more. */
  readonly isSealed: boolean;
  /** Whether the log's beginning, or that of a repair, is among all those that there are. */
  readonly hasBeginning: boolean;
}

/**
 * All segments of the store, sealed ones in `history/` included, oldest first.
 * @param confirmedSequence frames after it are left out
 * @param firstGeneration earlier segments are left out
 * @throws BzError CORRUPT at a gap or a frame that does not verify
 */
export function* readSegments(
  store: Directory,
  storeId: Uint8Array,
  confirmedSequence: number,
  firstGeneration = 0,
): Generator<ReadSegment> {
  const history = store.openDirectory(historyDirectoryName);
  try {
    const names = new Set([...store.list(), ...(history?.list() ?? [])]);
    const generations = generationsIn([...names]).filter((generation) => generation >= firstGeneration);
    const headers = generations.map((generation) => headerOf(store, history, generation, storeId));
    // What lies before a repair was judged by that repair: whatever is missing there is in quarantine.
    const lastRestart = headers.findLastIndex((header, index) => isRestart(header, headers[index - 1]));
    for (const [index, generation] of generations.entries()) {
      const successor = headers[index + 1];
      const isContinued = successor?.generation === generation + 1 && !isRestart(successor, headers[index]);
      if (successor !== undefined && !isContinued && index + 1 > lastRestart)
        throw gapAfter(generation, store);
      const last = Math.min(successor?.baseSequence ?? Number.POSITIVE_INFINITY, confirmedSequence);
      const found = find(store, history, generation, storeId);
      try {
        const isJudged = index < lastRestart;
        const { walk, frames } = readFrames(found.segment, last, isJudged);
        yield {
          header: found.segment.header,
          walk,
          // Thousands, of which hardly any is asked for by whoever looks for one issue.
          get frames() {
            return frames ?? walk.frames;
          },
          directory: found.directory,
          isSealed: successor !== undefined,
          hasBeginning: lastRestart !== -1,
        };
      } finally {
        found.segment.file.close();
      }
    }
  } finally {
    history?.close();
  }
}

/** Whether there is a segment of that generation, sealed ones in `history/` included. */
export function hasSegment(store: Directory, generation: number): boolean {
  // What a compaction moves meanwhile stands in the second list.
  if (generationsIn(store.list()).includes(generation)) return true;
  const history = store.openDirectory(historyDirectoryName);
  try {
    return generationsIn(history?.list() ?? []).includes(generation);
  } finally {
    history?.close();
  }
}

function gapAfter(generation: number, store: Directory): BzError {
  return corrupt(
    `The log has a gap: ${segmentName(generation + 1)} is neither in ${store.path} nor in its history.`,
    { generation: generation + 1 },
  );
}

function readFrames(
  segment: Segment,
  lastSequence: number,
  isJudged: boolean,
):
  | { readonly walk: FrameWalk; readonly frames?: undefined }
  | { readonly walk?: undefined; readonly frames: readonly Frame[] } {
  const { file, header } = segment;
  const start = segmentStart(header);
  const bytes = file.read(start.offset, file.status().size - start.offset);
  const walk = walkFrames(bytes, start.offset, header.salt, start, lastSequence);
  if (isJudged && walk.end.sequence < lastSequence) {
    const frames = framesThatVerify(file.read(0, file.status().size), header.salt);
    return { frames: frames.filter(({ sequence }) => sequence <= lastSequence) };
  }
  if (Number.isFinite(lastSequence) && walk.end.sequence < lastSequence && header.baseSequence < lastSequence)
    throw corrupt(
      `${file.path} is damaged: the frame at offset ${walk.end.offset} (sequence ${walk.end.sequence + 1}) does not verify.`,
      {
        file: file.path,
        offset: walk.end.offset,
        sequence: walk.end.sequence + 1,
      },
    );
  return { walk };
}

function headerOf(
  store: Directory,
  history: Directory | undefined,
  generation: number,
  storeId: Uint8Array,
): SegmentHeader {
  const { segment } = find(store, history, generation, storeId);
  segment.file.close();
  return segment.header;
}

/** A compaction may be moving it: looked for in `store/`, in `history/`, and in `store/` again. */
function find(
  store: Directory,
  history: Directory | undefined,
  generation: number,
  storeId: Uint8Array,
): { segment: Segment; directory: Directory } {
  for (const directory of [store, history, store, history]) {
    const segment = directory && openSegment(directory, generation, storeId);
    if (directory !== undefined && segment !== undefined) return { segment, directory };
  }
  throw new StoreMoved(`${segmentName(generation)} is missing`);
}
