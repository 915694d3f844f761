import { decodeFrame, segmentHeaderLength } from "./wal-format";
import { type Frame, frameAt, magicFirstByte } from "./wal-reader";

/** Every frame of this segment that verifies, wherever it stands and whatever it links to; what lies between them is left out. */
export function framesThatVerify(bytes: Uint8Array, salt: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  for (let offset = segmentHeaderLength; offset !== -1 && offset < bytes.length; ) {
    if (decodeFrame(bytes, offset, salt) === undefined) {
      offset = bytes.indexOf(magicFirstByte, offset + 1);
      continue;
    }
    const frame = frameAt(bytes, offset);
    frames.push(frame);
    offset += frame.length;
  }
  return frames;
}
