import { BzError } from "./errors";
import { MemoryImport, type MemoryImportOptions } from "./import-memory";
import type { Issue } from "./issue";
import { newIssueId, prefixOfId } from "./issue-id";
import { parseIssue, parseRecord, viewIssue } from "./issue-json";
import type { JsonObject } from "./json";
import { formatMembers, type Member, readElements, readMembers } from "./json-members";
import type { PutIssue, TakeLine } from "./operation";
import { counted, type OnProgress } from "./progress";
import { readRecord, type StoredRecord, validateRecord } from "./record";
import type { State } from "./state";
import { takeLine } from "./take-line";
import { instantMs } from "./time";

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
  const renamed = options.renamePrefix === true ? renames(state, lines, options) : new Map<string, string>();
  const operations = new Map<string, PutIssue>();
  const merges: TakeLine[] = [];
  const merged = new Map<string, string>();
  const skipped: SkippedLine[] = [];
  const memories = new MemoryImport(state, options);
  const taken = (id: string) => state.has(id) || operations.has(id);
  const matcher = new Matcher(state);
  for (const source of counted(lines, "Comparing with what is here", lines.length, onProgress)) {
    if (source.kind === "foreign") {
      skipped.push({ line: source.number, reason: source.reason });
      continue;
    }
    if (source.kind === "memory") {
      const reason = memories.take(source.record);
      if (reason !== undefined) skipped.push({ line: source.number, key: source.record.key, reason });
      continue;
    }
    const { number, issue } = source;
    if (source.kind === "nameless") {
      const match = matcher.match(issue);
      if (match !== undefined) {
        skipped.push({ line: number, id: match.id, reason: match.reason });
        continue;
      }
      const id = newIssueId(options.prefix, state.count + operations.size, options.random, taken);
      operations.set(id, { op: "put", id, line: withId(source.line, id) });
      matcher.add(issue, id);
      continue;
    }
    const id = renamed.get(issue.id) ?? issue.id;
    const line = renamed.size === 0 ? source.line : renameIds(source.line, renamed);
    const known = state.line(id);
    if (known !== undefined && options.merge === true) {
      const before = merged.get(id) ?? known;
      const operation = mergeOperation(id, line, before);
      if (operation === undefined) {
        skipped.push({ line: number, id, reason: before === line ? "unchanged" : "brings nothing new" });
      } else {
        merges.push(operation);
        merged.set(id, operation.result);
      }
    } else if (known !== undefined) {
      skipped.push({ line: number, id, reason: known === line ? "unchanged" : "known" });
    } else if (operations.has(id)) {
      skipped.push({ line: number, id, reason: "repeated" });
    } else {
      operations.set(id, { op: "put", id, line });
      matcher.add(issue, id);
    }
  }
  return {
    operations: [...operations.values(), ...merges],
    added: operations.size,
    updated: merged.size,
    memories: lines.some(({ kind }) => kind === "memory") ? memories : undefined,
    skipped,
  };
}

/** Undefined when the line changes nothing. A line without stamps is compared with what the issue is now. */
function mergeOperation(
  id: string,
  line: string,
  before: string,
): (TakeLine & { readonly result: string }) | undefined {
  const { state, result } = takeLine(line, before, []);
  if (result === before) return undefined;
  return { op: "take", id, line, ...(state === line ? {} : { state }), result };
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

/** New ids for those of another prefix. One that is taken by a different issue gets a random id. */
function renames(state: State, lines: readonly ReadLine[], options: ImportOptions): Map<string, string> {
  const own = new Set<string>();
  const foreign = new Map<string, Issue>();
  for (const line of lines) {
    if (line.kind !== "issue") continue;
    if (prefixOfId(line.issue.id) === options.prefix) own.add(line.issue.id);
    else if (!foreign.has(line.issue.id)) foreign.set(line.issue.id, line.issue);
  }
  const renamed = new Map<string, string>();
  const used = new Set(own);
  for (const [id, issue] of foreign) {
    const wanted = `${options.prefix}-${id.slice(id.lastIndexOf("-") + 1)}`;
    const count = state.count + lines.length;
    const isFree = !used.has(wanted) && isSameOrAbsent(state.issue(wanted), issue);
    const taken = (candidate: string) => used.has(candidate) || state.has(candidate);
    const chosen = isFree ? wanted : newIssueId(options.prefix, count, options.random, taken);
    used.add(chosen);
    renamed.set(id, chosen);
  }
  return renamed;
}

/** An issue that an earlier import renamed has kept its birthday. */
function isSameOrAbsent(known: Issue | undefined, issue: Issue): boolean {
  return known === undefined || instantMs(known.created_at) === instantMs(issue.created_at);
}

/** Rewrites the ids that name issues, and nothing else: texts that mention one are the user's words. */
function renameIds(line: string, renamed: ReadonlyMap<string, string>): string {
  const members = unstamped(line).map((member) => {
    if (member.key === "id") return renameMember(member, renamed);
    if ((member.key !== "dependencies" && member.key !== "comments") || !member.raw.startsWith("["))
      return member;
    const elements = readElements(member.raw).map((element) => renameInElement(element, renamed));
    return { key: member.key, raw: `[${elements.join(",")}]` };
  });
  return formatMembers(members);
}

const referenceKeys: ReadonlySet<string> = new Set(["issue_id", "depends_on_id", "depends_on", "target_id"]);

function renameInElement(element: string, renamed: ReadonlyMap<string, string>): string {
  if (!element.startsWith("{")) return element;
  return formatMembers(
    readMembers(element).map((member) =>
      referenceKeys.has(member.key) ? renameMember(member, renamed) : member,
    ),
  );
}

function renameMember(member: Member, renamed: ReadonlyMap<string, string>): Member {
  const value: unknown = JSON.parse(member.raw);
  const id = typeof value === "string" ? renamed.get(value) : undefined;
  return id === undefined ? member : { key: member.key, raw: JSON.stringify(id) };
}

function withId(line: string, id: string): string {
  const others = unstamped(line).filter((member) => member.key !== "id");
  return formatMembers([{ key: "id", raw: JSON.stringify(id) }, ...others]);
}

/** Under another id the line is another issue: the stamps, with their checksum and ids, are those of the old one. */
function unstamped(line: string): Member[] {
  return readMembers(line).filter((member) => member.key !== "_stamp");
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
