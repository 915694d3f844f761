import { encoder } from "../native/utf8";
import type { BufferedFile } from "./buffered-file";
import { checksum } from "./checksum";
import type { LeafLines } from "./snapshot-encoding";
import type { SnapshotLine } from "./snapshot-writer";

/** Writes the lines of one leaf. Those that are texts are encoded together: the engine does that in one step, and takes as long for each as for all. */
export function writeLines(output: BufferedFile, lines: readonly SnapshotLine[]): LeafLines {
  const leaf: LeafLines = { ids: [], offsets: [], checksums: [], versions: [], lengths: [] };
  let texts: string[] = [];
  for (const line of lines) {
    const { id, text, version } = line;
    leaf.ids.push(id);
    leaf.versions.push(version);
    if (text !== undefined) {
      texts.push(text);
      continue;
    }
    if (texts.length > 0) writeTexts(output, texts, leaf);
    texts = [];
    const { bytes } = line;
    leaf.offsets.push(output.length);
    leaf.lengths.push(bytes.length);
    leaf.checksums.push(line.checksum ?? checksum(bytes));
    output.writeLine(bytes);
  }
  if (texts.length > 0) writeTexts(output, texts, leaf);
  return leaf;
}

function writeTexts(
  output: BufferedFile,
  texts: readonly string[],
  { offsets, lengths, checksums }: LeafLines,
): void {
  const start = output.length;
  const together = `${texts.join("\n")}\n`;
  const bytes = output.writeText(together);
  const isAscii = bytes.length === together.length;
  let at = 0;
  for (const text of texts) {
    const length = isAscii ? text.length : encoder.encode(text).length;
    offsets.push(start + at);
    lengths.push(length);
    checksums.push(checksum(bytes.subarray(at, at + length)));
    at += length + 1;
  }
}
