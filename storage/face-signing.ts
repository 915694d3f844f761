import { appendAll } from "./buffered-file";
import { checksumOf, type FaceSignature, signatureName, signaturePrefix } from "./face-signature";
import type { Directory } from "./file-system";
import { temporaryName } from "./paths";
import { randomName } from "./random";
import type { Workspace } from "./workspace";

/** Writes a signature in place of the last one. May be lost: nothing is synced. */
export function rememberFace(
  store: Directory,
  workspace: Workspace,
  processId: number,
  signature: FaceSignature,
): void {
  const name = signatureName(workspace);
  const temporary = temporaryName(name, processId, randomName(8));
  const file = store.create(temporary, 0o600);
  try {
    appendAll(file, encodeSignature(signature));
  } finally {
    file.close();
  }
  store.rename(temporary, name);
}

/** Forgets what the face of this worktree was, so that every line of it is looked at again. */
export function forgetFace(store: Directory, workspace: Workspace): void {
  store.remove(signatureName(workspace));
}

/** Forgets all faces, so that every line of them is looked at again. */
export function forgetFaces(store: Directory): void {
  for (const name of store.list()) if (name.startsWith(signaturePrefix)) store.remove(name);
}

/** A checksum and the text that it is of: a wrong bit could have the lines of others taken for ours. */
export function encodeSignature(signature: FaceSignature): Uint8Array {
  const text = JSON.stringify(signature);
  return encoder.encode(`${checksumOf(encoder.encode(text))} ${text}`);
}

const encoder = new TextEncoder();
