import type { Directory } from "./file-system";
import { deltaName } from "./paths";
import { openDelta, openSnapshot, type Snapshot } from "./snapshot";

/** A delta that stands there and is not of the base; the caller closes both. */
export function openStaleDelta(store: Directory): { base: Snapshot; delta: Snapshot } | undefined {
  if (store.status(deltaName) === undefined) return undefined;
  const base = openSnapshot(store);
  const delta = openDelta(store);
  if (base !== undefined && delta !== undefined && delta.header.over?.base !== base.identity)
    return { base, delta };
  base?.close();
  delta?.close();
  return undefined;
}
