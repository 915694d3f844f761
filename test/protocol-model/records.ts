/**
 * What stands in the files. One block is the unit that a disk keeps, loses or tears: a segment header, one frame, or a
 * whole snapshot. Fields marked "ghost" are for the checks only; no actor decides anything by them.
 */

/**
 * The state after a sequence of transactions. Equal sequences in the same store are the same object, so comparing two
 * states costs the difference of their lengths and no more. Ghost throughout, but for `content`.
 */
export class Version {
  readonly #children = new Map<number, Version>();

  private constructor(
    readonly parent: Version | undefined,
    readonly depth: number,
    readonly birth: number,
    readonly transaction: number,
    readonly content: number,
  ) {}

  static root(birth: number, content: number): Version {
    return new Version(undefined, 0, birth, 0, content);
  }

  after(transaction: number, restores: number | undefined): Version {
    const known = this.#children.get(transaction);
    if (known) return known;
    const content = contentAfter(this.content, transaction, restores);
    const child = new Version(this, this.depth + 1, this.birth, transaction, content);
    this.#children.set(transaction, child);
    return child;
  }

  /** True if `later` holds everything that stands here, in the same order, at its beginning. */
  leadsTo(later: Version): boolean {
    let cursor: Version | undefined = later;
    while (cursor && cursor.depth > this.depth) cursor = cursor.parent;
    return cursor === this;
  }

  /** This state, or the one it came from that has so many transactions. */
  upTo(depth: number): Version {
    let cursor: Version = this;
    while (cursor.depth > depth && cursor.parent) cursor = cursor.parent;
    return cursor;
  }

  holdsTwice(): boolean {
    for (let cursor = this.parent; cursor; cursor = cursor.parent) {
      if (cursor.transaction === this.transaction) return true;
    }
    return false;
  }
}

/** What the issues would look like: a transaction adds to it, a restore puts an earlier one in its place. */
export function contentAfter(content: number, transaction: number, restores: number | undefined): number {
  return restores ?? mix(content, transaction);
}

export interface Header {
  readonly kind: "header";
  readonly storeId: number;
  readonly generation: number;
  readonly salt: number;
  readonly baseSequence: number;
  readonly baseSum: number;
}

export interface Frame {
  readonly kind: "frame";
  readonly sequence: number;
  readonly link: number;
  readonly sum: number;
  readonly transaction: number;
  /** A restore carries the content of an earlier backup. */
  readonly restores: number | undefined;
  /** Ghost: the state on which the writer decided. */
  readonly decidedOn: Version;
}

/** What both levels of snapshot say: where the log goes on, and what the issues look like there. */
interface Checkpoint {
  readonly storeId: number;
  readonly sequence: number;
  readonly sum: number;
  readonly nextGeneration: number;
  /** Ghost. */
  readonly version: Version;
}

/** The first level, the base. */
export interface Snapshot extends Checkpoint {
  readonly kind: "snapshot";
  /** No other snapshot has it: the checksum of what its bytes say. */
  readonly identity: number;
  readonly content: number;
}

/** The second level: what has changed since the base, and worth nothing without it. */
export interface Delta extends Checkpoint {
  readonly kind: "delta";
  /** The identity of the base. */
  readonly base: number;
  /** Makes the content of the base that of this sequence, and that of any other base nonsense. */
  readonly change: number;
}

export type Block = Header | Frame | Snapshot | Delta | { readonly kind: "torn" };

export const torn: Block = { kind: "torn" };

/** The first bytes of the lock file: never synced, believed only within the boot that wrote them. */
export interface StatusPage {
  readonly bootId: number;
  readonly storeId: number;
  readonly generation: number;
  /** Number of the segment's inode; the operating system may give a freed number to a new file. */
  readonly segment: number;
  /** Confirmed blocks of the segment, its header included: the model's `confirmed` offset. */
  readonly count: number;
  readonly sequence: number;
  readonly sealed: boolean;
  /** An earlier page was lost: whether the last frame reached the disk is not known, and it is written again by the next rotation. */
  readonly unproven: boolean;
}

/** The last frame that the page knows to be on the disk. */
export function provenSequence({ sequence, unproven }: StatusPage): number {
  return unproven ? sequence - 1 : sequence;
}

function mix(left: number, right: number): number {
  let mixed = Math.imul(left ^ 0x2c1b3c6d, 0x85ebca6b) ^ Math.imul(right + 0x165667b1, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x27d4eb2f);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

/** The sum of a frame, keyed by the salt of its segment. */
export function frameSum(salt: number, link: number, sequence: number, transaction: number): number {
  return mix(mix(salt, link), mix(sequence, transaction));
}

export function segmentName(generation: number): string {
  return `wal.${generation}`;
}

export function generationOf(name: string): number | undefined {
  const digits = /^wal\.(\d+)$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
