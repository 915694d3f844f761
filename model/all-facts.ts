import type { IssueFacts } from "./issue-facts";
import { compareIds } from "./issue-id";

/** The facts of all issues of a base, in the order of their ids. */
export class AllFacts {
  /** Made when somebody asks for one: most only go through them. */
  #byId: Map<string, IssueFacts> | undefined;

  constructor(readonly list: readonly IssueFacts[]) {}

  get(id: string): IssueFacts | undefined {
    this.#byId ??= byId(this.list);
    return this.#byId.get(id);
  }

  /** With those that stand above the base in their places. */
  with(changed: ReadonlyMap<string, IssueFacts>): readonly IssueFacts[] {
    if (changed.size === 0) return this.list;
    const left = new Map(changed);
    const all: IssueFacts[] = [];
    for (const facts of this.list) {
      const own = left.get(facts.id);
      if (own !== undefined) left.delete(facts.id);
      all.push(own ?? facts);
    }
    return left.size === 0 ? all : merged(all, [...left.values()]);
  }
}

function byId(list: readonly IssueFacts[]): Map<string, IssueFacts> {
  const known = new Map<string, IssueFacts>();
  for (const facts of list) known.set(facts.id, facts);
  return known;
}

function merged(list: readonly IssueFacts[], added: IssueFacts[]): readonly IssueFacts[] {
  added.sort((left, right) => compareIds(left.id, right.id));
  const parts: (readonly IssueFacts[])[] = [];
  let from = 0;
  for (const own of added) {
    const to = firstAfter(list, own.id, from);
    parts.push(list.slice(from, to), [own]);
    from = to;
  }
  return [...parts, list.slice(from)].flat();
}

/** The place of the first one behind that id. */
function firstAfter(list: readonly IssueFacts[], id: string, from: number): number {
  let low = from;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareIds(list[middle]?.id ?? "", id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
