import { longLogFrames } from "../long-log";
import { rareWord } from "../realistic-lines";
import type { Log, Tracker } from "../stores";

/** The words of a call, by the name under which it is measured. */
const words: Readonly<Record<string, readonly string[]>> = {
  version: ["version"],
  compact: ["compact"],
  q: ["q", "The login page fails on Safari"],
  show: ["show"],
  update: ["update"],
  claim: ["claim"],
  close: ["close"],
  ready: ["ready", "-n", "50"],
  list: ["list", "-n", "50"],
  "list -s": ["list", "-s", "in_progress", "-n", "50"],
  "list -l": ["list", "-l", "urgent,backend", "-n", "50"],
  "list -a": ["list", "-a", "ann", "--sort", "updated", "-n", "50"],
  count: ["count"],
  "count --by": ["count", "--by", "status"],
  blocked: ["blocked", "-n", "50"],
  // A word that every second issue holds, and one that about one in two thousand holds.
  "search, frequent": ["search", "certificate", "-n", "50"],
  "search, rare": ["search", rareWord(4000), "-n", "50"],
};

export const callNames = Object.keys(words).filter((name) => name !== "version" && name !== "compact");

/** Gives the command line of one call after another. The store may be put back for it when there are no more issues to close. */
export function callsOf(
  name: string,
  command: readonly string[],
  tracker: Tracker,
  log: Log,
): () => readonly string[] {
  const start = [...command, ...(words[name] ?? [name])];
  let call = 0;
  const one = (ids: readonly string[]) => {
    call += 1;
    return ids[call % ids.length] ?? "";
  };
  switch (name) {
    case "show":
      return () => [...start, one(tracker.liveIds)];
    case "update":
      return () => [...start, one(tracker.liveIds), "-p", String(call % 5)];
    case "claim":
    case "close":
      return () => {
        if (call === tracker.readyIds.length) {
          tracker.reset(log);
          call = 0;
        }
        return [...start, one(tracker.readyIds)];
      };
    default:
      return () => start;
  }
}

export function framesOf(log: Log): number {
  return log === "short" ? 0 : longLogFrames;
}
