import { blockingTypes, parentChild } from "./dependency";
import { dependentsOf } from "./graph";
import { compareIds } from "./issue-id";
import type { ChangeIssue } from "./operation";
import type { State } from "./state";
import { closeOf, keyOf, startOf, type Wait, Waits } from "./waits";

/**
 * Whether an edge from `fromId` to `toId` would make issues wait for each other for ever. The edge may stand in the state
 * already. Waiting follows what `ready` follows: blocking edges; a child waits for what its ancestors wait for, but for
 * blockers inside the ancestor's own subtree; a parent closes after its children. Whether the issues are closed today makes
 * no difference, since they can be reopened; deleted ones hold nobody up, at either end of the edge or on the way.
 * @returns the ids along the way, from `fromId` back to it; undefined without a cycle
 */
export function findCycle(state: State, fromId: string, toId: string, type: string): string[] | undefined {
  if (fromId === toId) return [fromId, toId];
  const isContainment = type === parentChild;
  if (!isContainment && !blockingTypes.has(type)) return undefined;
  const waits = new Waits(state, isContainment ? { childId: fromId, parentId: toId } : undefined);
  // First: what is deleted counts as nobody's part, and may come back.
  if (isContainment && waits.isBelow(toId, fromId)) return waits.pathUp(toId, fromId);
  if (isDeleted(state, fromId) || isDeleted(state, toId)) return undefined;
  if (!isTangled(state, fromId, isContainment)) return undefined;
  if (!isContainment && waits.isInside(toId, fromId)) return undefined;
  const goals: [Wait, Wait][] = isContainment
    ? [
        [startOf(toId), startOf(fromId)],
        [closeOf(fromId), closeOf(toId)],
      ]
    : [[closeOf(toId), startOf(fromId)]];
  for (const [first, last] of goals) {
    const path = waits.pathOfWaits(first, last);
    if (path !== undefined) return path[0] === fromId ? [...path, fromId] : [fromId, ...path];
  }
  return undefined;
}

/**
 * The edges from what an issue is part of to itself and whatever else is inside: they hold up only the end of the whole. Once the issue is
 * a part of something else, or of nothing, they hold up its beginning as well, so that each has to be looked at like a new one.
 * @returns blocking edges only, from the parent up
 */
export function innerEdgesAround(state: State, id: string): InnerEdge[] {
  const waits = new Waits(state);
  return waits
    .wholesAround(id)
    .flatMap((fromId) =>
      (state.facts(fromId)?.dependencies ?? [])
        .filter(({ type, depends_on_id }) => blockingTypes.has(type) && waits.isInside(depends_on_id, fromId))
        .map(({ type, depends_on_id }) => ({ fromId, toId: depends_on_id, type })),
    );
}

export interface InnerEdge {
  readonly fromId: string;
  readonly toId: string;
  readonly type: string;
}

/** An edge that a change brings, or lets hold up more than it did, and the way around. */
export interface MadeCycle extends InnerEdge {
  readonly path: readonly string[];
}

/** The first circle that a change makes, by an edge that it brings or by its leaving a parent. */
export function findCycleOfChange(
  before: State,
  after: State,
  { id, edges = [], parent }: ChangeIssue,
): MadeCycle | undefined {
  const suspects: InnerEdge[] = edges
    .filter(({ present }) => present)
    .map(({ depends_on_id, type }) => ({ fromId: id, toId: depends_on_id, type }));
  if (typeof parent?.id === "string") suspects.push({ fromId: id, toId: parent.id, type: parentChild });
  if (parent !== undefined) suspects.push(...innerEdgesAround(before, id));
  for (const edge of suspects) {
    const path = findCycle(after, edge.fromId, edge.toId, edge.type);
    if (path !== undefined) return { ...edge, path };
  }
  return undefined;
}

/**
 * The circles in which issues wait for each other, over the same edges as `findCycle`: none can be made here, but a merge of two
 * clones can leave some. Every issue that is part of any circle is in at least one of those found, each a shortest one; all of
 * them would be more than anybody could read, since their number grows with the powers of two.
 * @returns the ids along each way, from the least one on, without the first one again at the end; by their ids
 */
export function findCycles(state: State): string[][] {
  const waits = new Waits(state);
  waits.readAll();
  // Shared by all knots: a circle of parents is one of their beginnings and one of their ends.
  const covered = new Set<string>();
  const knots = new KnotFinder(waits).find(idsWithEdges(state));
  const cycles = knots.flatMap((knot) => circlesThrough(knot, waits, covered));
  return cycles.sort((left, right) => compareIds(left.join(" "), right.join(" ")));
}

/**
 * A circle through one of these issues, for many that are new at once: the one pass looks at what they wait for and at nothing else.
 * @returns the ids along the way, the first one again at the end; undefined without a circle
 */
export function findCycleThrough(state: State, ids: ReadonlySet<string>): string[] | undefined {
  const waits = new Waits(state);
  // What closes a circle has an edge: a new issue without one waits for its parts alone, and those have edges.
  const starts = [...ids].filter((id) => (state.facts(id)?.dependencies.length ?? 0) > 0);
  for (const id of starts) {
    const { parent } = state.facts(id) ?? {};
    // Whatever was deleted between them, as in `findCycle`.
    if (parent !== undefined && waits.isBelow(parent, id)) return waits.pathUp(parent, id);
  }
  const knots = new KnotFinder(waits).find(starts);
  // The first one in the order that was given, so that the same plan gives the same answer whatever its ids are.
  for (const wait of knots.length === 0 ? [] : starts.flatMap((id) => [startOf(id), closeOf(id)])) {
    const knot = knots.find((each) => each.has(keyOf(wait)));
    if (knot === undefined) continue;
    const circle = shortestCircle(wait, knot, waits);
    const at = circle.indexOf(wait.id);
    return [...circle.slice(at), ...circle.slice(0, at), wait.id];
  }
  return undefined;
}

/** Whether anything could lead back to an issue. Most new ones are free, and the whole tracker need not be read for them. */
function isTangled(state: State, id: string, isContainment: boolean): boolean {
  const issue = state.facts(id);
  const isHeld = isContainment
    ? issue?.dependencies.some((edge) => blockingTypes.has(edge.type)) === true
    : issue?.parent !== undefined;
  return isHeld || dependentsOf(state, id).length > 0;
}

function isDeleted(state: State, id: string): boolean {
  return state.facts(id)?.status === "tombstone";
}

/** Every circle has one of them in it, and most issues of a large tracker are none. */
function* idsWithEdges(state: State): Iterable<string> {
  for (const { id, dependencies } of state.allFacts()) if (dependencies.length > 0) yield id;
}

/** Moments that all wait for each other: more than one of them, or one that waits for itself. */
type Knot = ReadonlyMap<string, Wait>;

/** Tarjan's strongly connected components, without recursion: a chain may be longer than the stack is deep. */
class KnotFinder {
  readonly #waits: Waits;
  readonly #numbers = new Map<string, number>();
  /** Entered, and not yet known to which component they belong. */
  readonly #open: Visit[] = [];
  readonly #openByKey = new Map<string, Visit>();
  readonly #knots: Knot[] = [];

  constructor(waits: Waits) {
    this.#waits = waits;
  }

  find(ids: Iterable<string>): Knot[] {
    for (const id of ids) {
      for (const wait of [startOf(id), closeOf(id)]) {
        if (!this.#numbers.has(keyOf(wait))) this.#visit(wait);
      }
    }
    return this.#knots;
  }

  #visit(root: Wait): void {
    const way = [this.#enter(root)];
    for (let visit = way.at(-1); visit !== undefined; visit = way.at(-1)) {
      const wait = visit.next.pop();
      if (wait === undefined) {
        way.pop();
        const before = way.at(-1);
        if (before !== undefined) before.lowest = Math.min(before.lowest, visit.lowest);
        if (visit.lowest === visit.number) this.#close(visit);
      } else if (!this.#numbers.has(keyOf(wait))) {
        way.push(this.#enter(wait));
      } else {
        const known = this.#openByKey.get(keyOf(wait));
        if (known !== undefined) visit.lowest = Math.min(visit.lowest, known.number);
        if (known === visit) visit.waitsForItself = true;
      }
    }
  }

  #enter(wait: Wait): Visit {
    const number = this.#numbers.size;
    const visit = { wait, number, lowest: number, waitsForItself: false, next: this.#waits.of(wait) };
    this.#numbers.set(keyOf(wait), number);
    this.#open.push(visit);
    this.#openByKey.set(keyOf(wait), visit);
    return visit;
  }

  #close(root: Visit): void {
    const members = this.#open.splice(this.#open.lastIndexOf(root));
    for (const { wait } of members) this.#openByKey.delete(keyOf(wait));
    if (members.length > 1 || root.waitsForItself)
      this.#knots.push(new Map(members.map(({ wait }) => [keyOf(wait), wait])));
  }
}

interface Visit {
  readonly wait: Wait;
  readonly number: number;
  /** The lowest number that is known to be reached from here. */
  lowest: number;
  waitsForItself: boolean;
  /** What is still to be looked at. */
  readonly next: Wait[];
}

/** Shortest circles, until every issue of the knot has been in one. */
function circlesThrough(knot: Knot, waits: Waits, covered: Set<string>): string[][] {
  const ids = [...new Set([...knot.values()].map((wait) => wait.id))].sort(compareIds);
  const circles: string[][] = [];
  for (const id of ids) {
    if (covered.has(id)) continue;
    const found = [startOf(id), closeOf(id)]
      .filter((wait) => knot.has(keyOf(wait)))
      .map((wait) => shortestCircle(wait, knot, waits))
      .sort((left, right) => left.length - right.length);
    const [circle = []] = found;
    for (const member of circle) covered.add(member);
    circles.push(circle);
  }
  return circles;
}

/** Breadth first from a moment until it comes round to itself, which in a knot it does. */
function shortestCircle(start: Wait, knot: Knot, waits: Waits): string[] {
  const cameFrom = new Map<string, Wait>();
  for (let layer = [start]; layer.length > 0; ) {
    const next: Wait[] = [];
    for (const wait of layer) {
      for (const other of waits.of(wait)) {
        const key = keyOf(other);
        if (key === keyOf(start)) return fromLeast(wayTo(wait, cameFrom));
        if (!knot.has(key) || cameFrom.has(key)) continue;
        cameFrom.set(key, wait);
        next.push(other);
      }
    }
    layer = next;
  }
  return [];
}

/** The ids up to a moment; both moments of one issue beside each other are one step. */
function wayTo(last: Wait, cameFrom: ReadonlyMap<string, Wait>): string[] {
  const ids: string[] = [];
  for (let wait: Wait | undefined = last; wait !== undefined; wait = cameFrom.get(keyOf(wait))) {
    if (ids.at(-1) !== wait.id) ids.push(wait.id);
  }
  return ids.reverse();
}

/** The same circle begins at its least id, whoever was looked at first. */
function fromLeast(path: readonly string[]): string[] {
  const circle = path.length > 1 && path[0] === path.at(-1) ? path.slice(1) : [...path];
  const least = circle.reduce((best, id, at) => (compareIds(id, circle[best] ?? "") < 0 ? at : best), 0);
  return [...circle.slice(least), ...circle.slice(0, least)];
}
