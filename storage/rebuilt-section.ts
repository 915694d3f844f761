import { type SectionBuilder, type SectionLine, sectionLine } from "./section-writer";
import type { Snapshot } from "./snapshot";

/** What a section would hold if it were made now, from the lines alone. Reads all of them. */
export function rebuiltSection(snapshot: Snapshot, builder: SectionBuilder): Uint8Array {
  for (const line of sectionLines(snapshot)) builder.add([line]);
  return Buffer.concat([...builder.parts()]);
}

/** All lines, one after the other, as if no section knew of them. */
export function* sectionLines(snapshot: Snapshot): Generator<SectionLine> {
  snapshot.readAhead();
  for (const { ordinal, entry } of snapshot.places()) {
    const { id, version } = entry;
    yield sectionLine({ id, version, bytes: snapshot.lineBytes(entry) }, ordinal);
  }
}
