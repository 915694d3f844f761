import { type FileKind, type FileStatus, fileKind } from "./file-status";

/** `struct stat` of macOS with 64-bit inodes, the same on x64 and arm64. */
export class DarwinStatus implements FileStatus {
  readonly mount = 0;

  constructor(readonly view: DataView) {}

  get device(): bigint {
    return BigInt(this.view.getUint32(0, true));
  }

  get inode(): bigint {
    return this.view.getBigUint64(8, true);
  }

  get links(): number {
    return this.view.getUint16(6, true);
  }

  get size(): number {
    return Number(this.view.getBigInt64(96, true));
  }

  get modifiedNs(): bigint {
    return readTimeNs(this.view, 48);
  }

  get changedNs(): bigint {
    return readTimeNs(this.view, 64);
  }

  get kind(): FileKind {
    return fileKind(this.view.getUint16(4, true));
  }

  get permissions(): number {
    return this.view.getUint16(4, true) & 0o7777;
  }

  get owner(): number {
    return this.view.getUint32(16, true);
  }
}

/** Seconds, then nanoseconds. */
function readTimeNs(view: DataView, offset: number): bigint {
  return view.getBigInt64(offset, true) * 1_000_000_000n + BigInt(view.getUint32(offset + 8, true));
}
