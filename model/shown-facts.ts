import type { Head, Shown } from "./heads";
import type { State } from "./state";

/** What the head of an order says of issues that nothing above the base is about. */
export function shownInBase(state: State, { places, shown }: Head): (id: string) => Shown | undefined {
  const known = new Map<string, Shown | undefined>();
  const next = places[Symbol.iterator]();
  return (id) => {
    if (state.isTouched(id)) return undefined;
    // A page is of the first ones.
    while (!known.has(id) && known.size < shown.length) {
      const { done, value } = next.next();
      if (done === true) break;
      known.set(value.id, shown[known.size]);
    }
    return known.get(id);
  };
}

/** Undefined where it is long: who lists such an issue reads its line. */
export function shownOf(state: State, id: string): Shown | undefined {
  const issue = state.issue(id);
  if (issue === undefined) throw new Error(`${id} is listed and unknown`);
  const { title, status, issue_type, assignee, defer_until } = issue;
  const length = [title, status, issue_type, assignee ?? "", defer_until ?? ""].join("").length;
  return length > longestShown ? undefined : { title, status, issue_type, assignee, defer_until };
}

/** In characters. A title has 500 at most, unless another tool wrote it. */
const longestShown = 1000;
