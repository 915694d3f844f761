import type { Head, Shown } from "./heads";
import type { State } from "./state";

/** What the head of an order says of issues that nothing above the base is about. */
export function shownInBase(state: State, { places, shown }: Head): (id: string) => Shown | undefined {
  const known = new Map<string, Shown | undefined>();
  let at = 0;
  for (const { id } of places) {
    if (at === shown.length) break;
    known.set(id, shown[at]);
    at += 1;
  }
  return (id) => (state.isTouched(id) ? undefined : known.get(id));
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
