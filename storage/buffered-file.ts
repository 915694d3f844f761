import { encoder } from "../native/utf8";
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

  /** With a line end behind it. */
  writeLine(bytes: Uint8Array): void {
    this.write(bytes);
    if (this.#used === bufferLength) this.flush();
    this.#buffer[this.#used] = newline;
    this.#used += 1;
    this.length += 1;
  }

  /** In UTF-8. Answers with what was written; it is only there until the next call. */
  writeText(text: string): Uint8Array {
    const most = text.length * longestCharacter;
    if (most > bufferLength - this.#used) this.flush();
    if (most > bufferLength) {
      const bytes = encoder.encode(text);
      this.write(bytes);
      return bytes;
    }
    const start = this.#used;
    const { written } = encoder.encodeInto(text, this.#buffer.subarray(start));
    this.#used += written;
    this.length += written;
    return this.#buffer.subarray(start, this.#used);
  }

  flush(): void {
    appendAll(this.file, this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }
}

const newline = 10;
/** The engine clears all of it, and the system makes a page of each part that it clears. */
const bufferLength = 1 << 18;
/** Bytes of UTF-8 for a unit of a text. */
const longestCharacter = 3;

/** Appends all of `bytes` in as many calls as it takes; only for files that are not published yet. */
export function appendAll(file: OpenFile, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += file.append(bytes.subarray(written));
}
