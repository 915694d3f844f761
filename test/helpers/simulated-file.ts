import type { Random } from "../protocol-model/random";
import { type Fate, sectorLength, type Write } from "./fate";

/** More unsynced writes than this are not told apart: the kernel has written the oldest ones back by then. */
const pendingLimit = 64;

/** A file as the page cache has it, and beside it what is certain to be on the disk. */
export class FileNode {
  readonly kind = "file";
  links = 0;
  openCount = 0;
  /** The open file that holds the flock. */
  holder: object | undefined;
  size = 0;
  modifiedNs = 0n;
  changedNs = 0n;
  #memory = new ArrayBuffer(256);
  #isMapped = false;
  #durable = new Uint8Array(0);
  #pending: Write[] = [];

  constructor(
    public number: number,
    public permissions: number,
  ) {}

  read(offset: number, length: number): Uint8Array {
    const end = Math.min(offset + length, this.size);
    return end <= offset ? new Uint8Array(0) : new Uint8Array(this.#memory.slice(offset, end));
  }

  write(offset: number, bytes: Uint8Array, nowNs: bigint): void {
    this.#reserve(offset + bytes.length);
    new Uint8Array(this.#memory).set(bytes, offset);
    this.size = Math.max(this.size, offset + bytes.length);
    this.modifiedNs = nowNs;
    this.changedNs = nowNs;
    this.#pending.push({ offset, bytes: bytes.slice() });
    if (this.#pending.length > pendingLimit) this.#writeBack(this.#pending.shift());
  }

  /** The memory that every process which maps the file shares; reads and writes see it, too. */
  map(length: number): ArrayBuffer {
    if (length > this.size) throw new Error("a map that reaches past the end of the file kills the process");
    this.#isMapped = true;
    return this.#memory;
  }

  sync(): void {
    for (const write of this.#pending.splice(0)) this.#writeBack(write);
    // The size of lost pages gets there with the next sync that succeeds, their content never does.
    this.#durable = grown(this.#durable, this.size);
    if (this.#isMapped) this.#durable.set(new Uint8Array(this.#memory, 0, this.size));
  }

  /** What ext4 does: part of it may have arrived, the rest counts as clean although it never will. */
  failSync(random: Random): void {
    for (const write of this.#pending.splice(0)) if (random.chance(0.25)) this.#writeBack(write);
  }

  /**
   * A file that a power cut at this moment may leave.
   *
   * @param stale what freed blocks may still hold
   */
  survivor(fate: Fate, stale: readonly Uint8Array[]): FileNode {
    let content = this.#durable.slice();
    for (const [index, write] of this.#pending.entries()) {
      const isSuperseded = this.#pending.some((later, at) => at > index && covers(later, write));
      const { part, filler } = fate.ofWrite(write, isSuperseded, stale);
      const end = write.offset + write.bytes.length;
      if (filler !== undefined && end > content.length) {
        const start = content.length;
        content = grown(content, end);
        if (filler !== "zeros") content.set(filler.subarray(0, end - start), start);
      }
      if (part === undefined) continue;
      content = grown(content, part.offset + part.bytes.length);
      content.set(part.bytes, part.offset);
    }
    if (this.#isMapped) this.#tearMap(content, fate);
    return this.#twin(content);
  }

  /** A number that two files share only if the same is in them and they have the same inode. */
  get fingerprint(): bigint {
    return Bun.hash.wyhash(new Uint8Array(this.#memory, 0, this.size), BigInt(this.number));
  }

  /** The same file, unsynced writes and all, with no one who has it open. */
  copy(): FileNode {
    const twin = this.#twin(this.read(0, this.size));
    twin.#durable = this.#durable.slice();
    twin.#pending = [...this.#pending];
    twin.links = this.links;
    return twin;
  }

  #twin(content: Uint8Array): FileNode {
    const twin = new FileNode(this.number, this.permissions);
    twin.modifiedNs = this.modifiedNs;
    twin.changedNs = this.changedNs;
    twin.#reserve(content.length);
    new Uint8Array(twin.#memory).set(content);
    twin.size = content.length;
    twin.#durable = content.slice();
    return twin;
  }

  /** Changes made through a map reach the disk sector by sector. */
  #tearMap(content: Uint8Array, fate: Fate): void {
    const live = new Uint8Array(this.#memory, 0, Math.min(this.size, content.length));
    for (let at = 8 * sectorLength; at < live.length; at += sectorLength)
      if (fate.keepsMappedSector()) content.set(live.subarray(at, at + sectorLength), at);
  }

  #writeBack(write: Write | undefined): void {
    if (write === undefined) return;
    this.#durable = grown(this.#durable, write.offset + write.bytes.length);
    this.#durable.set(write.bytes, write.offset);
  }

  #reserve(length: number): void {
    if (length <= this.#memory.byteLength) return;
    if (this.#isMapped) throw new Error("a mapped file must not grow here: its memory would move");
    this.#memory = this.#memory.transfer(Math.max(length, 2 * this.#memory.byteLength));
  }
}

function covers(later: Write, earlier: Write): boolean {
  return later.offset === earlier.offset && later.bytes.length === earlier.bytes.length;
}

function grown(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  if (bytes.length >= length) return bytes;
  const longer = new Uint8Array(length);
  longer.set(bytes);
  return longer;
}
