import type { OpenFile } from "./file-system";

/** Gathers small writes into large ones; only for files that are not published yet. */
export class BufferedFile {
  readonly #buffer = new Uint8Array(bufferLength);
  #used = 0;
  /** Bytes written so far, buffered ones included. */
  length = 0;

  constructor(readonly file: OpenFile) {}

  write(bytes: Uint8Array): void {
    const { length } = bytes;
    this.length += length;
    if (length > bufferLength - this.#used) this.flush();
    if (length > bufferLength) {
      appendAll(this.file, bytes);
      return;
    }
    this.#buffer.set(bytes, this.#used);
    this.#used += length;
  }

  flush(): void {
    appendAll(this.file, this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }
}

const bufferLength = 1 << 20;

/** Appends all of `bytes` in as many calls as it takes; only for files that are not published yet. */
export function appendAll(file: OpenFile, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += file.append(bytes.subarray(written));
}
