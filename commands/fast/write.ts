import { readFastSettings } from "../../storage/fast/settings";
import { type FastFiles, openFastFiles } from "../../storage/fast/store";
import { type FastPrepared, writeFast } from "../../storage/fast/write";
import type { FaceLag, TransactionInfo } from "../../storage/store";
import { findActor } from "../actor";
import { lagNote } from "../lag-note";
import type { FastCall, FastWorld } from "./call";

/**
 * One transaction of a command, and what is said of it.
 * @param prepare decides what it is, of what stands in the files
 */
export function writeFastCall(
  world: FastWorld,
  command: string,
  { tellsLag }: { readonly tellsLag: boolean },
  prepare: (files: FastFiles, info: TransactionInfo) => FastPrepared<Pick<FastCall, "output" | "saved">>,
): FastCall {
  const { env } = world;
  const files = openFastFiles(world.currentDirectory(), env, "update");
  const settings = readFastSettings(files.place, env);
  const nowMs = world.nowMs();
  const session = env.BEADS_SESSION || undefined;
  const info: TransactionInfo = {
    timeMs: nowMs,
    actor: findActor(world),
    ...(session === undefined ? {} : { session }),
    command,
  };
  const { rest, failure, answer: call } = writeFast(files, settings, info, (latest) => prepare(latest, info));
  if (failure !== undefined) return { output: "", failure };
  if (rest === undefined) return call;
  const { noExport: reason, sequence, exportedSequence } = rest;
  if (reason === undefined) return { ...call, rest, tellsLag };
  return {
    ...call,
    talk: tellsLag ? () => told({ reason, ...behind(sequence, exportedSequence) }) : undefined,
    ...(rest.isCompactionDue ? { rest } : {}),
  };
}

function told(lag: FaceLag): string {
  const note = lagNote(lag);
  return note === undefined ? "" : `${note}\n`;
}

function behind(sequence: number, exported: number): { behind?: number } {
  return exported < 0 ? {} : { behind: sequence - exported };
}
