import type { State } from "../model/state";
import type { StorageEnvironment } from "./environment";
import type { FaceFile } from "./face-file";
import type { Intake } from "./face-intake";
import type { NewsFace } from "./face-news";
import {
  compareIdentity,
  type FaceKind,
  type FaceSignature,
  identityOf,
  isRacy,
  recallFace,
} from "./face-signature";
import type { Directory } from "./file-system";
import type { LoadedLog } from "./log";
import { faceName } from "./paths";
import type { Place } from "./session";
import type { StatusPage } from "./status-page";
import type { Workspace } from "./workspace";

/** The part of a session that reading takes. */
export interface StoreAccess {
  readonly store: Directory;
  readonly bootId: Uint8Array;
  readonly readStatus: () => StatusPage | undefined;
}

/** A face that is not the one that was signed. */
export interface FaceNews extends Intake {
  readonly face: NewsFace;
  readonly before: State;
  /** The state with the intake in it, as of the next sequence. */
  readonly state: State;
}

/** Where changes by others come from. */
export interface NewsSource {
  /** Of the file, in the directory of the face. */
  readonly name: string;
  /**
   * Undefined while there is nothing new.
   * @param isLogged what it brings will be written to the log; see `takeInLines`
   */
  look(access: StoreAccess, loaded: LoadedLog, isLogged: boolean): FaceNews | undefined;
  /** To be called once everything that the last look brought is in the log. */
  sign(store: Directory): void;
}

/**
 * Notices that somebody else changed the face of this worktree. One stat tells that nobody did; else the content is compared, and the lines that the
 * store does not hold are merged into its state. The code that does so is loaded only then.
 */
export class FaceWatch implements NewsSource {
  readonly name = faceName;
  readonly #place: Place;
  readonly #workspace: Workspace;
  readonly #environment: StorageEnvironment;
  #file: FaceFile | undefined;
  /** When that was read, ms: what is written behind it may leave its times as they are. */
  #readMs = 0;
  #unsigned: FaceSignature | undefined;

  constructor(place: Place, workspace: Workspace, environment: StorageEnvironment) {
    this.#place = place;
    this.#workspace = workspace;
    this.#environment = environment;
  }

  look(access: StoreAccess, loaded: LoadedLog, isLogged: boolean): FaceNews | undefined {
    this.#unsigned = undefined;
    const status = this.#place.face?.status(faceName);
    if (status === undefined) return undefined;
    const { storeId } = loaded.snapshot.header;
    const bootId = access.bootId.toHex();
    const signature = recallFace(access.store, this.#workspace, storeId);
    const standing = signature === undefined ? "other" : compareIdentity(signature, status, access.bootId);
    if (standing === "same") return undefined;
    const file = this.#read(status);
    if (file === undefined) return undefined;
    if (signature?.contentChecksum === file.contentChecksum.toString(16)) {
      const again = this.#signatureOf(file, signature.content, { ...signature, bootId });
      if (standing === "other" || !isRacy(again)) this.#unsigned = again;
      return undefined;
    }
    const { kindOf, newsOf } = require("./face-news") as typeof import("./face-news");
    const news = newsOf(file, access, loaded, isLogged);
    if (news.isPartial) return news;
    const { fullAllowance } = require("./export-budget") as typeof import("./export-budget");
    const { allowance } = signature ?? { allowance: fullAllowance };
    this.#unsigned = this.#signatureOf(file, kindOf(news.face), {
      storeId: storeId.toHex(),
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
    if (standing === undefined || standing.takenMs <= takenMs) {
      const { rememberFace } = require("./face-signing") as typeof import("./face-signing");
      rememberFace(store, this.#workspace, this.#unsigned);
    }
    this.#unsigned = undefined;
  }

  #read(status: FaceFile["status"]): FaceFile | undefined {
    const { readFaceFile } = require("./face-file") as typeof import("./face-file");
    const isRead = this.#file !== undefined && isSameFile(this.#file.status, status);
    if (isRead) return this.#file;
    this.#readMs = this.#environment.clocks.wallMs();
    this.#file = this.#place.face && readFaceFile(this.#place.face);
    return this.#file;
  }

  #signatureOf(
    { status, contentChecksum }: FaceFile,
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
      takenMs: this.#readMs,
      sequence,
      content,
      allowance,
    };
  }
}

function isSameFile(one: FaceFile["status"], other: FaceFile["status"]): boolean {
  return (
    one.inode === other.inode &&
    one.device === other.device &&
    one.size === other.size &&
    one.modifiedNs === other.modifiedNs &&
    one.changedNs === other.changedNs
  );
}
