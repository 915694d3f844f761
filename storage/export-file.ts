import { counted } from "../model/progress";
import type { RecordType, StoredRecord } from "../model/record";
import { recordLine } from "../model/record-line";
import type { State } from "../model/state";
import { encoder } from "../native/utf8";
import { writeChosenFile } from "./chosen-file";
import type { StorageEnvironment } from "./environment";
import { faceLines, issueLines } from "./face-output";
import { join } from "./paths";
import type { Workspace } from "./workspace";

export interface ExportedFile {
  readonly path: string;
  readonly issues: number;
  /** Lines of records. */
  readonly records: number;
}

/**
 * Writes the lines of the face, and behind them those of the records of a type, to a file that the caller names by an absolute path, replacing it atomically.
 * @throws BzError INVALID when it is inside of a workspace, FILE_UNREADABLE when it cannot be written there, NO_SPACE
 */
export function exportToFile(
  state: State,
  { path, type }: { path: string; type?: RecordType | undefined },
  environment: StorageEnvironment,
  workspace: Workspace,
): ExportedFile {
  const target = join("/", path);
  const records = type === undefined ? [] : state.records(type);
  const lines = counted(linesOf(state, records), "Writing issues", state.count, environment.onProgress);
  const written = writeChosenFile(target, lines, environment, workspace);
  return { path: target, issues: written - records.length, records: records.length };
}

function* linesOf(state: State, records: readonly StoredRecord[]): Generator<Uint8Array> {
  yield* faceLines(issueLines(state), undefined, new Map());
  for (const record of records) yield encoder.encode(recordLine(record));
}
