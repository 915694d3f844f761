import { zeros } from "../native/bytes";
import type { FileStatus } from "../native/file-status";
import { encoder } from "../native/utf8";
import { dataViewOf, hasMagic, longsOf, sameBytes, setUint53At, uint53At, wordsOf } from "./byte-layout";
import { checksum } from "./checksum";
import { writtenByNewer } from "./failure";
import type { Directory, OpenFile } from "./file-system";
import { lockName, segmentName } from "./paths";
import type { VerifiedPrefix } from "./wal-reader";

/**
 * What is confirmed durable, for every process of this boot: at the start of `store/lock`, written with one pwrite after each sync and never synced itself. It
 * has the force of shared memory: after a boot the log decides.
 *
 *    0  magic "BZSTATUS"          56  u64 inode of the segment
 *    8  u32 version               64  u64 generation
 *   12  u8 flags, u24 mount       72  u64 confirmed offset in that segment
 *   16  boot id, 16 bytes         80  u64 confirmed sequence
 *   32  store id, 16 bytes        88  the verified prefix, or zeros
 *   48  u64 device               120  u64 checksum of bytes 0 to 119
 *
 * The verified prefix (whether it is plain: flag bit 2): the offset in the segment that it ends at, its last sequence, that frame's checksum, the checksum of all its bytes; u64 each.
 */
export interface StatusPage {
  readonly bootId: Uint8Array;
  readonly storeId: Uint8Array;
  readonly device: bigint;
  readonly inode: bigint;
  readonly generation: number;
  readonly confirmedOffset: number;
  readonly confirmedSequence: number;
  /** Flag bit 0: nobody may append to this segment again. */
  readonly sealed: boolean;
  /** Flag bit 1, with `sealed`: a page was lost, so that the last frame may never have reached the disk, whatever a sync says. The next segment repeats it. */
  readonly unproven: boolean;
  /** The latest that wrote, lower 24 bits of its number; 0 where it is not known. */
  readonly mount: number;
  /** Of that segment. */
  readonly prefix: VerifiedPrefix | undefined;
}

export const lockFileLength = 16 * 1024;
export const statusPageLength = 128;
/** What stands before the confirmed offset. */
const placeLength = 72;

/** A torn page is one that a writer is replacing. */
const readAttempts = 4;

/** A page as it was read, and its bytes. */
export interface KnownPage {
  readonly page: StatusPage;
  readonly bytes: Uint8Array;
}

/** @param known is returned itself where it still stands there */
export function readStatusPage(lockFile: OpenFile, known?: KnownPage): StatusPage | undefined {
  for (let attempt = 0; attempt < readAttempts; attempt += 1) {
    const bytes = lockFile.read(0, statusPageLength);
    if (known !== undefined && sameBytes(bytes, known.bytes)) return known.page;
    const page = decodeStatusPage(bytes);
    if (page !== undefined) return page;
  }
  return undefined;
}

export function writeStatusPage(lockFile: Pick<OpenFile, "writeAt">, page: StatusPage): void {
  lockFile.writeAt(0, encodeStatusPage(page));
}

export function clearStatusPage(lockFile: OpenFile): void {
  lockFile.writeAt(0, new Uint8Array(statusPageLength));
}

export function encodeStatusPage(page: StatusPage): Uint8Array {
  const bytes = zeros(statusPageLength);
  const words = wordsOf(bytes);
  const longs = longsOf(bytes);
  const { prefix } = page;
  bytes.set(magic, 0);
  words[2] = version;
  const flags =
    (page.sealed ? sealedFlag : 0) |
    (page.unproven ? unprovenFlag : 0) |
    (prefix?.isPlain === true ? plainPrefixFlag : 0);
  words[3] = flags | (page.mount << 8);
  bytes.set(page.bootId, 16);
  bytes.set(page.storeId, 32);
  longs[6] = page.device;
  longs[7] = page.inode;
  setUint53At(words, 16, page.generation);
  setUint53At(words, 18, page.confirmedOffset);
  setUint53At(words, 20, page.confirmedSequence);
  if (prefix !== undefined) {
    setUint53At(words, 22, prefix.offset);
    setUint53At(words, 24, prefix.lastSequence);
    longs[13] = prefix.lastChecksum;
    longs[14] = prefix.checksum;
  }
  longs[15] = checksum(bytes.subarray(0, 120));
  return bytes;
}

/** @throws BzError UNSUPPORTED when a newer bz wrote it */
export function decodeStatusPage(bytes: Uint8Array): StatusPage | undefined {
  if (bytes.length < statusPageLength || !hasMagic(bytes, 0, magic)) return undefined;
  const words = wordsOf(bytes);
  const longs = longsOf(bytes);
  if (longs[15] !== checksum(bytes.subarray(0, 120))) return undefined;
  if (words[2] !== version) throw writtenByNewer(`The status page in ${lockName}`);
  const flags = words[3] ?? 0;
  return {
    bootId: bytes.slice(16, 32),
    storeId: bytes.slice(32, 48),
    device: longs[6] ?? 0n,
    inode: longs[7] ?? 0n,
    generation: uint53At(words, 16),
    confirmedOffset: uint53At(words, 18),
    confirmedSequence: uint53At(words, 20),
    sealed: (flags & sealedFlag) !== 0,
    unproven: (flags & unprovenFlag) !== 0,
    mount: flags >>> 8,
    prefix: decodePrefix(words, longs),
  };
}

/** Whether two pages, as they were written, are of one store, one boot and one segment, through one mount, and as much of it may be written: but for where it ends. */
export function isSamePlace(one: Uint8Array, other: Uint8Array): boolean {
  return sameBytes(one.subarray(0, placeLength), other.subarray(0, placeLength));
}

function decodePrefix(words: Uint32Array, longs: BigUint64Array): VerifiedPrefix | undefined {
  const offset = uint53At(words, 22);
  if (offset === 0) return undefined;
  return {
    offset,
    lastSequence: uint53At(words, 24),
    lastChecksum: longs[13] ?? 0n,
    checksum: longs[14] ?? 0n,
    isPlain: ((words[3] ?? 0) & plainPrefixFlag) !== 0,
  };
}

/**
 * How much a page can be trusted: "current" within this boot and for the very segment file it names; "earlier-boot" when another boot wrote
 * it for that file, so that whatever is readable now is on disk; "foreign" for everything else (a copied directory, a replaced file).
 */
export function standingOf(
  page: StatusPage,
  bootId: Uint8Array,
  segment: FileStatus | undefined,
): "current" | "earlier-boot" | "foreign" {
  if (segment === undefined || segment.device !== page.device || segment.inode !== page.inode)
    return "foreign";
  return sameBytes(page.bootId, bootId) ? "current" : "earlier-boot";
}

/**
 * The same, and "foreign" for an old page that a file system shows which went down and was mounted again within this boot: the log goes on behind it, as it was synced
 * ever since. A mount no later than the page's was there throughout: then that is what somebody writes now, or died of. Through a later one, as of a container that has
 * not written yet, it is taken for acknowledged, too.
 */
export function standingIn(
  store: Directory,
  page: StatusPage,
  bootId: Uint8Array,
): ReturnType<typeof standingOf> {
  const segment = store.status(segmentName(page.generation));
  const standing = standingOf(page, bootId, segment);
  if (standing !== "current" || segment === undefined) return standing;
  const isLater = page.mount !== 0 && laterMount(page.mount, segment.mount) !== page.mount;
  if (isLater && !page.sealed && segment.size > page.confirmedOffset) return "foreign";
  // Behind a seal the next segment is that of whoever writes now, or died of it.
  return (isLater || !page.sealed) && isOvertaken(store, page) ? "foreign" : standing;
}

/**
 * Whether the log goes on in a segment behind that of the page. Every segment is sealed before the next one is there: a page that says otherwise is an old one, as of a lock file that was
 * moved away and back, while others wrote with a new one.
 */
export function isOvertaken(store: Pick<Directory, "status">, { generation }: StatusPage): boolean {
  return store.status(segmentName(generation + 1)) !== undefined;
}

/** The kernel counts them upwards; 24 bits go round. 0 says nothing. */
export function laterMount(one: number, other: number): number {
  if (one === 0 || other === 0) return Math.max(one, other);
  return ((other - one) & 0xff_ffff) < 0x80_0000 ? other : one;
}

/** The page if it is current, seen from `store`. One whose segment is gone is read again: a compaction may have moved that away, and then the page has changed as well. */
export function readCurrentStatus(
  lockFile: OpenFile,
  store: Directory,
  bootId: Uint8Array,
): StatusPage | undefined {
  let page = readStatusPage(lockFile);
  for (let attempt = 0; page !== undefined && attempt < readAttempts; attempt += 1) {
    if (standingIn(store, page, bootId) === "current") return page;
    const again = readStatusPage(lockFile);
    if (again?.generation === page.generation && again.sealed === page.sealed) return undefined;
    page = again;
  }
  return undefined;
}

/** The boot's name as 16 bytes: a UUID on Linux and macOS, anything else by its checksum. */
export function bootIdBytes(name: string): Uint8Array {
  const digits = name.trim().replaceAll("-", "");
  if (digits.length === 32) {
    try {
      return Uint8Array.fromHex(digits);
    } catch {
      // A letter of it is no digit.
    }
  }
  const bytes = new Uint8Array(16);
  dataViewOf(bytes).setBigUint64(0, checksum(encoder.encode(name)), true);
  return bytes;
}

const magic = encoder.encode("BZSTATUS");
const version = 1;
const sealedFlag = 1;
const unprovenFlag = 2;
const plainPrefixFlag = 4;
