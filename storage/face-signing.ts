import { BlockTable, blockEntryLength, blockSum } from "./block-table";
import { dataViewOf, writeUint53 } from "./byte-layout";
import { checksum } from "./checksum";
import { contentBlockLength } from "./face-content";
import {
  type FaceSignature,
  faceKinds,
  signatureLength,
  signatureMagic,
  signatureName,
  signaturePrefix,
  signatureVersion,
} from "./face-signature";
import type { Directory, OpenFile } from "./file-system";
import type { Workspace } from "./workspace";

/**
 * Writes a signature over the last one, and behind it the sums of the blocks of its content where these are other ones: they count as long as their sum is the one that is signed. May be lost: nothing is synced, and whoever finds half of it finds none. A new file in the place of the old one would cost more than all of the
 * signature: ext4 writes such a file to the disk before it gets the name.
 */
export function rememberFace(
  store: Directory,
  workspace: Workspace,
  signature: FaceSignature,
  blocks?: Uint8Array,
): void {
  const file = store.openOrCreate(signatureName(workspace), 0o600);
  try {
    if (blocks !== undefined) {
      file.writeAt(signatureLength, blocks);
      clearBehind(file, signatureLength + blocks.length);
    }
    file.writeAt(0, encodeSignature(signature));
  } finally {
    file.close();
  }
}

/** The blocks of the face that was signed; undefined where they were not written, or are of another one. */
export function recallBlocks(
  store: Directory,
  workspace: Workspace,
  { file: { size }, contentChecksum }: FaceSignature,
): BlockTable | undefined {
  const file = store.open(signatureName(workspace), "read");
  if (file === undefined) return undefined;
  try {
    const entries = file.read(signatureLength, Math.ceil(size / contentBlockLength) * blockEntryLength);
    return blockSum(entries) === contentChecksum ? new BlockTable(entries) : undefined;
  } finally {
    file.close();
  }
}

/** Takes what the blocks of all faces begin with out of the store, as it may be a text that was purged. What else the signatures say still holds. */
export function forgetBlocks(store: Directory): void {
  for (const name of store.list()) {
    if (!name.startsWith(signaturePrefix) || store.status(name)?.kind !== "file") continue;
    const file = store.open(name, "update");
    try {
      if (file !== undefined) clearBehind(file, signatureLength);
      file?.sync();
    } finally {
      file?.close();
    }
  }
}

/** Forgets what the face of this worktree was, so that every line of it is looked at again. */
export function forgetFace(store: Directory, workspace: Workspace): void {
  store.remove(signatureName(workspace));
}

/** Forgets all faces, so that every line of them is looked at again. */
export function forgetFaces(store: Directory): void {
  for (const name of store.list()) if (name.startsWith(signaturePrefix)) store.remove(name);
}

function clearBehind(file: OpenFile, offset: number): void {
  const length = file.status().size - offset;
  if (length > 0) file.writeAt(offset, new Uint8Array(length));
}

/** Always of one length, so that nothing is left of the one before. */
export function encodeSignature({ file, allowance, ...signature }: FaceSignature): Uint8Array {
  const bytes = new Uint8Array(signatureLength);
  const view = dataViewOf(bytes);
  bytes.set(signatureMagic, 0);
  view.setUint32(8, signatureVersion, true);
  view.setUint32(12, faceKinds.indexOf(signature.content), true);
  bytes.set(signature.storeId, 16);
  bytes.set(signature.bootId, 32);
  view.setBigUint64(48, file.device, true);
  view.setBigUint64(56, file.inode, true);
  writeUint53(view, 64, file.size);
  view.setBigUint64(72, file.changedNs, true);
  view.setBigUint64(80, file.modifiedNs, true);
  view.setBigUint64(88, signature.contentChecksum, true);
  view.setFloat64(96, signature.takenMs, true);
  view.setFloat64(104, signature.sequence, true);
  view.setFloat64(112, allowance.leftMs, true);
  view.setFloat64(120, allowance.atMs, true);
  view.setFloat64(128, allowance.sequence, true);
  view.setBigUint64(136, checksum(bytes.subarray(0, 136)), true);
  return bytes;
}
