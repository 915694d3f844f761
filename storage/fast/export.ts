import { type ExportKeeper, exportAfter, type FaceLag } from "../automatic-export";
import { nativeEnvironment } from "../environment";
import type { NewsSource } from "../face-watch";
import { faceName } from "../paths";
import { openPlace } from "../session";
import { stateWith } from "./state";
import { giveUp } from "./unusual";
import type { FastRest } from "./write";

/**
 * Brings the face up to date behind a write, as `Store.settle` does, from the state that this has left. Gives up where somebody else writes the face or the store is removed meanwhile: an export
 * may end anywhere, and whoever makes the next one begins anew.
 * @returns why the face was left as it was
 */
export function exportBehind(rest: FastRest): FaceLag | undefined {
  const { beadsPath, lockTimeoutMs, log, before, operations, ...written } = rest;
  const environment = nativeEnvironment();
  const startMs = environment.clocks.monotonicMs();
  const workspace = { beadsPath, storeOwnerPath: beadsPath, reason: "" };
  const keeper: ExportKeeper = {
    workspace,
    environment,
    settings: { autoFlush: { value: true } },
    runFor: (given) => ({
      ...given,
      workspace,
      lockTimeoutMs,
      watch: asItWas,
      notice: () => giveUp(),
      takeIn: () => giveUp(),
    }),
  };
  const state = stateWith(before, operations, rest.sequence);
  const place = openPlace(workspace, environment);
  try {
    return exportAfter(keeper, place, { ...written, ...log, state, watch: asItWas }, startMs);
  } finally {
    place.close();
  }
}

/** The write has seen that nobody else has written the face. */
const asItWas: NewsSource = { name: faceName, look: () => giveUp(), sign: () => {} };
