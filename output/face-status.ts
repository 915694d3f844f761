import { type FaceStatus, isInSync } from "../model/face-status";
import { escapeText } from "./escape";
import type { Style } from "./style";

/** In words: what differs, and what `sync` will do about it. */
export function formatFaceStatus(status: FaceStatus, style: Style): string {
  const sentences = isInSync(status) ? [agreement(status)] : differences(status);
  return [...sentences, ...remarks(status)].map((sentence) => `${paint(sentence, style)}\n`).join("");
}

function agreement({ path, hasStore, sequence }: FaceStatus): string {
  return hasStore
    ? `The store and ${path} say the same (sequence ${sequence}). \`bz sync\` has nothing to do.`
    : `This clone has no store yet; ${path} is all there is. The first write makes the store from it.`;
}

function differences(status: FaceStatus): string[] {
  const { path, toTakeIn, toWrite, conflictMarkers, duplicates, displaced } = status;
  const sentences: string[] = [];
  if (!status.hasFace) sentences.push(`${path} is missing. \`bz sync\` will write it from the store.`);
  if (conflictMarkers.length > 0)
    sentences.push(
      `git left a conflict in ${path} (line ${shown(conflictMarkers)}). \`bz sync\` will merge both sides and write the file without it.`,
    );
  if (toTakeIn.length > 0)
    sentences.push(
      `Somebody else changed ${issues(toTakeIn)} in ${path}. Every bz command reads them merged; \`bz sync\` or the next write will log them.`,
    );
  if (status.hasFace && toWrite.length > 0)
    sentences.push(`${path} is behind in ${issues(toWrite)}. \`bz sync\` will write ${them(toWrite)}.`);
  if (duplicates.length > 0)
    sentences.push(
      `${issues(duplicates)} on more than one line of ${path}. \`bz sync\` will write one line, merged of all.`,
    );
  if (status.tornLine !== undefined)
    sentences.push(
      `The last line of ${path} (${status.tornLine}) is cut off. \`bz sync\` will copy it to quarantine and write the file without it.`,
    );
  if (displaced.length > 0)
    sentences.push(
      `${shown(displaced)}: somebody went on writing into it after an export had put it out of the way. A \`bz sync\` two seconds after that takes it in.`,
    );
  return sentences;
}

/** What stays as it is. */
function remarks({ path, unreadable, gitOperation }: FaceStatus): string[] {
  const sentences: string[] = [];
  if (unreadable.length > 0)
    sentences.push(`${path}: line ${shown(unreadable)} cannot be read and stays as it is.`);
  if (gitOperation !== undefined)
    sentences.push(
      `git is in the middle of something (${gitOperation}); until it is done only \`bz sync\` writes the file.`,
    );
  return sentences;
}

function issues(ids: readonly string[]): string {
  return `${ids.length} ${ids.length === 1 ? "issue" : "issues"} (${shown(ids)})`;
}

function them(ids: readonly string[]): string {
  return ids.length === 1 ? "it" : "them";
}

function shown(items: readonly (string | number)[]): string {
  return `${items.slice(0, mostShown).join(", ")}${items.length > mostShown ? ", ..." : ""}`;
}

/** Commands stand out. */
function paint(sentence: string, style: Style): string {
  return escapeText(sentence).replace(/`([^`]+)`/g, (_, command: string) => style.bold(command));
}

const mostShown = 5;
