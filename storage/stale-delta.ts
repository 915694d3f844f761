import type { Directory } from "./file-system";
import { deltaName } from "./paths";
import { openDelta, openSnapshot, type Snapshot } from "./snapshot";

/** A delta that stands there and is not of the base; the caller closes both. */
export function openStaleDelta(store: Directory): { base: Snapshot; delta: Snapshot } | undefined {
  if (store.status(deltaName) === undefined) return undefined;
  const base = openSnapshot(store);
  if (base === undefined) return undefined;
  let delta: Snapshot | undefined;
  try {
    delta = openDelta(store);
  } catch (error) {
    base.close();
    throw error;
  }
  if (delta !== undefined && delta.header.over?.base !== base.identity) return { base, delta };
  base.close();
  delta?.close();
  return undefined;
}
