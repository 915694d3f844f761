import { type Directory, Disk, type FileInode } from "./disk.ts";
import type { Random } from "./random.ts";
import { type Block, type Frame, provenSequence, type StatusPage, type Version } from "./records.ts";
import type { Choices, Setting } from "./settings.ts";
import type { Step } from "./steps.ts";

export type Violation =
  | "ACKED INTO THE VOID"
  | "DUP"
  | "FALSE FOREIGN HOLDER"
  | "LOST ACKED"
  | "LOST IN SILENCE"
  | "MIXED STORES"
  | "NOT PREFIX"
  | "PHANTOM"
  | "READER STUCK"
  | "RECOVERY REFUSED"
  | "SEEN THEN LOST"
  | "STALE READ"
  | "TWO WRITERS"
  | "WRITER REFUSED"
  | "WRONG BASE"
  | "WRONG CONTENT";

export type Steps = Generator<void, void>;

/** A process. It ends by finishing, by a kill, or with the power. */
export interface Actor {
  readonly id: number;
  readonly kind: "writer" | "compactor" | "reader" | "cleaner" | "lock replacer";
  /** In the order taken: the lock file first, what is taken under it later. */
  readonly held: (FileInode | Directory)[];
  steps: Steps;
  /** The flock that it is blocked on. */
  waitsFor: FileInode | Directory | undefined;
}

/** Everything that stands still for the actors: the disk, the boot, and what the checks know of the truth. */
export class World {
  readonly truth = new Truth();
  /** How often each thing happened, to see that a campaign tries what it claims to try. */
  readonly counts = {
    steps: 0,
    acknowledged: 0,
    rotations: 0,
    snapshots: 0,
    deltas: 0,
    births: 0,
    reads: 0,
    fullSafety: 0,
  };
  disk: Disk;
  bootId = 1;
  readonly #inside = new Map<number, Directory>();
  #lastTransaction = 0;
  #lastStoreId = 0;
  #lastActor = 0;
  #lastSalt = 0;
  #lastIdentity = 0;
  /** Contents that backups and old revisions of the face hold. */
  readonly backups: number[] = [0];
  faces: number[] = [0];

  constructor(
    readonly random: Random,
    readonly setting: Setting,
    readonly choices: Choices,
    readonly without: readonly Step[],
  ) {
    this.disk = new Disk(random, setting.syncFailure, setting.directorySyncFailure);
  }

  skips(step: Step): boolean {
    return this.without.length > 0 && this.without.includes(step);
  }

  nextTransaction(): number {
    this.#lastTransaction += 1;
    return this.#lastTransaction;
  }

  nextActor(): number {
    this.#lastActor += 1;
    return this.#lastActor;
  }

  nextBirth(): number {
    this.#lastStoreId += 1;
    return this.#lastStoreId;
  }

  storeIdOf(birth: number): number {
    return this.skips("new store id at each birth") ? 1 : birth;
  }

  nextIdentity(): number {
    this.#lastIdentity += 1;
    return this.#lastIdentity;
  }

  nextSalt(): number {
    this.#lastSalt += 1;
    return this.skips("salt in the frame's sum") ? 0 : this.#lastSalt;
  }

  get store(): Directory | undefined {
    return this.disk.root.directory("store");
  }

  sync(file: FileInode): boolean {
    const synced = this.disk.sync(file);
    if (!synced) this.truth.syncFailed = true;
    return synced;
  }

  writePage(lock: FileInode, page: StatusPage | undefined): void {
    lock.writePage(page);
    this.disk.note(() => `status page ${page ? JSON.stringify(page) : "cleared"}`);
  }

  append(file: FileInode, block: Block): void {
    file.append(block);
    this.disk.note(() => `appends to inode ${file.number}: ${describe(block)}`);
  }

  /** Ghost: the process believes that it is alone. */
  enters(actor: Actor, directory: Directory): void {
    for (const other of this.#inside.values()) if (other === directory) this.truth.violated("TWO WRITERS");
    this.#inside.set(actor.id, directory);
  }

  leaves(actor: Actor): void {
    this.#inside.delete(actor.id);
  }

  powerOn(disk: Disk): void {
    this.disk = disk;
    this.bootId += 1;
    this.#inside.clear();
  }

  /** One frame on top of a state, checked against what its writer had decided on. */
  apply(version: Version, frame: Frame): Version {
    const { truth } = this;
    if (frame.decidedOn.birth !== version.birth) truth.violated("MIXED STORES");
    else if (frame.decidedOn !== version) truth.violated("WRONG BASE");
    const next = version.after(frame.transaction, frame.restores);
    if (next.holdsTwice()) truth.violated("DUP");
    if (!truth.attempted.has(frame.transaction)) truth.violated("PHANTOM");
    return next;
  }
}

/** What the outside world was told, against which every answer and every recovered disk is held. */
export class Truth {
  readonly violations = new Set<Violation>();
  readonly attempted = new Set<number>();
  /** The longest acknowledged state since the last removal of a file by the user. */
  acked: Version | undefined;
  /** The longest state that a reader was shown as durable. */
  seen: Version | undefined;
  lastRemoval = -1;
  cleaners = 0;
  /** A store that a `clean` took apart, or that suffered three faults at once, may be refused: loudly, never in part. */
  mayRefuse = false;
  syncFailed = false;
  pageLost = false;
  lockReplaced = false;
  onViolation: ((what: string) => void) | undefined;

  violated(what: Violation): void {
    this.violations.add(what);
    this.onViolation?.(what);
  }

  /** The user took a file of the store away: nothing acknowledged up to now is owed any more. */
  removed(step: number): void {
    this.acked = undefined;
    this.seen = undefined;
    this.lastRemoval = step;
    this.mayRefuse = true;
  }

  acknowledge(version: Version, segment: FileInode, syncedAt: number, beganAt: number): void {
    if (segment.unlinkedAt <= syncedAt) this.violated("ACKED INTO THE VOID");
    // While everything is being removed nothing is owed; a clean that the power cut ended may leave ruins.
    if (this.lastRemoval >= syncedAt || this.cleaners > 0) return;
    const { acked } = this;
    if (acked && acked.birth !== version.birth) this.violated("ACKED INTO THE VOID");
    else if (acked && !acked.leadsTo(version) && !version.leadsTo(acked)) this.violated("LOST ACKED");
    if (!acked || acked.depth < version.depth) this.acked = version;
    // Where the directory outlives the clean, a process that had read before it may write behind a log that is gone:
    // then the store is refused, which is loud; it must still not come back without the write.
    if (this.lastRemoval < beganAt) this.mayRefuse = false;
  }

  show(version: Version): void {
    const { seen } = this;
    if (seen && !seen.leadsTo(version) && !version.leadsTo(seen)) this.violated("SEEN THEN LOST");
    if (!seen || seen.depth < version.depth) this.seen = version;
  }

  /** A process that began at `startedAt` found damage and said so. */
  refused(startedAt: number, what: Violation): void {
    if (this.lastRemoval < startedAt && !this.refusalIsAllowed) this.violated(what);
  }

  get refusalIsAllowed(): boolean {
    return this.mayRefuse || this.cleaners > 0;
  }

  /** The same on a disk that lied: what was acknowledged is owed as far as the page that it kept tells of it. */
  recoveredInPart(version: Version | undefined, page: StatusPage | undefined): void {
    const { acked } = this;
    if (acked === undefined || page === undefined || page.storeId !== acked.birth) return;
    const owed = acked.upTo(provenSequence(page));
    if (!(version && owed.leadsTo(version))) this.violated("LOST IN SILENCE");
  }

  /** A state found on a disk after a power cut, or undefined where there is no store. */
  recovered(version: Version | undefined): void {
    if (this.acked && !(version && this.acked.leadsTo(version))) this.violated("LOST ACKED");
    if (this.seen && !(version && this.seen.leadsTo(version))) this.violated("SEEN THEN LOST");
  }
}

function describe(block: Block): string {
  return JSON.stringify(block, (key, value) =>
    key === "version" || key === "decidedOn" ? undefined : value,
  );
}
