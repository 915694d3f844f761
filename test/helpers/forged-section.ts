import { dataViewOf } from "../../storage/byte-layout";
import { checksum } from "../../storage/checksum";
import { encodeSectionTable } from "../../storage/section-writer";
import type { Snapshot } from "../../storage/snapshot";
import {
  decodeSnapshotHeader,
  decodeSnapshotTrailer,
  snapshotHeaderLength,
  snapshotTrailerLength,
} from "../../storage/snapshot-format";
import {
  blockLength,
  decodeSectionTable,
  type Section,
  type SectionKind,
} from "../../storage/snapshot-sections";

/** What another bz, or one with a mistake in it, makes of a section. */
export interface Forgery {
  readonly rulesVersion?: number;
  /** Changes its bytes in place. */
  readonly content?: (bytes: Uint8Array) => void;
}

/** The section of that kind, which has to be there. */
export function sectionIn(snapshot: Snapshot, kind: SectionKind): Section {
  const section = snapshot.sections.of(kind);
  if (section === undefined) throw new Error(`there is no section of ${kind}`);
  return section;
}

/** The bytes of a snapshot or a delta with another section in the place of one, all checksums right. */
export function withForgedSection(original: Uint8Array, kind: SectionKind, forgery: Forgery): Uint8Array {
  const bytes = original.slice();
  const header = decodeSnapshotHeader(bytes);
  const trailerAt = bytes.length - snapshotTrailerLength;
  const trailer = decodeSnapshotTrailer(bytes.subarray(trailerAt));
  if (typeof header !== "object" || trailer === undefined) throw new Error("this is no snapshot");
  const { linesLength, leavesLength, fenceLength, recordsLength } = header;
  const start = snapshotHeaderLength + linesLength + leavesLength + fenceLength + recordsLength;
  const tableAt = trailerAt - trailer.tableLength;
  const places = decodeSectionTable(bytes.subarray(tableAt, trailerAt), start, tableAt) ?? [];
  const forged = places.map((place) => {
    if (place.kind !== kind) return place;
    const content = bytes.subarray(place.offset, place.offset + place.length);
    forgery.content?.(content);
    const checksums = bytes
      .subarray(place.offset + place.length)
      .subarray(0, 8 * Math.ceil(place.length / blockLength));
    for (let block = 0; block * 8 < checksums.length; block += 1) {
      const found = checksum(content.subarray(block * blockLength, (block + 1) * blockLength));
      dataViewOf(checksums).setBigUint64(block * 8, found, true);
    }
    return {
      ...place,
      rulesVersion: forgery.rulesVersion ?? place.rulesVersion,
      checksum: checksum(checksums),
    };
  });
  const table = encodeSectionTable(forged);
  bytes.set(table, tableAt);
  const view = dataViewOf(bytes);
  view.setBigUint64(trailerAt + 32, checksum(table), true);
  view.setBigUint64(trailerAt + 40, checksum(bytes.subarray(trailerAt, trailerAt + 40)), true);
  return bytes;
}
