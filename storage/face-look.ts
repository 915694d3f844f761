import type { FileStatus } from "../native/file-status";
import { type ComparedFace, compareFaceFile } from "./compared-face";
import type { StorageEnvironment } from "./environment";
import { fullAllowance } from "./export-budget";
import { type FaceSum, readFaceFile, sumFaceFile } from "./face-file";
import { kindOf, newsOf, storedLinesOf } from "./face-news";
import {
  type compareIdentity,
  type FaceKind,
  type FaceSignature,
  identityOf,
  isRacy,
  isSameIdentity,
  recallFace,
} from "./face-signature";
import { rememberFace } from "./face-signing";
import type { FaceNews, StoreAccess } from "./face-watch";
import type { Directory } from "./file-system";
import type { LoadedLog } from "./log";
import { faceName } from "./paths";
import type { Workspace } from "./workspace";

/** What is written behind that time, ms, may leave the times of the file as they are. */
type Timed<T> = T & { readonly readMs: number };

/** A face whose identity does not tell that it is the one that was signed. */
export interface Doubt {
  readonly status: FileStatus;
  readonly signature: FaceSignature | undefined;
  readonly standing: ReturnType<typeof compareIdentity>;
}

/** The look at the content of a face, where one at its times is not enough. A second one reads it again only if it is another file by then. */
export class FaceLook {
  readonly #directory: Directory;
  readonly #workspace: Workspace;
  readonly #environment: StorageEnvironment;
  #compared: (Timed<ComparedFace> & { readonly base: bigint }) | undefined;
  #sum: Timed<FaceSum> | undefined;
  #unsigned: FaceSignature | undefined;

  constructor(directory: Directory, workspace: Workspace, environment: StorageEnvironment) {
    this.#directory = directory;
    this.#workspace = workspace;
    this.#environment = environment;
  }

  /** Before each look: what the one before has found need not be signed any more. */
  forget(): void {
    this.#unsigned = undefined;
  }

  look(
    { status, signature, standing }: Doubt,
    access: StoreAccess,
    loaded: LoadedLog,
    isLogged: boolean,
  ): FaceNews | undefined {
    const bootId = access.bootId.toHex();
    // Where it is as long as the one that was signed, it most often is that one, with another time: to tell takes no memory for it.
    const sum = signature?.file.size === status.size ? this.#readSum(status) : undefined;
    if (signature !== undefined && sum !== undefined && this.#isSigned(sum, signature, standing, bootId))
      return undefined;
    const compared = this.#compare(status, loaded, isLogged);
    if (compared === undefined) return undefined;
    const { contentChecksum, readMs } = compared;
    if (signature !== undefined && contentChecksum !== undefined) {
      const read = { status: compared.status, contentChecksum, readMs };
      if (this.#isSigned(read, signature, standing, bootId)) return undefined;
    }
    const news = newsOf(compared, () => readFaceFile(this.#directory), access, loaded, isLogged);
    if (news === undefined || news.isPartial || news.face.contentChecksum === undefined) return news;
    const { allowance } = signature ?? { allowance: fullAllowance };
    const read = { status: news.face.status, contentChecksum: news.face.contentChecksum, readMs };
    this.#unsigned = signatureOf(read, kindOf(news.face), {
      storeId: loaded.snapshot.header.storeId.toHex(),
      bootId,
      allowance,
      sequence: -1,
    });
    return news;
  }

  get hasToSign(): boolean {
    return this.#unsigned !== undefined;
  }

  sign(store: Directory): void {
    if (this.#unsigned === undefined) return;
    const { storeId, takenMs } = this.#unsigned;
    // Whoever has signed since we looked knows a later face, or wrote this one himself.
    const standing = recallFace(store, this.#workspace, Uint8Array.fromHex(storeId));
    if (standing === undefined || standing.takenMs <= takenMs)
      rememberFace(store, this.#workspace, this.#unsigned);
    this.#unsigned = undefined;
  }

  /** Whether it is the content that was signed. Then it is signed anew where that spares others the look. */
  #isSigned(
    file: Timed<FaceSum>,
    signature: FaceSignature,
    standing: Doubt["standing"],
    bootId: string,
  ): boolean {
    if (signature.contentChecksum !== file.contentChecksum.toString(16)) return false;
    const again = signatureOf(file, signature.content, { ...signature, bootId });
    if (standing === "other" || !isRacy(again)) this.#unsigned = again;
    return true;
  }

  #readSum(status: FileStatus): Timed<FaceSum> | undefined {
    if (this.#sum !== undefined && isSameIdentity(this.#sum.status, status)) return this.#sum;
    const readMs = this.#environment.clocks.wallMs();
    const sum = sumFaceFile(this.#directory);
    this.#sum = sum && { ...sum, readMs };
    return this.#sum;
  }

  #compare(status: FileStatus, loaded: LoadedLog, isSummed: boolean): Timed<ComparedFace> | undefined {
    const { identity: base } = loaded.snapshot.base;
    const known = this.#compared;
    const isKnown = known?.base === base && isSameIdentity(known.status, status);
    if (isKnown && (known.contentChecksum !== undefined || !isSummed)) return known;
    const readMs = this.#environment.clocks.wallMs();
    const compared = compareFaceFile(this.#directory, faceName, storedLinesOf(loaded), isSummed);
    this.#compared = compared && { ...compared, readMs, base };
    return this.#compared;
  }
}

function signatureOf(
  { status, contentChecksum, readMs }: Timed<FaceSum>,
  content: FaceKind,
  {
    storeId,
    bootId,
    allowance,
    sequence,
  }: Pick<FaceSignature, "storeId" | "bootId" | "allowance" | "sequence">,
): FaceSignature {
  return {
    storeId,
    bootId,
    file: identityOf(status),
    contentChecksum: contentChecksum.toString(16),
    takenMs: readMs,
    sequence,
    content,
    allowance,
  };
}
