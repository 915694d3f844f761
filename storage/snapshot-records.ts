import type { StoredRecord } from "../model/record";
import { readRecord, recordLine } from "../model/record-line";
import { decoder, encoder } from "../native/utf8";
import { dataViewOf } from "./byte-layout";
import { checksum } from "./checksum";

/** Records are few and small: all of them are read and verified at once, when somebody asks for one. */
export function encodeRecords(records: Iterable<StoredRecord>): Uint8Array {
  const lines = [...records].map((record) => `${recordLine(record)}\n`);
  if (lines.length === 0) return new Uint8Array(0);
  const text = encoder.encode(lines.join(""));
  const bytes = new Uint8Array(recordsChecksumLength + text.length);
  dataViewOf(bytes).setBigUint64(0, checksum(text), true);
  bytes.set(text, recordsChecksumLength);
  return bytes;
}

/** Undefined when they do not verify. */
export function decodeRecords(bytes: Uint8Array): StoredRecord[] | undefined {
  if (bytes.length === 0) return [];
  const text = bytes.subarray(recordsChecksumLength);
  if (bytes.length < recordsChecksumLength || dataViewOf(bytes).getBigUint64(0, true) !== checksum(text))
    return undefined;
  const records: StoredRecord[] = [];
  for (const line of decoder.decode(text).split("\n")) {
    if (line === "") continue;
    const record = readRecord(JSON.parse(line));
    if (record === undefined) return undefined;
    records.push(record);
  }
  return records;
}

const recordsChecksumLength = 8;
