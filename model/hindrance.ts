import { blockersIn, type Judge } from "./verdict";

/** Why nobody should begin with an issue today, although nobody holds it. */
export interface Hindrance {
  readonly code: "BLOCKED" | "DEFERRED";
  /** A sentence without a full stop: "bd-1 waits for bd-2". */
  readonly sentence: string;
  /** The issues it waits for, or the one that is put off. */
  readonly because: readonly string[];
}

/** Undefined where nothing stands against it. Work that has begun can be held up, too, once nobody does it any more. */
export function hindranceOf(judge: Judge, id: string): Hindrance | undefined {
  const verdict = judge.stop(id);
  if (verdict?.class === "deferred") {
    const { holder, until } = verdict;
    const end = until === undefined ? "until somebody takes it up again" : `until ${until}`;
    const what = holder === id ? "is deferred" : `is a part of ${holder}, which is deferred`;
    return { code: "DEFERRED", sentence: `${id} ${what} ${end}`, because: holder === id ? [] : [holder] };
  }
  if (verdict === undefined) return undefined;
  const because = blockersIn(verdict.class === "blocked" ? verdict.holds : judge.holds(id));
  if (because.length > 0) return { code: "BLOCKED", sentence: `${id} waits for ${listed(because)}`, because };
  if (verdict.class !== "blocked") return undefined;
  return { code: "BLOCKED", sentence: `${id} has the status blocked`, because };
}

const mostShown = 5;

function listed(ids: readonly string[]): string {
  const more = ids.length - mostShown;
  return `${ids.slice(0, mostShown).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
