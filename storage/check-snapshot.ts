import { compareIds } from "../model/issue-id";
import { parseIssue } from "../model/issue-json";
import { counted, type OnProgress } from "../model/progress";
import { openCheckpoint } from "./checkpoint";
import type { Directory } from "./file-system";
import { failure, note, type Outcome, pass } from "./finding";
import { deltaName } from "./paths";
import { verifySections } from "./section-verification";
import { openDelta, openSnapshot, type Snapshot } from "./snapshot";
import { verifyCount, verifyEnd } from "./snapshot-verification";
import { openStaleDelta } from "./stale-delta";

/** Every byte of it: header, fence, trailer, each leaf, each line, each section, the order of the lines, and that a line is the issue the index says. */
export function examineSnapshot(
  directory: Directory,
  name: string,
  onProgress: OnProgress | undefined,
): Outcome {
  return examine(openSnapshot(directory, name), name, onProgress);
}

/** The same of the delta, and how many issues it says there are. One that no snapshot needs any more is no damage. */
export function examineDelta(store: Directory, onProgress: OnProgress | undefined): Outcome {
  const stale = openStaleDelta(store);
  stale?.base.close();
  stale?.delta.close();
  if (stale !== undefined)
    return note(`${deltaName} is of an earlier snapshot; the next compaction removes it.`);
  const outcome = examine(openDelta(store), deltaName, onProgress);
  const checkpoint = outcome.status === "pass" ? openCheckpoint(store) : undefined;
  try {
    if (checkpoint !== undefined) verifyCount(checkpoint);
    return outcome;
  } finally {
    checkpoint?.close();
  }
}

/** That what is worked out from the lines still says what they say. */
export function examineSections(store: Directory, onProgress: OnProgress | undefined): Outcome {
  const checkpoint = openCheckpoint(store);
  if (checkpoint === undefined) return note("None.");
  try {
    verifySections(checkpoint, onProgress);
    return pass("They say what the lines say.");
  } finally {
    checkpoint.close();
  }
}

function examine(snapshot: Snapshot | undefined, name: string, onProgress: OnProgress | undefined): Outcome {
  if (snapshot === undefined) return note("None.");
  try {
    snapshot.readAhead();
    let before: string | undefined;
    for (const entry of counted(snapshot.entries(), `Checking: ${name}`, snapshot.count, onProgress)) {
      if (before !== undefined && compareIds(before, entry.id) >= 0)
        return failure(`${name}: ${entry.id} stands behind ${before}.`);
      const line = new TextDecoder().decode(snapshot.lineBytes(entry));
      verifyEnd(snapshot, entry);
      if (parseIssue(line).id !== entry.id)
        return failure(`${name}: the line of ${entry.id} holds another issue.`);
      before = entry.id;
    }
    snapshot.sections.verify();
    const records = snapshot.records().length;
    const kept = records === 0 ? "" : ` ${records} records,`;
    const { missing } = snapshot.sections;
    const others =
      missing.length === 0
        ? ""
        : ` Without ${missing.join(", ")} of our rules; the next compaction makes them.`;
    return pass(`${snapshot.count} issues,${kept} ${snapshot.status.size} bytes.${others}`);
  } finally {
    snapshot.close();
  }
}
