import type { FileStatus } from "../native/file-status";
import { encoder } from "../native/utf8";
import { float64At, hasMagic, longsOf, sameBytes, uint53At, wordsOf } from "./byte-layout";
import { checksum } from "./checksum";
import type { ExportAllowance } from "./export-budget";
import type { Directory } from "./file-system";
import type { Workspace } from "./workspace";

/**
 * What a face was when we last wrote it or took it in. While the file is still that one, nobody else has anything to say, and one stat tells. May be
 * lost: then every line is compared. In its file, of 144 bytes:
 *
 *    0  magic "BZFACE\r\n"         80  u64 time of the last modification, ns
 *    8  u32 version               88  u64 checksum of the content
 *   12  u32 kind of the content   96  f64 when the identity was taken, ms
 *   16  store id, 16 bytes       104  f64 sequence
 *   32  boot id, 16 bytes        112  f64 allowance: left, ms
 *   48  u64 device               120  f64 its time, ms
 *   56  u64 inode                128  f64 its sequence
 *   64  u64 size                 136  u64 checksum of bytes 0 to 135
 *   72  u64 time of change, ns
 */
export interface FaceSignature {
  /** What an earlier store in this place has taken in, the present one has not. */
  readonly storeId: Uint8Array;
  /** Of what was not synced before a power cut, the times may have survived and the content not. */
  readonly bootId: Uint8Array;
  readonly file: FileIdentity;
  /** Decides where the identity cannot. */
  readonly contentChecksum: bigint;
  /** When the identity was taken, ms. */
  readonly takenMs: number;
  /** Up to this sequence the face shows what the store holds; -1 when it was taken in and never written by us. */
  readonly sequence: number;
  readonly content: FaceKind;
  /** What automatic exports may cost from here on. */
  readonly allowance: ExportAllowance;
}

/**
 * `plain`: nothing but issue lines as we write them, so that the next export needs no look at it. `mixed`: other lines among them. `conflicted` and
 * `torn`: only `sync` writes over it. They are written as their places here.
 */
export const faceKinds = ["plain", "mixed", "conflicted", "torn"] as const;
export type FaceKind = (typeof faceKinds)[number];

/** Changes whenever anybody writes to the file or puts another one in its place. */
export type FileIdentity = Pick<FileStatus, "device" | "inode" | "size" | "modifiedNs" | "changedNs">;

/** Of a file as the system tells of it, which may be asked as long as this is needed. */
export function identityOf({ device, inode, size, modifiedNs, changedNs }: FileStatus): FileIdentity {
  return { device, inode, size, modifiedNs, changedNs };
}

/** Whether the file is the one that was signed: for certain, not, or to be decided by its content. */
export function compareIdentity(
  signature: FaceSignature,
  status: FileStatus,
  bootId: Uint8Array,
): "same" | "racy" | "other" {
  if (!isSameIdentity(signature.file, status)) return "other";
  return isRacy(signature) || !sameBytes(signature.bootId, bootId) ? "racy" : "same";
}

/** Whether the file may have been changed once more after it was signed and have the same times: then the content has to decide. */
export function isRacy({ file, takenMs }: FaceSignature): boolean {
  return isYoung(file.modifiedNs, takenMs);
}

/** Whether, at `nowMs`, a further change could still leave the time of the last one as it is. */
export function isYoung(modifiedNs: bigint, nowMs: number): boolean {
  const isCoarse = modifiedNs % 1_000_000_000n === 0n;
  return nowMs - Number(modifiedNs / 1_000_000n) < (isCoarse ? coarseMs : tickMs);
}

/** The worst that is in use: FAT tells times apart by 2 s. */
const coarseMs = 2000;
/** Elsewhere the kernel takes the time from a clock that ticks every 10 ms at the slowest. */
const tickMs = 25;
/** A time that lies so far back when a file is published is not young any more; no more than that, since other programs compare times, too. */
export const publishedAgeMs = 2 * tickMs;

/** Of two files as the system tells of them, or as they were written down. */
export function isSameIdentity(one: FileIdentity, other: FileIdentity): boolean {
  return (
    one.size === other.size &&
    one.inode === other.inode &&
    one.modifiedNs === other.modifiedNs &&
    one.changedNs === other.changedNs &&
    one.device === other.device
  );
}

/** Undefined when there is none of this store that can be understood. */
export function recallFace(
  store: Directory,
  workspace: Workspace,
  storeId: Uint8Array,
): FaceSignature | undefined {
  const signature = readSignature(store, workspace);
  return signature !== undefined && sameBytes(signature.storeId, storeId) ? signature : undefined;
}

function readSignature(store: Directory, workspace: Workspace): FaceSignature | undefined {
  const file = store.open(signatureName(workspace), "read");
  if (file === undefined) return undefined;
  try {
    return decodeSignature(file.read(0, signatureLength));
  } finally {
    file.close();
  }
}

/** Undefined when a bit of it is another one than was written, or it is none at all. */
export function decodeSignature(bytes: Uint8Array): FaceSignature | undefined {
  if (bytes.length < signatureLength || !hasMagic(bytes, 0, signatureMagic)) return undefined;
  const words = wordsOf(bytes);
  const longs = longsOf(bytes);
  if (longs[17] !== checksum(bytes.subarray(0, 136))) return undefined;
  const content = faceKinds[words[3] ?? 0];
  if (words[2] !== signatureVersion || content === undefined) return undefined;
  const signature = {
    storeId: bytes.slice(16, 32),
    bootId: bytes.slice(32, 48),
    file: {
      device: longs[6] ?? 0n,
      inode: longs[7] ?? 0n,
      size: uint53At(words, 16),
      changedNs: BigInt.asIntN(64, longs[9] ?? 0n),
      modifiedNs: BigInt.asIntN(64, longs[10] ?? 0n),
    },
    contentChecksum: longs[11] ?? 0n,
    takenMs: float64At(words, 24),
    sequence: float64At(words, 26),
    content,
    allowance: { leftMs: float64At(words, 28), atMs: float64At(words, 30), sequence: float64At(words, 32) },
  };
  const { file, takenMs, sequence, allowance } = signature;
  const numbers = file.size + takenMs + sequence + allowance.leftMs + allowance.atMs + allowance.sequence;
  return Number.isFinite(numbers) ? signature : undefined;
}

/** Each worktree has a face of its own, and the store that they share a signature for each. */
export function signatureName(workspace: Workspace): string {
  return `${signaturePrefix}${checksum(encoder.encode(workspace.beadsPath)).toString(16)}`;
}

export const signaturePrefix = "face.";
/** Of its part of its file. */
export const signatureLength = 144;
export const signatureVersion = 1;
export const signatureMagic = encoder.encode("BZFACE\r\n");
