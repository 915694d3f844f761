import { isDigits } from "../model/digits";
import { isJsonObject } from "../model/json";
import type { FileStatus } from "../native/file-status";
import { decoder, encoder } from "../native/utf8";
import { checksum } from "./checksum";
import type { ExportAllowance } from "./export-budget";
import type { Directory } from "./file-system";
import type { Workspace } from "./workspace";

/**
 * What a face was when we last wrote it or took it in. While the file is still that one, nobody else has anything to say, and one stat tells. May be
 * lost: then every line is compared.
 */
export interface FaceSignature {
  /** In hexadecimal. What an earlier store in this place has taken in, the present one has not. */
  readonly storeId: string;
  /** In hexadecimal. Of what was not synced before a power cut, the times may have survived and the content not. */
  readonly bootId: string;
  readonly file: FileIdentity;
  /** XXH64 of the content, in hexadecimal: decides where the identity cannot. */
  readonly contentChecksum: string;
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
 * `torn`: only `sync` writes over it.
 */
export type FaceKind = "plain" | "mixed" | "conflicted" | "torn";

/** Changes whenever anybody writes to the file or puts another one in its place. Decimal numbers. */
export interface FileIdentity {
  readonly device: string;
  readonly inode: string;
  readonly size: number;
  readonly modifiedNs: string;
  readonly changedNs: string;
}

export function identityOf(status: FileStatus): FileIdentity {
  return {
    device: status.device.toString(),
    inode: status.inode.toString(),
    size: status.size,
    modifiedNs: status.modifiedNs.toString(),
    changedNs: status.changedNs.toString(),
  };
}

/** Whether the file is the one that was signed: for certain, not, or to be decided by its content. */
export function compareIdentity(
  signature: FaceSignature,
  status: FileStatus,
  bootId: Uint8Array,
): "same" | "racy" | "other" {
  if (!isSameIdentity(signature.file, identityOf(status))) return "other";
  return isRacy(signature) || signature.bootId !== bootId.toHex() ? "racy" : "same";
}

/** Whether the file may have been changed once more after it was signed and have the same times: then the content has to decide. */
export function isRacy({ file, takenMs }: FaceSignature): boolean {
  return isYoung(BigInt(file.modifiedNs), takenMs);
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
export function isSameIdentity<I extends Record<keyof FileIdentity, unknown>>(one: I, other: I): boolean {
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
  return signature?.storeId === storeId.toHex() ? signature : undefined;
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
  const text = bytes.subarray(checksumLength + 1);
  if (decoder.decode(bytes.subarray(0, checksumLength + 1)) !== `${checksumOf(text)} `) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(text));
  } catch {
    return undefined;
  }
  return isSignature(value) ? value : undefined;
}

export function checksumOf(text: Uint8Array): string {
  return checksum(text).toString(16).padStart(checksumLength, "0");
}

/** Asked at every start, hence in plain words. */
function isSignature(value: unknown): value is FaceSignature {
  if (!isJsonObject(value)) return false;
  const { file, allowance, content } = value;
  return (
    isJsonObject(file) &&
    isJsonObject(allowance) &&
    typeof value.storeId === "string" &&
    typeof value.bootId === "string" &&
    typeof value.contentChecksum === "string" &&
    (content === "plain" || content === "mixed" || content === "conflicted" || content === "torn") &&
    Number.isFinite(value.takenMs) &&
    Number.isFinite(value.sequence) &&
    Number.isFinite(allowance.leftMs) &&
    Number.isFinite(allowance.atMs) &&
    Number.isFinite(allowance.sequence) &&
    Number.isFinite(file.size) &&
    isNumber(file.device) &&
    isNumber(file.inode) &&
    isNumber(file.modifiedNs) &&
    isNumber(file.changedNs)
  );
}

function isNumber(text: unknown): boolean {
  return typeof text === "string" && isDigits(text.startsWith("-") ? text.slice(1) : text, 20);
}

/** Each worktree has a face of its own, and the store that they share a signature for each. */
export function signatureName(workspace: Workspace): string {
  return `${signaturePrefix}${checksum(encoder.encode(workspace.beadsPath)).toString(16)}`;
}

export const signaturePrefix = "face.";
/** Of its file. */
export const signatureLength = 1024;
const checksumLength = 16;
