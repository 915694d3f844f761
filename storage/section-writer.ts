import { BzError } from "../model/errors";
import type { Issue } from "../model/issue";
import { parseIssue } from "../model/issue-json";
import { decoder, encoder } from "../native/utf8";
import type { BufferedFile } from "./buffered-file";
import { dataViewOf, writeUint53 } from "./byte-layout";
import { checksum } from "./checksum";
import {
  blockLength,
  kindLength,
  rulesVersions,
  type SectionKind,
  type SectionPlace,
  sectionEntryLength,
} from "./snapshot-sections";
import type { SnapshotLine } from "./snapshot-writer";

/** Makes one section of a snapshot while that is written. */
export interface SectionBuilder {
  readonly kind: SectionKind;
  /** Every line, once, in the order of the snapshot, some at a time: to ask for each of thousands takes longer than what is done with it. */
  add(lines: readonly SectionLine[]): void;
  /** The bytes of the section in parts of any length; asked for once, after the last line. */
  parts(): Iterable<Uint8Array>;
}

/** One line on its way into a snapshot. No class: to set the fields of one takes twice as long. */
export interface SectionLine {
  readonly id: string;
  /** Its place among the lines: 0 is the first one. */
  readonly ordinal: number;
  readonly kept: SnapshotLine["kept"];
  readonly line: SnapshotLine;
  /** Once somebody has asked. */
  issue: Issue | "unreadable" | undefined;
}

export function sectionLine(line: SnapshotLine, ordinal: number): SectionLine {
  return { id: line.id, ordinal, kept: line.kept, line, issue: undefined };
}

/** Parsed once, for all who ask. Undefined for a line that is no issue: a snapshot keeps it as it is. */
export function issueOf(each: SectionLine): Issue | undefined {
  each.issue ??= parsedOrUnreadable(each.line);
  return each.issue === "unreadable" ? undefined : each.issue;
}

/** Writes the bytes of a section, then the checksums of their blocks. */
export function writeSection(output: BufferedFile, builder: SectionBuilder): Omit<SectionPlace, "offset"> {
  const checksums: bigint[] = [];
  const block = new Uint8Array(blockLength);
  let filled = 0;
  let length = 0;
  const closeBlock = (): void => {
    const bytes = block.subarray(0, filled);
    checksums.push(checksum(bytes));
    output.write(bytes);
    filled = 0;
  };
  for (const part of builder.parts()) {
    length += part.length;
    for (let at = 0; at < part.length; ) {
      const taken = Math.min(blockLength - filled, part.length - at);
      block.set(part.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled === blockLength) closeBlock();
    }
  }
  if (filled > 0) closeBlock();
  const bytes = new Uint8Array(checksums.length * 8);
  const view = dataViewOf(bytes);
  checksums.forEach((each, index) => {
    view.setBigUint64(index * 8, each, true);
  });
  output.write(bytes);
  const { kind } = builder;
  return { kind, rulesVersion: rulesVersions[kind], length, checksum: checksum(bytes) };
}

export function encodeSectionTable(places: readonly Omit<SectionPlace, "offset">[]): Uint8Array {
  const bytes = new Uint8Array(places.length * sectionEntryLength);
  const view = dataViewOf(bytes);
  places.forEach(({ kind, rulesVersion, length, checksum: expected }, index) => {
    const at = index * sectionEntryLength;
    bytes.set(encoder.encode(kind), at);
    view.setUint32(at + kindLength, rulesVersion, true);
    writeUint53(view, at + 16, length);
    view.setBigUint64(at + 24, expected, true);
  });
  return bytes;
}

function parsedOrUnreadable(line: SnapshotLine): Issue | "unreadable" {
  try {
    const issue =
      line.issue === undefined ? parseIssue(line.text ?? decoder.decode(line.bytes)) : line.issue();
    return issue ?? "unreadable";
  } catch (error) {
    if (error instanceof BzError) return "unreadable";
    throw error;
  }
}
