import { appendAll } from "./buffered-file";
import { checksum } from "./checksum";
import type { Directory } from "./file-system";
import { temporaryName } from "./paths";
import { randomName } from "./random";
import type { Workspace } from "./workspace";

/** What a face held when we last wrote it or took it in: other content is somebody else's. */
export interface FaceSignature {
  /** XXH64 of the file, in hexadecimal. */
  readonly contentChecksum: string;
  /** The sequence of the store that the face shows. */
  readonly sequence: number;
}

/** Each worktree has a face of its own, and the store that they share a signature for each. May be lost: then every line is compared. */
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
    appendAll(file, new TextEncoder().encode(JSON.stringify(signature)));
  } finally {
    file.close();
  }
  store.rename(temporary, name);
}

export function recallFace(store: Directory, workspace: Workspace): FaceSignature | undefined {
  const file = store.open(signatureName(workspace), "read");
  if (file === undefined) return undefined;
  try {
    const text = new TextDecoder().decode(file.read(0, lengthLimit));
    const match = /^\{"contentChecksum":"([0-9a-f]{1,16})","sequence":([0-9]{1,15})\}$/.exec(text);
    return match?.[1] === undefined ? undefined : { contentChecksum: match[1], sequence: Number(match[2]) };
  } finally {
    file.close();
  }
}

function signatureName(workspace: Workspace): string {
  return `face.${checksum(new TextEncoder().encode(workspace.beadsPath)).toString(16)}`;
}

const lengthLimit = 256;
