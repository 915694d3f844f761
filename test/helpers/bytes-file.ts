import type { OpenFile } from "../../storage/file-system";

/** A file that holds these bytes, to read from. */
export function bytesFile(content: Uint8Array): Pick<OpenFile, "read" | "readInto"> {
  return {
    read: (offset, length) => content.slice(offset, offset + length),
    readInto: (offset, bytes) => {
      const piece = content.subarray(offset, offset + bytes.length);
      bytes.set(piece);
      return piece.length;
    },
  };
}
