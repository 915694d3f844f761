import { compactIfFree } from "../compaction";
import { nativeEnvironment } from "../environment";
import { storeDirectoryName } from "../paths";
import { openPlace, sessionIn } from "../session";
import { isShortFold, prepareFold } from "./short-fold";
import { giveUp } from "./unusual";
import type { FastRest } from "./write";

/**
 * Folds the log behind a write, as `Store.settle` does. Gives up where that takes long, as nothing is compiled for it, and where the store is removed or anything is wrong: a fold may end
 * anywhere, and whoever makes the next one begins anew.
 */
export function foldBehind(rest: FastRest): void {
  if (!isShortFold(rest)) giveUp();
  prepareFold(rest);
  const { beadsPath, lockTimeoutMs } = rest;
  const environment = nativeEnvironment();
  const place = openPlace({ beadsPath, storeOwnerPath: beadsPath, reason: "" }, environment);
  try {
    const session = sessionIn(place.owner.openDirectory(storeDirectoryName) ?? giveUp(), environment);
    try {
      // Who has waited in vain waits all of the time in the whole program, as for a write.
      compactIfFree(session, lockTimeoutMs / 10);
    } finally {
      session.close();
    }
  } finally {
    place.close();
  }
}
