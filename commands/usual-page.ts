import { type Order, type Place, placesOnPage } from "../model/heads";
import { givenIn } from "../model/list";
import { liveOrder } from "../model/live-order";
import type { Page } from "../model/query";
import type { State } from "../model/state";
import type { PageQuery } from "./issue-page";

/** A page of an order of which a snapshot knows the first issues. */
export interface UsualPage extends Page {
  readonly places: readonly Place[];
}

/** Whether a list is in its usual order, and a page of it is wanted: a snapshot may know that. */
export function isUsualPage({ sort, reverse, limit, offset }: PageQuery): boolean {
  return sort === undefined && reverse !== true && limit > 0 && offset + limit <= mostPlaces;
}

/** Longer pages are read faster all at once than issue by issue. */
export const mostPlaces = 512;

/** Undefined when all issues have to be looked at. */
export function usualPage(state: State, order: Order | undefined, query: PageQuery): UsualPage | undefined {
  const places = order && placesOnPage(order, query);
  if (order === undefined || places === undefined) return undefined;
  const issues = givenIn(places.map(({ id }) => state.issue(id)));
  return { places, issues, total: order.total };
}

/** A page of all live issues. Undefined when all have to be looked at. */
export function usualList(state: State, query: PageQuery): Page | undefined {
  const heads = isUsualPage(query) ? state.headsOfBase() : undefined;
  return heads && usualPage(state, liveOrder(state, heads), query);
}
