import { emptySource } from "../../model/issue-source";
import { State } from "../../model/state";
import { plainLine } from "./samples";

/**
 * A tracker in one line of text. `a>b`: a waits for b; `a>b(tracks)`: an edge of that type. `a^p`: a is a part of p. `a~b`: a
 * mere link. `a:closed`, `a:epic`, `a:pinned!` (the flag), `a:P0`, `a:@2026-01-01` (defer_until) say more about an issue; all
 * others are open tasks. Only the issue `gone` is never there.
 */
export function trackerOf(text: string): State {
  const edges = new Map<string, string[]>();
  const facts = new Map<string, Record<string, unknown>>();
  for (const [, id = "", sign, rest = "", named] of text.matchAll(
    /(\w+)(?:([>^~:])([\w!@-]+)(?:\(([\w-]+)\))?)?/g,
  )) {
    const own = edges.get(id) ?? [];
    edges.set(id, own);
    if (sign === ":") facts.set(id, { ...facts.get(id), ...factOf(rest) });
    else if (sign !== undefined) {
      const type = sign === "^" ? "parent-child" : sign === ">" ? (named ?? "blocks") : "related";
      own.push(`{"depends_on_id":"${rest}","type":"${type}"}`);
      if (!edges.has(rest) && rest !== "gone") edges.set(rest, []);
    }
  }
  const state = new State(emptySource);
  for (const [id, own] of edges) {
    const plain: Record<string, unknown> = JSON.parse(
      plainLine(id, own.length > 0 ? `,"dependencies":[${own.join(",")}]` : ""),
    );
    state.apply({ op: "put", id, line: JSON.stringify({ ...plain, ...facts.get(id) }) }, 1);
  }
  return state;
}

function factOf(word: string): Record<string, unknown> {
  if (word.startsWith("@")) return { defer_until: `${word.slice(1)}T00:00:00Z` };
  if (/^P\d$/.test(word)) return { priority: Number(word.slice(1)) };
  if (word === "pinned!") return { pinned: true };
  return ["epic", "bug", "feature"].includes(word) ? { issue_type: word } : { status: word };
}
