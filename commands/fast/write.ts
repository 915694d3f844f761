import { readFastSettings } from "../../storage/fast/settings";
import { openFastStore } from "../../storage/fast/store";
import { type FastDecision, type FastMade, writeFast } from "../../storage/fast/write";
import type { TransactionInfo, View } from "../../storage/store";
import { findActor } from "../actor";
import { lagNote } from "../lag-note";
import type { FastCall, FastWorld } from "./call";

/** One transaction of a command, and what is said of it. */
export function writeFastCall<T>(
  world: FastWorld,
  command: string,
  { tellsLag }: { readonly tellsLag: boolean },
  decide: (view: View, info: TransactionInfo) => FastDecision<T>,
  answer: (made: FastMade<T>, nowMs: number) => Pick<FastCall, "output" | "saved">,
): FastCall {
  const { env } = world;
  const store = openFastStore(world.currentDirectory(), env, "update");
  const settings = readFastSettings(store.place, env);
  const nowMs = world.nowMs();
  const session = env.BEADS_SESSION || undefined;
  const info: TransactionInfo = {
    timeMs: nowMs,
    actor: findActor(world),
    ...(session === undefined ? {} : { session }),
    command,
  };
  const { rest, failure, answer: call } = writeFast(store, settings, info, decide, answer);
  if (failure !== undefined) return { output: "", failure };
  if (rest === undefined) return call;
  if (settings.autoFlush) return { ...call, rest, tellsLag };
  const lag = tellsLag
    ? lagNote({ reason: "off", ...behind(rest.sequence, store.exportedSequence) })
    : undefined;
  return {
    ...call,
    ...(lag === undefined ? {} : { talk: `${lag}\n` }),
    ...(rest.isCompactionDue ? { rest } : {}),
  };
}

function behind(sequence: number, exported: number): { behind?: number } {
  return exported < 0 ? {} : { behind: sequence - exported };
}
