import type { FileStatus } from "../native/file-status";
import { type ComparedFace, compareFaceFile, type SignedFace } from "./compared-face";
import type { StorageEnvironment } from "./environment";
import { fullAllowance } from "./export-budget";
import type { ContentSums } from "./face-content";
import { readFaceFile } from "./face-file";
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
import { recallBlocks, rememberFace } from "./face-signing";
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
  #unsigned: { readonly signature: FaceSignature; readonly blocks: ContentSums["blocks"] } | undefined;

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
    const { bootId } = access;
    const compared = this.#compare({ status, signature }, access.store, loaded, isLogged);
    if (compared === undefined) return undefined;
    if (signature !== undefined && this.#isSigned(compared, signature, standing, bootId)) return undefined;
    const news = newsOf(compared, () => readFaceFile(this.#directory), access, loaded, isLogged);
    if (news === undefined || news.isPartial || news.face.sums === undefined) return news;
    const { allowance } = signature ?? { allowance: fullAllowance };
    const read = { status: news.face.status, sums: news.face.sums, readMs: compared.readMs };
    this.#unsigned = signed(read, kindOf(news.face), {
      storeId: loaded.snapshot.header.storeId,
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
    const { signature, blocks } = this.#unsigned;
    // Whoever has signed since we looked knows a later face, or wrote this one himself.
    const standing = recallFace(store, this.#workspace, signature.storeId);
    if (standing === undefined || standing.takenMs <= signature.takenMs)
      rememberFace(store, this.#workspace, signature, blocks);
    this.#unsigned = undefined;
  }

  /** Whether it is the content that was signed. Then it is signed anew where that spares others the look. */
  #isSigned(
    { status, sums, readMs }: Timed<ComparedFace>,
    signature: FaceSignature,
    standing: Doubt["standing"],
    bootId: Uint8Array,
  ): boolean {
    if (sums === undefined || signature.contentChecksum !== sums.checksum) return false;
    const again = signed({ status, sums, readMs }, signature.content, { ...signature, bootId });
    if (standing === "other" || !isRacy(again.signature)) this.#unsigned = again;
    return true;
  }

  #compare(
    { status, signature }: Pick<Doubt, "status" | "signature">,
    store: Directory,
    loaded: LoadedLog,
    isSummed: boolean,
  ): Timed<ComparedFace> | undefined {
    const { identity: base } = loaded.snapshot.base;
    const known = this.#compared;
    const isKnown = known?.base === base && isSameIdentity(known.status, status);
    if (isKnown && (known.sums !== undefined || !isSummed)) return known;
    const readMs = this.#environment.clocks.wallMs();
    const compared = compareFaceFile(this.#directory, faceName, storedLinesOf(loaded), {
      isSummed,
      signed: signature && this.#recall(store, signature),
    });
    this.#compared = compared && { ...compared, readMs, base };
    return this.#compared;
  }

  /** What all lines of the face were, when they were in the log. */
  #recall(store: Directory, signature: FaceSignature): SignedFace | undefined {
    const blocks = recallBlocks(store, this.#workspace, signature);
    const { content } = signature;
    return blocks && { blocks, isOdd: content === "conflicted" || content === "torn" };
  }
}

function signed(
  { status, sums, readMs }: Timed<{ readonly status: FileStatus; readonly sums: ContentSums }>,
  content: FaceKind,
  {
    storeId,
    bootId,
    allowance,
    sequence,
  }: Pick<FaceSignature, "storeId" | "bootId" | "allowance" | "sequence">,
): { signature: FaceSignature; blocks: ContentSums["blocks"] } {
  const signature = {
    storeId,
    bootId,
    file: identityOf(status),
    contentChecksum: sums.checksum,
    takenMs: readMs,
    sequence,
    content,
    allowance,
  };
  return { signature, blocks: sums.blocks };
}
