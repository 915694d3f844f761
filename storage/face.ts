import type { IssueSource } from "../model/issue-source";
import { emptySource } from "../model/issue-source";
import { saysAsMuch } from "../model/item-content";
import { State } from "../model/state";
import type { FileStatus } from "../native/file-status";
import { encoder } from "../native/utf8";
import type { Checkpoint } from "./checkpoint";
import { checksum } from "./checksum";
import type { ContentSums } from "./face-content";
import { type FaceFile, readFaceFile } from "./face-file";
import { takeInLines } from "./face-intake";
import { type FaceContent, type FaceLine, type KnownLines, parseFace } from "./face-lines";
import type { Directory } from "./file-system";

/** The face as it stands in a worktree. */
export interface Face extends FaceContent {
  readonly status: FileStatus;
  readonly sums: ContentSums;
}

/** Undefined when there is no face; throws as `readFaceFile` does. */
export function readFace(beads: Directory, known?: KnownLines): Face | undefined {
  const file = readFaceFile(beads);
  return file && faceOf(file, known);
}

export function faceOf({ status, bytes, sums }: FaceFile, known: KnownLines | undefined): Face {
  return { status, sums, ...parseFace(bytes, known) };
}

/** The face as a source of issues, for a clone that has nothing else. Lines of one id are merged. */
export function faceSource(face: Face | undefined): IssueSource {
  const state = new State(emptySource);
  for (const [id, line] of mergedFaceLines(face)) state.apply({ op: "put", id, line }, 0);
  return state;
}

/** One line for each id. */
export function mergedFaceLines(face: FaceContent | undefined): Map<string, string> {
  const merged = new Map<string, string>();
  const duplicates = new Set(face?.duplicates);
  const others: FaceLine[] = [];
  for (const line of face?.lines ?? []) {
    const { id, text } = line;
    if (duplicates.has(id) || text.includes(stampHint)) others.push(line);
    else merged.set(id, text);
  }
  const { operations } = takeInLines(others, new State(emptySource), () => new Map(), false);
  for (const { id, result } of operations) if (result !== undefined) merged.set(id, result);
  return merged;
}

/** The lines of a store: what its log touched is compared as text, all else by the checksums of the snapshot's index, without reading it. */
export function knownLinesOf(state: State, snapshot: Checkpoint): KnownLines {
  return {
    holds: (id, bytes) => {
      if (state.isTouched(id)) return isText(bytes, state.line(id));
      const entry = snapshot.entryOf(id);
      return entry?.length === bytes.length && entry.checksum === checksum(bytes);
    },
  };
}

/** The bytes of lines that say what their issues say in other words; they stay. */
export function keptLines(face: Face, lineOf: (id: string) => string | undefined): Map<string, Uint8Array> {
  const kept = new Map<string, Uint8Array>();
  for (const { id, text, raw } of face.lines) {
    const line = lineOf(id);
    if (line === undefined || kept.has(id)) continue;
    if (text === line ? raw !== undefined : saysAsMuch(text, line)) kept.set(id, raw ?? encoder.encode(text));
  }
  return kept;
}

function isText(bytes: Uint8Array, text: string | undefined): boolean {
  // A unit of text is one byte at least and three at most, which spares most of the others the encoding.
  if (text === undefined || bytes.length < text.length || bytes.length > text.length * 3) return false;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).equals(encoder.encode(text));
}

const stampHint = '"_stamp"';
