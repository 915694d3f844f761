import type { Order, Place } from "../model/heads";
import { findIn } from "../model/list";
import { isFor } from "../model/next";
import { readyOrder } from "../model/ready-order";
import type { State } from "../model/state";

import { isUsualPage, mostPlaces, type UsualPage, type UsualQuery, usualPage } from "./usual-page";

/** A page of all that is ready; no issues wait for each other for ever where there is one. Undefined when all issues have to be looked at. */
export function usualReady(state: State, query: UsualQuery): UsualPage | undefined {
  return isUsualPage(query) ? usualPage(state, orderOf(state, query.nowMs), query) : undefined;
}

/** The best ready issue of all for an actor. Undefined when all have to be looked at, perhaps because there is none. */
export function usualOffer(state: State, nowMs: number, actor: string): Place | undefined {
  const order = orderOf(state, nowMs);
  if (order === undefined) return undefined;
  for (const count of [fewPlaces, mostPlaces]) {
    const offer = findIn(order.first(count), ({ id }) => {
      const issue = state.issue(id);
      return issue !== undefined && isFor(issue, actor);
    });
    if (offer !== undefined) return offer;
  }
  return undefined;
}

/** Nearly always one of them is for whoever asks. */
const fewPlaces = 16;

function orderOf(state: State, nowMs: number): Order | undefined {
  const heads = state.headsOfBase();
  return heads && readyOrder(state, heads, nowMs);
}
