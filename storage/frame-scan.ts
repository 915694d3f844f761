import { decodeFrame, frameHeaderLength, segmentHeaderLength } from "./wal-format";
import { type Frame, linkedChecksum, magicFirstByte } from "./wal-reader";

/** Every frame of this segment that verifies, wherever it stands and whatever it links to; what lies between them is left out. */
export function framesThatVerify(bytes: Uint8Array, salt: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  for (let offset = segmentHeaderLength; offset !== -1 && offset < bytes.length; ) {
    const header = decodeFrame(bytes, offset, salt);
    if (header === undefined) {
      offset = bytes.indexOf(magicFirstByte, offset + 1);
      continue;
    }
    const { sequence, kind, link, payloadLength } = header;
    const length = frameHeaderLength + payloadLength;
    const payload = bytes.subarray(offset + frameHeaderLength, offset + length);
    const checksum = linkedChecksum(kind, header.checksum, payload);
    frames.push({ sequence, kind, offset, length, link, checksum, payload });
    offset += length;
  }
  return frames;
}
