import { FrameBytes, segmentHeaderLength } from "./wal-format";
import { type Frame, frameAt, magicFirstByte } from "./wal-reader";

/** Every frame of this segment that verifies, wherever it stands and whatever it links to; what lies between them is left out. */
export function framesThatVerify(bytes: Uint8Array, salt: Uint8Array): Frame[] {
  const source = new FrameBytes(bytes, salt);
  const frames: Frame[] = [];
  for (let offset = segmentHeaderLength; offset !== -1 && offset < bytes.length; ) {
    const length = source.verifiedLength(offset);
    if (length === 0) {
      offset = bytes.indexOf(magicFirstByte, offset + 1);
      continue;
    }
    frames.push(frameAt(source, offset, length));
    offset += length;
  }
  return frames;
}
