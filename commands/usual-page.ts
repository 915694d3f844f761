import { type Order, type Place, placesOnPage } from "../model/heads";
import type { ListedFacts } from "../model/issue-facts";
import { liveOrder } from "../model/live-order";
import { shownInBase } from "../model/shown-facts";
import type { State } from "../model/state";
import type { PageQuery, ShownPage } from "./issue-page";

/** A page of an order of which a snapshot knows the first issues. */
export interface UsualPage extends ShownPage {
  readonly places: readonly Place[];
}

/** What decides whether a page is a usual one, and which. */
export type UsualQuery = Omit<PageQuery, "fields">;

/** Whether a list is in its usual order, and a page of it is wanted: a snapshot may know that. */
export function isUsualPage({ sort, reverse, limit, offset }: UsualQuery): boolean {
  return sort === undefined && reverse !== true && limit > 0 && offset + limit <= mostPlaces;
}

/** Longer pages are read faster all at once than issue by issue. */
export const mostPlaces = 512;

/** Undefined when all issues have to be looked at. */
export function usualPage(state: State, order: Order | undefined, query: UsualQuery): UsualPage | undefined {
  const places = order && placesOnPage(order, query);
  if (order === undefined || places === undefined) return undefined;
  const known = shownInBase(state, order.head);
  const issues: ListedFacts[] = [];
  for (const { id, priority } of places) {
    const shown = known(id);
    const issue = shown === undefined ? state.facts(id) : { id, priority, ...shown };
    if (issue !== undefined) issues.push(issue);
  }
  return { places, issues, total: order.total };
}

/** A page of all live issues. Undefined when all have to be looked at. */
export function usualList(state: State, query: UsualQuery): UsualPage | undefined {
  const heads = isUsualPage(query) ? state.headsOfBase() : undefined;
  return heads && usualPage(state, liveOrder(state, heads), query);
}
