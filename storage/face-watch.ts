import type { State } from "../model/state";
import type { StorageEnvironment } from "./environment";
import type { Intake } from "./face-intake";
import type { FaceLook } from "./face-look";
import type { NewsFace } from "./face-news";
import { compareIdentity, recallFace } from "./face-signature";
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
  #closer: FaceLook | undefined;

  constructor(place: Place, workspace: Workspace, environment: StorageEnvironment) {
    this.#place = place;
    this.#workspace = workspace;
    this.#environment = environment;
  }

  look(access: StoreAccess, loaded: LoadedLog, isLogged: boolean): FaceNews | undefined {
    this.#closer?.forget();
    const { face } = this.#place;
    const status = face?.status(faceName);
    if (face === undefined || status === undefined) return undefined;
    const signature = recallFace(access.store, this.#workspace, loaded.snapshot.header.storeId);
    const standing = signature === undefined ? "other" : compareIdentity(signature, status, access.bootId);
    if (standing === "same") return undefined;
    if (this.#closer === undefined) {
      const closer = require("./face-look") as typeof import("./face-look");
      this.#closer = new closer.FaceLook(face, this.#workspace, this.#environment);
    }
    return this.#closer.look({ status, signature, standing }, access, loaded, isLogged);
  }

  get hasToSign(): boolean {
    return this.#closer?.hasToSign === true;
  }

  sign(store: Directory): void {
    this.#closer?.sign(store);
  }
}
