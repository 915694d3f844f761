import { type Place, runWell } from "./call";

/** So many transactions behind the snapshot make a log long. */
export const longLogFrames = 1000;
/**
 * Behind so many the next write folds, where it has the tracker for itself and no large delta stands there: 100 in a small one and 500 in others, and some more, as a call that changes
 * nothing makes no frame.
 */
export function dueLogFrames(issues: number): number {
  return issues <= 2000 ? 110 : 520;
}

/** What agents do all day: of ten calls six create, and each of the others changes one issue. */
export function lengthenLog(
  command: readonly string[],
  place: Place,
  frames: number,
  readyIds: readonly string[],
): void {
  const call = (...words: string[]) => runWell([...command, ...words], place).stdout.trim();
  const targets = [...readyIds];
  for (let frame = 0; frame < frames; frame += 1) {
    const target = targets.shift() ?? "";
    if (frame % 10 === 3) call("update", target, "-p", String(frame % 5));
    else if (frame % 10 === 5) call("claim", target);
    else if (frame % 10 === 7) call("close", target, "-r", "Done");
    else if (frame % 10 === 9) call("note", target, "What was found on the way");
    else targets.push(call("q", `Found on the way, number ${frame}`), target);
  }
}
