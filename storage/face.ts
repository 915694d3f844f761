import { BzError } from "../model/errors";
import { emptySource, type IssueSource, State } from "../model/state";
import { saysAsMuch } from "../model/take-line";
import type { FileStatus } from "../native/file-status";
import { checksum } from "./checksum";
import { takeInLines } from "./face-intake";
import { type FaceContent, type FaceLine, type KnownLines, parseFace } from "./face-lines";
import type { Directory } from "./file-system";
import { faceName } from "./paths";
import type { Snapshot } from "./snapshot";

/** The bytes of a face, and which file they came from. */
export interface FaceFile {
  /** Of the descriptor that was read, taken before. */
  readonly status: FileStatus;
  readonly bytes: Uint8Array;
  readonly contentChecksum: bigint;
}

/** The face as it stands in a worktree. */
export interface Face extends FaceContent {
  readonly status: FileStatus;
  readonly contentChecksum: bigint;
}

/** Larger faces are refused before memory is asked for: Bun holds texts of less than two gibibytes. */
const faceLimitBytes = 1 << 30;

/**
 * Undefined when there is no face.
 * @throws BzError FILE_UNREADABLE when it is larger than a gibibyte, or no file
 */
export function readFaceFile(beads: Directory, name = faceName): FaceFile | undefined {
  // Asked before it is opened, since the errors of that explain nothing, and whoever opens a pipe waits.
  const kind = beads.status(name)?.kind;
  if (kind !== undefined && kind !== "file") throw notAFile(`${beads.path}/${name}`, kind);
  const file = beads.open(name, "read");
  if (file === undefined) return undefined;
  try {
    const status = file.status();
    if (status.size > faceLimitBytes) throw tooLarge(file.path, status.size);
    const bytes = file.read(0, status.size);
    // Where less came than there is, the signature of this must not pass for that of the whole.
    return { status: { ...status, size: bytes.length }, bytes, contentChecksum: checksum(bytes) };
  } finally {
    file.close();
  }
}

/** Undefined when there is no face; throws as `readFaceFile` does. */
export function readFace(beads: Directory, known?: KnownLines): Face | undefined {
  const file = readFaceFile(beads);
  return file && faceOf(file, known);
}

export function faceOf({ status, bytes, contentChecksum }: FaceFile, known: KnownLines | undefined): Face {
  return { status, contentChecksum, ...parseFace(bytes, known) };
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
export function knownLinesOf(state: State, snapshot: Snapshot): KnownLines {
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

function notAFile(path: string, kind: FileStatus["kind"]): BzError {
  const what = kind === "symlink" ? "a symbolic link" : kind === "directory" ? "a directory" : "not a file";
  return new BzError("FILE_UNREADABLE", `${path} is ${what}; bz reads a face that is a file.`, {
    hint: "It was left as it is. Move it aside; `bz sync` then writes one from the store.",
    context: { file: path },
  });
}

function tooLarge(path: string, sizeBytes: number): BzError {
  const size = `${(sizeBytes / 2 ** 30).toFixed(1)} GiB`;
  return new BzError("FILE_UNREADABLE", `${path} has ${size}; bz reads a face of up to 1 GiB.`, {
    hint: "It was left as it is. If it is not meant to hold issues, move it aside; `bz sync` then writes one from the store.",
    context: { file: path, size: sizeBytes },
  });
}

const encoder = new TextEncoder();
const stampHint = '"_stamp"';
