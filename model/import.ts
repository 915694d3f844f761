import { BzError } from "./errors";
import { MemoryImport, type MemoryImportOptions } from "./import-memory";
import { renameIds, renamesFor, withId } from "./import-names";
import type { Issue } from "./issue";
import { newIssueId } from "./issue-id";
import { parseIssue, parseRecord, viewIssue } from "./issue-json";
import type { JsonObject } from "./json";
import type { PutIssue, TakeLine } from "./operation";
import { counted, type OnProgress } from "./progress";
import type { StoredRecord } from "./record";
import { validateRecord } from "./record-change";
import { readRecord } from "./record-line";
import type { State } from "./state";
import { takeLine } from "./take-line";
import { takeOperation } from "./take-operation";

export interface ImportOptions extends MemoryImportOptions {
  /** The workspace's, for lines without an id and for `renamePrefix`. */
  readonly prefix: string;
  /** Gives ids of another prefix the workspace's, in the lines and in the edges between them. */
  readonly renamePrefix?: boolean | undefined;
  readonly random: (length: number) => Uint8Array;
  readonly onProgress?: OnProgress | undefined;
}

export interface ImportPlan {
  readonly operations: readonly (PutIssue | TakeLine)[];
  readonly added: number;
  /** Known issues that merging changed. */
  readonly updated: number;
  /** What comes in beside the issues; undefined when the file has nothing of the kind. */
  readonly memories: Pick<MemoryImport, "operations" | "added" | "updated"> | undefined;
  /** Lines that change nothing, numbered from 1, and why. */
  readonly skipped: readonly SkippedLine[];
}

export interface SkippedLine {
  readonly line: number;
  readonly id?: string;
  /** Of a memory. */
  readonly key?: string;
  readonly reason: string;
}

/**
 * What an import of JSONL would do. Lines are matched by id; those without one by external_ref, then by content. Unknown
 * issues come in as the bytes that they are.
 * @throws BzError INVALID naming the lines that cannot be read, CONFLICT_MARKERS; nothing is imported then
 */
export function planImport(state: State, text: string, options: ImportOptions): ImportPlan {
  const { onProgress } = options;
  const lines = readLines(text, onProgress);
  const named = lines.flatMap((line) => (line.kind === "issue" ? [line.issue] : []));
  const renamed = options.renamePrefix === true ? renamesFor(named, state, options) : undefined;
  const run = new ImportRun(state, options, renamed ?? new Map());
  for (const line of counted(lines, "Comparing with what is here", lines.length, onProgress)) run.take(line);
  return {
    operations: [...run.added.values(), ...run.merges],
    added: run.added.size,
    updated: run.merged.size,
    memories: lines.some(({ kind }) => kind === "memory") ? run.memories : undefined,
    skipped: run.skipped,
  };
}

class ImportRun {
  readonly added = new Map<string, PutIssue>();
  readonly merges: TakeLine[] = [];
  /** What merging made of known issues so far. */
  readonly merged = new Map<string, string>();
  readonly skipped: SkippedLine[] = [];
  readonly memories: MemoryImport;
  readonly #state: State;
  readonly #options: ImportOptions;
  readonly #renamed: ReadonlyMap<string, string>;
  readonly #matcher: Matcher;

  constructor(state: State, options: ImportOptions, renamed: ReadonlyMap<string, string>) {
    this.#state = state;
    this.#options = options;
    this.#renamed = renamed;
    this.memories = new MemoryImport(state, options);
    this.#matcher = new Matcher(state);
  }

  take(source: ReadLine): void {
    const { kind, number } = source;
    if (kind === "foreign") {
      this.skipped.push({ line: number, reason: source.reason });
    } else if (kind === "memory") {
      const reason = this.memories.take(source.record);
      if (reason !== undefined) this.skipped.push({ line: number, key: source.record.key, reason });
    } else if (kind === "nameless") this.#takeNameless(source);
    else this.#takeNamed(source);
  }

  #takeNameless({ number, line, issue }: IssueLine): void {
    const match = this.#matcher.match(issue);
    if (match === undefined) {
      const { prefix, random } = this.#options;
      const taken = (id: string) => this.#state.has(id) || this.added.has(id);
      const id = newIssueId(prefix, this.#state.count + this.added.size, random, taken);
      this.#add(id, withId(line, id), issue);
      return;
    }
    const known = this.#options.merge === true ? this.#state.line(match.id) : undefined;
    if (known === undefined) this.skipped.push({ line: number, ...match });
    else this.#merge(number, match.id, withId(line, match.id), known);
  }

  #takeNamed(source: IssueLine): void {
    const { number, issue } = source;
    const id = this.#renamed.get(issue.id) ?? issue.id;
    const line = this.#renamed.size === 0 ? source.line : renameIds(source.line, this.#renamed);
    const known = this.#state.line(id);
    if (known !== undefined && this.#options.merge === true) this.#merge(number, id, line, known);
    else if (known !== undefined)
      this.skipped.push({ line: number, id, reason: known === line ? "unchanged" : "known" });
    else if (this.added.has(id)) this.skipped.push({ line: number, id, reason: "repeated" });
    else this.#add(id, line, issue);
  }

  #add(id: string, line: string, issue: Issue): void {
    this.added.set(id, { op: "put", id, line });
    this.#matcher.add(issue, id);
  }

  #merge(number: number, id: string, line: string, known: string): void {
    const before = this.merged.get(id) ?? known;
    const operation = mergeOperation(id, line, before);
    if (operation === undefined) {
      this.skipped.push({ line: number, id, reason: before === line ? "unchanged" : "brings nothing new" });
      return;
    }
    this.merges.push(operation);
    this.merged.set(id, operation.result);
  }
}

/** Undefined when the line changes nothing. A line without stamps is compared with what the issue is now. */
function mergeOperation(
  id: string,
  line: string,
  before: string,
): (TakeLine & { readonly result: string }) | undefined {
  const { state, result } = takeLine(line, before, []);
  if (result === before) return undefined;
  return { ...takeOperation(id, line, state, result), result };
}

interface IssueLine {
  readonly kind: "issue" | "nameless";
  readonly number: number;
  readonly line: string;
  /** Of a nameless line: with `placeholderId`. */
  readonly issue: Issue;
}

interface MemoryLine {
  readonly kind: "memory";
  readonly number: number;
  readonly record: StoredRecord;
}

interface ForeignLine {
  readonly kind: "foreign";
  readonly number: number;
  readonly reason: string;
}

type ReadLine = IssueLine | MemoryLine | ForeignLine;

const placeholderId = "-";
const mostReasonsShown = 5;

/** All lines or none: a file that was half understood must not look imported. */
function readLines(text: string, onProgress: OnProgress | undefined): ReadLine[] {
  const found: ReadLine[] = [];
  const unreadable: { line: number; reason: string }[] = [];
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  for (const [at, raw] of counted(lines.entries(), "Reading lines", lines.length, onProgress)) {
    const number = at + 1;
    const line = raw.trim();
    if (line === "") continue;
    if (/^([<|=>])\1{6}/.test(line)) throw conflictMarker(number);
    try {
      found.push(readLine(line, number));
    } catch (error) {
      if (!(error instanceof BzError)) throw error;
      unreadable.push({ line: number, reason: error.message });
    }
  }
  if (unreadable.length > 0) throw unreadableLines(unreadable);
  return found;
}

function readLine(line: string, number: number): ReadLine {
  const record = parseRecord(line);
  const memory = record._type === "memory" ? readRecord(record) : undefined;
  if (memory !== undefined) {
    validateRecord(memory.key, memory.value);
    return { kind: "memory", number, record: memory };
  }
  if (record._schema !== undefined) return { kind: "foreign", number, reason: "not an issue (header)" };
  if (record._type !== undefined && record._type !== "issue") {
    return { kind: "foreign", number, reason: `not an issue (${JSON.stringify(record._type)})` };
  }
  if (record.id !== undefined && record.id !== null && record.id !== "") {
    return { kind: "issue", number, line, issue: viewIssue(record) };
  }
  if (typeof record.title !== "string" || record.title.trim() === "") {
    throw new BzError("INVALID", "the line has neither an id nor a title");
  }
  return { kind: "nameless", number, line, issue: parseIssue(withId(line, placeholderId)) };
}

/** Finds what a line without an id speaks of. The look-up tables are made when the first such line comes. */
class Matcher {
  readonly #state: State;
  readonly #added: { issue: Issue; id: string }[] = [];
  #tables: { byReference: Map<string, string>; byContent: Map<string, string> } | undefined;

  constructor(state: State) {
    this.#state = state;
  }

  add(issue: Issue, id: string): void {
    if (this.#tables === undefined) this.#added.push({ issue, id });
    else enter(this.#tables, issue, id);
  }

  match(issue: Issue): { id: string; reason: string } | undefined {
    this.#tables ??= this.#makeTables();
    const byReference =
      issue.external_ref === undefined ? undefined : this.#tables.byReference.get(issue.external_ref);
    if (byReference !== undefined) return { id: byReference, reason: "known by its external_ref" };
    const byContent = this.#tables.byContent.get(contentOf(issue));
    return byContent === undefined ? undefined : { id: byContent, reason: "known by its content" };
  }

  #makeTables(): { byReference: Map<string, string>; byContent: Map<string, string> } {
    const tables = { byReference: new Map<string, string>(), byContent: new Map<string, string>() };
    for (const issue of this.#state.issues()) enter(tables, issue, issue.id);
    for (const { issue, id } of this.#added) enter(tables, issue, id);
    return tables;
  }
}

/** The first one stays, so that a second import finds what the first one found. */
function enter(
  tables: { byReference: Map<string, string>; byContent: Map<string, string> },
  issue: Issue,
  id: string,
): void {
  const content = contentOf(issue);
  if (!tables.byContent.has(content)) tables.byContent.set(content, id);
  if (issue.external_ref === undefined || tables.byReference.has(issue.external_ref)) return;
  tables.byReference.set(issue.external_ref, id);
}

/** What makes two issues the same to a reader; the text itself, since a hash of it would only save memory. */
function contentOf(issue: Issue): string {
  const { title, description, design, acceptance_criteria, notes, status, priority, issue_type } = issue;
  const { assignee, external_ref } = issue;
  return JSON.stringify([
    ...[title, description, design, acceptance_criteria, notes, status, priority, issue_type],
    ...[assignee, external_ref],
  ]);
}

function conflictMarker(line: number): BzError {
  return new BzError("CONFLICT_MARKERS", `line ${line} is a conflict marker`, {
    hint: "resolve the conflict first",
    context: { line },
  });
}

function unreadableLines(unreadable: readonly { line: number; reason: string }[]): BzError {
  const shown = unreadable.slice(0, mostReasonsShown).map(({ line, reason }) => `line ${line}: ${reason}`);
  const more = unreadable.length - shown.length;
  const lines: JsonObject[] = unreadable.slice(0, 100).map(({ line, reason }) => ({ line, reason }));
  return new BzError("INVALID", `${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}`, {
    hint: "nothing was imported; correct the file and import it again",
    context: { failures: lines },
  });
}
