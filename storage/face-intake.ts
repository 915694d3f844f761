import { isPurgedLine } from "../model/line-kind";
import type { TakeLine } from "../model/operation";
import type { State } from "../model/state";
import { type RememberedState, repeats, standsAlone, takeLine } from "../model/take-line";
import { takeOperation } from "../model/take-operation";
import type { FaceLine } from "./face-lines";

/** What the lines of a face bring to a state. */
export interface Intake {
  /** In the order of the ids. */
  readonly operations: readonly TakeLine[];
  /** Ids of issues that become new or other ones. */
  readonly changedIds: readonly string[];
  /** Those of them whose edges may be other ones. */
  readonly relinkedIds: readonly string[];
  /** Changes by tools that do not know stamps which were not taken, by id. */
  readonly refused: ReadonlyMap<string, readonly string[]>;
  /** There is more than one frame can hold; the next look brings the rest. */
  readonly isPartial: boolean;
}

/** All states of these issues that this store ever had or took in, oldest first. */
export type Memory = (ids: ReadonlySet<string>) => ReadonlyMap<string, readonly RememberedState[]>;

/**
 * Merges the lines into the state, which stays as it is.
 *
 * @param isLogged also the lines that change nothing and are not remembered yet become operations: later edits of them by other tools can only be
 * understood by whoever remembers them. A reader does without, and looks nothing up for lines whose stamps decide alone.
 */
export function takeInLines(
  lines: readonly FaceLine[],
  state: State,
  memory: Memory,
  isLogged: boolean,
  limit = intakeLimit,
): Intake {
  const linesOf = linesById(lines, state);
  const remembered = memory(idsToLookUp(linesOf, isLogged));
  const operations: TakeLine[] = [];
  const changedIds: string[] = [];
  const relinkedIds: string[] = [];
  const refused = new Map<string, readonly string[]>();
  let length = 0;
  for (const [id, { texts, before }] of linesOf) {
    if (isLogged && length > limit) return { operations, changedIds, relinkedIds, refused, isPartial: true };
    const taken = takeLines(id, texts, before, remembered.get(id) ?? []);
    if (taken.after !== before) {
      changedIds.push(id);
      if (!taken.keepsEdges) relinkedIds.push(id);
    }
    if (taken.refused.length > 0) refused.set(id, taken.refused);
    operations.push(...taken.operations.filter(({ result }) => isLogged || result !== undefined));
    length += taken.operations.reduce((sum, operation) => sum + lengthOf(operation), 0);
  }
  return { operations, changedIds, relinkedIds, refused, isPartial: false };
}

function lengthOf({ line, state, result }: TakeLine): number {
  return line.length + (state?.length ?? 0) + (result?.length ?? 0);
}

interface TakenLines {
  readonly operations: readonly TakeLine[];
  readonly after: string | undefined;
  readonly refused: readonly string[];
  /** The edges of the issue are what they were. */
  readonly keepsEdges: boolean;
}

function takeLines(
  id: string,
  texts: readonly string[],
  before: string | undefined,
  remembered: readonly RememberedState[],
): TakenLines {
  const known = [...remembered];
  // An issue that nothing has happened to since the store was born stands in no transaction.
  if (before !== undefined && known.every(({ line }) => line !== before)) known.push({ line: before });
  const operations: TakeLine[] = [];
  const refused: string[] = [];
  let current = before;
  let areEdgesKept = true;
  for (const text of texts) {
    const { kind, state, result, notTaken, keepsEdges } = takeLine(text, current, known);
    if (notTaken !== undefined) refused.push(...notTaken);
    const isChange = result !== current;
    if (isChange && keepsEdges !== true) areEdgesKept = false;
    if (!isChange && (kind === "known" || isPurgedLine(result))) continue;
    operations.push(takeOperation(id, text, state, isChange ? result : undefined));
    current = result;
    known.push({ line: state, raw: text });
  }
  return { operations, after: current, refused, keepsEdges: areEdgesKept };
}

/** What a face says of one issue. */
interface LinesOfIssue {
  readonly texts: string[];
  /** The line of the issue as it is. */
  readonly before: string | undefined;
}

/** Sorted, so that the order of lines in a file decides nothing. */
function linesById(lines: readonly FaceLine[], state: State): [string, LinesOfIssue][] {
  const found = new Map<string, LinesOfIssue>();
  for (const { id, text } of lines) {
    const known = found.get(id);
    const before = known === undefined ? state.line(id) : known.before;
    // Tools of the family that write the whole file leave most lines as they were, in their own spelling.
    if (before !== undefined && (text === before || repeats(text, before))) continue;
    if (known === undefined) found.set(id, { texts: [text], before });
    else if (!known.texts.includes(text)) known.texts.push(text);
  }
  for (const { texts } of found.values()) texts.sort();
  return [...found];
}

/** A purged issue's text must not come back into the log, so nothing of it is remembered. */
function idsToLookUp(linesOf: readonly [string, LinesOfIssue][], isLogged: boolean): Set<string> {
  const ids = new Set<string>();
  for (const [id, { texts, before }] of linesOf) {
    if (before === undefined || isPurgedLine(before)) continue;
    if (isLogged || texts.some((text) => !standsAlone(text))) ids.add(id);
  }
  return ids;
}

/** In characters, each of which takes up to three bytes of a frame; with the lines of one more issue it stays below the gibibyte that a frame can have. */
const intakeLimit = 128 * 1024 * 1024;
