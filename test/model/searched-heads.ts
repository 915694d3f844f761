import type { Head, Heads } from "../../model/heads";

/** Heads that say of an issue whether it is among their places, as those of a snapshot do. */
export function searchedHeads(heads: Heads): Heads {
  return { ...heads, live: searched(heads.live), ready: searched(heads.ready) };
}

function searched(head: Head): Head {
  const ids = new Set([...head.places].map(({ id }) => id));
  return { ...head, surelyHas: (id) => ids.has(id) };
}
