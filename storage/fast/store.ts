import { closeFile, readAt } from "../../native/file";
import { statusAt } from "../../native/file-status";
import { randomBytes } from "../../native/process";
import { encoder } from "../../native/utf8";
import { sameBytes } from "../byte-layout";
import { checksum } from "../checksum";
import {
  compareIdentity,
  decodeSignature,
  type FaceSignature,
  isSameIdentity,
  signatureLength,
  signaturePrefix,
} from "../face-signature";
import { faceName, segmentName } from "../paths";
import { decodeStatusPage, isOvertaken, laterMount, type StatusPage, statusPageLength } from "../status-page";
import { type FastLog, readLog } from "./log";
import { type FastPlace, openPlace, regularAt } from "./place";
import { FastSnapshot } from "./snapshot";
import { giveUp } from "./unusual";

/** For commands, which may not import what belongs to `native/`. */
export { randomBytes };

/** What nearly every call finds, read as `Store.read` does it. */
export interface FastFiles {
  readonly place: FastPlace;
  readonly page: StatusPage;
  readonly snapshot: FastSnapshot;
  readonly log: FastLog;
  /** Of the face, which nobody else has written since. */
  readonly signature: FaceSignature;
  readonly prefix: string;
}

/** Gives up at anything unusual. Its files stay open until the process ends. */
export function openFastFiles(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  access: "read" | "update",
): FastFiles {
  const place = openPlace(cwd, env, access);
  const page = readPage(place);
  // Whoever writes asks under the lock, or where nothing is to be written.
  if (access === "read") refuseOvertaken({ place, page });
  return readFiles(place, page);
}

/** Gives up at the page of a lock file that was moved away and back: others have written with a new one meanwhile. */
export function refuseOvertaken({ place: { store }, page }: Pick<FastFiles, "place" | "page">): void {
  if (!page.sealed && isOvertaken({ status: (name) => statusAt(store, name) }, page)) giveUp();
}

/**
 * What stands there at that page.
 * @param known is not read again where it is still the snapshot
 */
export function readFiles(place: FastPlace, page: StatusPage, known?: FastSnapshot): FastFiles {
  const snapshot = known?.isPublished(place.store) === true ? known : new FastSnapshot(place.store);
  const log = readLog(place.store, page, snapshot.top.header);
  if (!snapshot.isPublished(place.store)) giveUp();
  const signature = signatureOfFace(place, page);
  const { prefix } = snapshot.base.header;
  return { place, page, snapshot, log, signature, prefix };
}

/**
 * The same once others have written, where no more is read than they did: the page differs in nothing but where its segment ends.
 * @param segment is that one, open to be read
 */
export function readOn(
  { place, snapshot, log, signature, prefix }: FastFiles,
  page: StatusPage,
  segment: number,
): FastFiles {
  const latest = log.until(page, segment);
  if (!snapshot.isPublished(place.store)) giveUp();
  const face = statusAt(place.beads, faceName) ?? giveUp();
  // Of one that is still the same nobody could say anything else.
  const standing = isSameIdentity(signature.file, face) ? signature : signatureOfFace(place, page);
  return { place, page, snapshot, log: latest, signature: standing, prefix };
}

/** Of this boot, and for the very segment that it names. */
export function readPage({ lock, store, bootId }: FastPlace): StatusPage {
  const page = decodeStatusPage(readAt(lock, 0, statusPageLength)) ?? giveUp();
  const segment = statusAt(store, segmentName(page.generation)) ?? giveUp();
  if (segment.device !== page.device || segment.inode !== page.inode) giveUp();
  if (!sameBytes(page.bootId, bootId)) giveUp();
  if (page.mount !== 0 && laterMount(page.mount, segment.mount) !== page.mount) giveUp();
  return page;
}

/** Gives up where somebody else has written the face: the lines that they changed are to be merged. */
function signatureOfFace(
  { beadsPath, beads, store, bootId }: FastPlace,
  { storeId }: StatusPage,
): FaceSignature {
  const face = statusAt(beads, faceName) ?? giveUp();
  const name = `${signaturePrefix}${checksum(encoder.encode(beadsPath)).toString(16)}`;
  const file = regularAt(store, name, "read") ?? giveUp();
  const signature = decodeSignature(readAt(file, 0, signatureLength));
  closeFile(file);
  if (
    signature === undefined ||
    !sameBytes(signature.storeId, storeId) ||
    compareIdentity(signature, face, bootId) !== "same"
  )
    giveUp();
  return signature;
}
