import { BzError } from "../model/errors";
import { parseRecord, viewIssue } from "../model/issue-json";
import { emptySource } from "../model/issue-source";
import type { JsonObject } from "../model/json";
import { readMembers } from "../model/json-members";
import { edgeProblems, isEditedUnderStamp, stampProblems } from "../model/line-problems";
import { repeatedKeys } from "../model/repeated-keys";
import { State } from "../model/state";
import type { Finding } from "./check";
import { shapeProblem, some } from "./check-issues";
import type { Directory } from "./file-system";
import { faceName } from "./paths";

export interface FaceReport {
  readonly findings: readonly Finding[];
  /** The first readable line of each issue: all there is in a clone without a store. */
  readonly state: State;
  /** Until it is resolved, nobody can say what the face holds. */
  readonly hasConflict: boolean;
}

/**
 * Looks at the face line by line, as its bytes are, whatever the rest of bz makes of them. Nothing here stops at the first fault, and nothing is changed:
 * lines of the face are their writers'. Undefined without a face.
 * @param stored the lines that the store holds; what is wrong with these alike is told of the store
 */
export function checkFace(
  beads: Directory,
  stored: State | undefined,
  nowMs: number,
): FaceReport | undefined {
  const file = beads.open(faceName, "read");
  if (file === undefined) return undefined;
  try {
    const { size } = file.status();
    // A larger one is refused as a whole, by the check of what stands in it.
    const bytes = size > faceLimitBytes ? new Uint8Array() : file.read(0, size);
    const examiner = new Examiner(stored, nowMs);
    let start = 0;
    for (let lineNumber = 1; start < bytes.length; lineNumber += 1) {
      const lineFeed = bytes.indexOf(0x0a, start);
      const end = lineFeed === -1 ? bytes.length : lineFeed;
      examiner.add(bytes.subarray(start, end), lineNumber, lineFeed !== -1);
      start = end + 1;
    }
    return { findings: examiner.findings(), state: examiner.state, hasConflict: examiner.hasConflict };
  } finally {
    file.close();
  }
}

class Examiner {
  readonly state: State = new State(emptySource);
  readonly #stored: State | undefined;
  readonly #nowMs: number;
  readonly #markers: number[] = [];
  readonly #unreadable: string[] = [];
  readonly #shapes: string[] = [];
  readonly #edges: string[] = [];
  readonly #stamps: string[] = [];
  readonly #lineNumbers = new Map<string, number[]>();
  #edited = 0;
  #torn: string | undefined;
  #unterminated: number | undefined;

  constructor(stored: State | undefined, nowMs: number) {
    this.#stored = stored;
    this.#nowMs = nowMs;
  }

  add(raw: Uint8Array, lineNumber: number, isTerminated: boolean): void {
    const text = textOf(raw);
    if (text?.trim() === "") return;
    if (text !== undefined && conflictMarker.test(text)) {
      this.#markers.push(lineNumber);
      return;
    }
    try {
      if (text === undefined) throw new BzError("INVALID", "the line is not UTF-8");
      this.#addReadable(text, lineNumber);
      if (!isTerminated) this.#unterminated = lineNumber;
    } catch (error) {
      if (!(error instanceof BzError)) throw error;
      const problem = `line ${lineNumber}${nameIn(text)}: ${error.message}`;
      if (isTerminated) this.#unreadable.push(problem);
      else this.#torn = problem;
    }
  }

  get hasConflict(): boolean {
    return this.#markers.length > 0;
  }

  findings(): Finding[] {
    const repeated = [...this.#lineNumbers].filter(([, numbers]) => numbers.length > 1);
    return [
      this.#conflict(),
      this.#lines(),
      listed(
        "face ids",
        repeated.map(([id, numbers]) => `${id} on lines ${some(numbers.map(String))}`),
        "Each stands on one line.",
        "On more than one line, which are merged:",
      ),
      listed("face values", this.#shapes, "As other tools expect them.", "Not as other tools expect them:"),
      listed("face edges", this.#edges, "Each is told once.", "Told more than once or in two ways:"),
      this.#stampFinding(),
    ];
  }

  #addReadable(text: string, lineNumber: number): void {
    const record = parseRecord(text);
    if ((record._type !== undefined && record._type !== "issue") || record._schema !== undefined) return;
    const { id } = viewIssue(record);
    const numbers = this.#lineNumbers.get(id);
    if (numbers === undefined) {
      this.#lineNumbers.set(id, [lineNumber]);
      this.state.apply({ op: "put", id, line: text }, 0);
    } else numbers.push(lineNumber);
    const place = `line ${lineNumber} (${id})`;
    this.#addValues(place, id, text, record);
    for (const problem of edgeProblems(id, record)) this.#edges.push(`${place} ${problem}`);
    for (const problem of stampProblems(text, record, this.#nowMs)) this.#stamps.push(`${place}: ${problem}`);
    if (isEditedUnderStamp(text, record)) this.#edited += 1;
  }

  #addValues(place: string, id: string, text: string, record: JsonObject): void {
    for (const key of repeatedKeys(readMembers(text)))
      this.#shapes.push(`${place}: ${key} stands twice, and the last one counts`);
    const known = this.#stored?.line(id) ?? this.state.line(id);
    const problem = known === text ? undefined : shapeProblem(record);
    if (problem !== undefined) this.#shapes.push(`${place}: ${problem}`);
  }

  #conflict(): Finding {
    const check = "face conflict";
    if (this.#markers.length === 0) return { check, status: "pass", message: "None." };
    return {
      check,
      status: "failure",
      message: `issues.jsonl holds the conflict markers of an unfinished git merge, on line ${some(this.#markers.map(String))}.`,
    };
  }

  #lines(): Finding {
    const check = "face lines";
    const told: string[] = [];
    if (this.#unreadable.length > 0)
      told.push(
        `Cannot be read: ${some(this.#unreadable)}. bz keeps such lines as they are; correct them by hand.`,
      );
    if (this.#torn !== undefined)
      told.push(
        `The last line does not end and cannot be read (${this.#torn}): its write was cut off, or is still going on.`,
      );
    if (told.length > 0) return { check, status: "failure", message: told.join(" ") };
    return this.#unterminated === undefined
      ? { check, status: "pass", message: "Each can be read." }
      : { check, status: "note", message: `Line ${this.#unterminated} does not end, but can be read.` };
  }

  #stampFinding(): Finding {
    if (this.#stamps.length > 0 || this.#edited === 0)
      return listed("face stamps", this.#stamps, "Believable.", "Not to be believed:");
    return {
      check: "face stamps",
      status: "note",
      message: `Lines that a tool changed which does not know _stamp: ${this.#edited}. What it changed is found by comparing.`,
    };
  }
}

function listed(check: string, problems: readonly string[], fine: string, introduction: string): Finding {
  return problems.length === 0
    ? { check, status: "pass", message: fine }
    : { check, status: "warning", message: `${introduction} ${some(problems)}.` };
}

/** Without byte order mark and carriage return; undefined for bytes that are not UTF-8. */
function textOf(raw: Uint8Array): string | undefined {
  try {
    return decoder.decode(raw.at(-1) === 0x0d ? raw.subarray(0, -1) : raw);
  } catch {
    return undefined;
  }
}

/** The id of an unreadable line, where it can be guessed. */
function nameIn(text: string | undefined): string {
  const id = /"id"\s*:\s*"([^"\\]{1,64})"/.exec(text ?? "")?.[1];
  return id === undefined ? "" : ` (${id})`;
}

const faceLimitBytes = 1 << 30;
const conflictMarker = /^(?:<{7}|\|{7}|={7}|>{7})/;
const decoder = new TextDecoder("utf-8", { fatal: true });
