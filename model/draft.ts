import { editIssue } from "./change";
import { birthMembers, createWritten, type EdgeInput, writeLinks } from "./create-issue";
import { findCycleThrough } from "./cycles";
import { blockingTypes, parentChild } from "./dependency";
import { DraftNames, inDraft } from "./draft-names";
import { isClearlyOrdered, outside } from "./draft-order";
import { BzError } from "./errors";
import { newChildId, newIssueId, type RandomNumbers } from "./issue-id";
import { type KeptText, writtenText } from "./kept-text";
import type { ChangeIssue, NewIssues, PutIssue } from "./operation";
import { recencyIn } from "./recency";
import type { State } from "./state";

/** An issue that is to be created together with others. They name each other by their keys, and what is there already by its id. */
export interface Draft {
  /** Where it was said, for errors: "node 3", or the number of a line alone. */
  readonly source: DraftSource;
  /** What the others call it. */
  readonly key?: string | undefined;
  /** The id to take instead of a random one. */
  readonly id?: string | undefined;
  readonly issue: KeptText;
  readonly parent?: string | undefined;
  readonly dependsOn: readonly DraftEdge[];
  /** The same the other way round: these depend on it. */
  readonly blocks: readonly DraftEdge[];
}

/** A number takes the room of none of a hundred thousand texts. */
export type DraftSource = string | number;

export interface DraftEdge {
  readonly type: string;
  /** A key, or the whole id of an issue. */
  readonly target: string;
  readonly metadata?: string | undefined;
}

export interface DraftContext {
  readonly state: State;
  readonly prefix: string;
  /** Of the state. */
  readonly sequence: number;
  readonly nowMs: number;
  readonly actor: string;
  readonly random: (length: number) => Uint8Array;
}

export interface DraftPlan {
  /** In the order of the drafts. */
  readonly creations: NewIssues;
  /** What happens to issues that are there already. */
  readonly operations: readonly ChangeIssue[];
  /** The new ids, in the order of the drafts. */
  readonly ids: readonly string[];
  idOfKey(): ReadonlyMap<string, string>;
  /** What the new edges point to among the issues that are there already, each once. */
  readonly targets: ReadonlySet<string>;
}

/**
 * Many new issues and the edges between them: all or none.
 * @throws BzError naming the draft: INVALID, NOT_FOUND, ALREADY_EXISTS, CYCLE
 */
export function planDrafts(drafts: readonly Draft[], context: DraftContext): DraftPlan {
  return new Planner(drafts, context).plan();
}

/** A draft by its place, or an id that is there already. */
type End = number | string;

class Planner {
  readonly #drafts: readonly Draft[];
  readonly #context: DraftContext;
  readonly #names: DraftNames;
  readonly #ids: string[] = [];
  readonly #used = new Set<string>();
  readonly #parents: (End | undefined)[] = [];
  readonly #edges: Map<number, EdgeInput[]> = new Map();
  /** Edges of issues that are there already. */
  readonly #changes = new Map<string, EdgeInput[]>();
  /** The same by place, for a first look at their order. */
  readonly #waits: [number, number][] = [];
  readonly #targets = new Set<string>();
  readonly #random: RandomNumbers;
  /** How many issues there will be. */
  readonly #count: number;
  readonly #isTaken = (id: string): boolean => this.#used.has(id) || this.#context.state.has(id);

  constructor(drafts: readonly Draft[], context: DraftContext) {
    this.#drafts = drafts;
    this.#context = context;
    this.#random = drafts.length > fewDrafts ? drawnAhead(context.random) : context.random;
    this.#count = context.state.count + drafts.length;
    this.#names = new DraftNames(drafts, context.state, context.prefix);
  }

  plan(): DraftPlan {
    for (const draft of this.#drafts)
      this.#parents.push(isAlone(draft) ? undefined : inDraft(draft.source, () => this.#parentOf(draft)));
    for (const { id } of this.#drafts) if (id !== undefined) this.#used.add(id);
    for (let at = 0; at < this.#drafts.length; at += 1) this.#giveId(at);
    let place = 0;
    for (const draft of this.#drafts) {
      const at = place;
      if (!isAlone(draft)) inDraft(draft.source, () => this.#connect(at, draft));
      place += 1;
    }
    const { nowMs, actor } = this.#context;
    const creations = new Creations(this.#drafts, this.#ids, this.#links(), { nowMs, actor });
    const operations = this.#changesOfOthers();
    this.#refuseCycle([creations, operations]);
    return {
      creations,
      operations,
      ids: this.#ids,
      idOfKey: () => new Map(Array.from(this.#names.keys(), ([key, at]) => [key, this.#idOf(at)])),
      targets: this.#targets,
    };
  }

  /** `parent-child:X` among the edges says the same as `parent`. */
  #parentOf({ parent, dependsOn, blocks }: Draft): End | undefined {
    if (blocks.some((edge) => edge.type === parentChild))
      throw new BzError("INVALID", "blocks cannot make an issue a part of this one", {
        hint: "name the parent in the issue that is the part",
      });
    const edges = dependsOn.filter((edge) => edge.type === parentChild).map((edge) => edge.target);
    const ends = new Set([...(parent ? [parent] : []), ...edges].map((text) => this.#names.find(text)));
    if (ends.size > 1) throw new BzError("INVALID", "an issue has one parent at most");
    const [only] = ends;
    return only;
  }

  /** A child's id begins with its parent's, so parents come first. */
  #giveId(start: number): void {
    if (typeof this.#parents[start] !== "number") {
      this.#ids[start] ??= this.#newId(start);
      return;
    }
    const chain: number[] = [];
    for (let at: End | undefined = start; typeof at === "number"; at = this.#parents[at]) {
      if (this.#ids[at] !== undefined) break;
      const circle = chain.indexOf(at);
      if (circle !== -1) throw this.#cycle([...chain.slice(circle), at].map((each) => this.#names.of(each)));
      chain.push(at);
    }
    for (const at of chain.reverse()) this.#ids[at] = this.#newId(at);
  }

  #newId(at: number): string {
    const draft = this.#drafts[at];
    if (draft?.id !== undefined) return draft.id;
    const parent = this.#parents[at];
    const [count, random, isTaken] = [this.#count, this.#random, this.#isTaken];
    const id =
      parent === undefined
        ? newIssueId(this.#context.prefix, count, random, isTaken)
        : inDraft(draft?.source ?? "", () => newChildId(this.#idOf(parent), count, random, isTaken));
    this.#used.add(id);
    return id;
  }

  #connect(at: number, { dependsOn, blocks }: Draft): void {
    for (const edge of dependsOn) {
      if (edge.type !== parentChild) this.#addEdge(at, this.#names.find(edge.target), edge);
    }
    for (const edge of blocks) this.#addEdge(this.#names.find(edge.target), at, edge);
  }

  #addEdge(from: End, to: End, { type, metadata }: DraftEdge): void {
    const depends_on_id = this.#idOf(to);
    const edge: EdgeInput = { type, depends_on_id, metadata };
    if (typeof to === "string") this.#targets.add(to);
    if (blockingTypes.has(type))
      this.#waits.push([typeof from === "number" ? from : outside, typeof to === "number" ? to : outside]);
    if (typeof from === "number") append(this.#edges, from, edge);
    else append(this.#changes, from, edge);
  }

  /** As they stand in the lines, by the place of the draft; most have none. */
  #links(): Map<number, string> {
    const { nowMs, actor } = this.#context;
    const written = new Map<number, string>();
    for (let at = 0; at < this.#drafts.length; at += 1) {
      const end = this.#parents[at];
      const edges = this.#edges.get(at);
      if (end === undefined && edges === undefined) continue;
      const source = this.#drafts[at]?.source ?? "";
      if (typeof end === "string") this.#targets.add(end);
      const parent = end === undefined ? undefined : this.#idOf(end);
      const context = { id: this.#idOf(at), nowMs, actor };
      written.set(
        at,
        inDraft(source, () => writeLinks({ parent, edges }, context)),
      );
    }
    return written;
  }

  #changesOfOthers(): ChangeIssue[] {
    const { state, nowMs, actor } = this.#context;
    return [...this.#changes].flatMap(([id, add_edges]) => {
      const issue = state.issue(id);
      if (issue === undefined) return [];
      return editIssue(issue, { add_edges }, { recency: recencyIn(state, id), nowMs, actor }) ?? [];
    });
  }

  #refuseCycle(planned: readonly Iterable<PutIssue | ChangeIssue>[]): void {
    if (this.#isClearlyOrdered()) return;
    const after = this.#context.state.fork();
    for (const operations of planned)
      for (const operation of operations) after.apply(operation, this.#context.sequence + 1);
    const path = findCycleThrough(after, new Set(this.#ids));
    if (path === undefined) return;
    const places = new Map(this.#ids.map((id, at) => [id, at]));
    throw this.#cycle(path.map((id) => this.#names.of(places.get(id) ?? id)));
  }

  /** What is there already may wait for an id that comes only now: then the order within the plan is not all that counts. */
  #isClearlyOrdered(): boolean {
    const isLinked = this.#waits.length > 0 || this.#parents.some((parent) => parent !== undefined);
    const isChosen = this.#drafts.some(({ id }) => id !== undefined);
    if (isLinked && isChosen && this.#context.state.count > 0) return false;
    const place = (end: End | undefined) => (typeof end === "string" ? outside : end);
    return isClearlyOrdered({
      count: this.#drafts.length,
      parents: this.#parents.map(place),
      edges: this.#waits,
    });
  }

  #cycle(path: readonly string[]): BzError {
    return new BzError("CYCLE", `these would wait for each other: ${path.join(" -> ")}`, {
      hint: "leave out one of these dependencies; nothing was created",
      context: { path: [...path] },
    });
  }

  #idOf(end: End): string {
    return typeof end === "string" ? end : (this.#ids[end] ?? "");
  }
}

/** The new issues of a plan. */
class Creations implements NewIssues {
  readonly #drafts: readonly Draft[];
  readonly #ids: readonly string[];
  readonly #links: ReadonlyMap<number, string>;
  readonly #context: Pick<DraftContext, "nowMs" | "actor">;
  readonly #births = new Map<string, string>();

  constructor(
    drafts: readonly Draft[],
    ids: readonly string[],
    links: ReadonlyMap<number, string>,
    context: Pick<DraftContext, "nowMs" | "actor">,
  ) {
    this.#drafts = drafts;
    this.#ids = ids;
    this.#links = links;
    this.#context = context;
  }

  get length(): number {
    return this.#drafts.length;
  }

  get roughLength(): number {
    let length = 0;
    for (const { issue } of this.#drafts) length += issue.members.length + usualLength;
    for (const links of this.#links.values()) length += links.length;
    return length;
  }

  *[Symbol.iterator](): Iterator<PutIssue> {
    for (let at = 0; at < this.#drafts.length; at += 1) {
      const issue = this.#drafts[at]?.issue;
      const id = this.#ids[at] ?? "";
      if (issue === undefined) continue;
      yield createWritten(writtenText(issue), this.#links.get(at) ?? "", this.#birthOf(issue.status), id);
    }
  }

  /** Most of many have one status. */
  #birthOf(status: string): string {
    const known = this.#births.get(status) ?? birthMembers(status, this.#context);
    this.#births.set(status, known);
    return known;
  }
}

/** Of what a line has beside what was said, in letters: its id, times, actor and checksum. */
const usualLength = 200;

/** Most of many stand alone. */
function isAlone({ parent, dependsOn, blocks }: Draft): boolean {
  return !parent && dependsOn.length === 0 && blocks.length === 0;
}

const fewDrafts = 64;

/** To ask the kernel takes longer than all the rest of an id. */
function drawnAhead(random: DraftContext["random"]): RandomNumbers {
  let drawn: Uint8Array = new Uint8Array(0);
  let at = 0;
  return (length) => {
    if (at + length > drawn.length) {
      drawn = random(Math.max(length, drawnBytes));
      at = 0;
    }
    at += length;
    // No view: the engine takes ten times as long for one.
    const some: number[] = [];
    for (let next = at - length; next < at; next += 1) some.push(drawn[next] ?? 0);
    return some;
  };
}

const drawnBytes = 4096;

function append<K>(lists: Map<K, EdgeInput[]>, key: K, edge: EdgeInput): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [edge]);
  else list.push(edge);
}
