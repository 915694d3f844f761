import { BzError } from "./errors";
import { type JsonValue, nestsDeeper } from "./json";
import { maxDepth } from "./json-members";

const longestTitle = 500;
const longestLabel = 100;

/**
 * A title without the space around it: 1 to 500 characters on one line.
 * @throws BzError INVALID
 */
export function validateTitle(text: string): string {
  const title = text.trim();
  if (title === "")
    throw new BzError("INVALID", "the title is empty", { hint: "a title has 1 to 500 characters" });
  // Counted only where it can matter: a character takes one or two units.
  const length = title.length > longestTitle ? [...title].length : title.length;
  if (length > longestTitle) {
    throw new BzError("INVALID", `the title has ${length} characters, ${longestTitle} is the most`, {
      hint: "put the rest into the description",
      context: { length, limit: longestTitle },
    });
  }
  if (title.includes("\r") || title.includes("\n")) {
    throw new BzError("INVALID", "the title has several lines", {
      hint: "put the rest into the description",
    });
  }
  return title;
}

/**
 * A label without the space around it. A comma separates labels everywhere, so that none can hold one, and what nobody sees would make two
 * labels of one; but a joiner is how some emoji are spelled.
 * @throws BzError INVALID
 */
export function validateLabel(text: string): string {
  const label = text.trim();
  const isPlain = !/[\p{Cc}\p{Zl}\p{Zp},]|(?!\u200d)\p{Cf}/u.test(label) && label.isWellFormed();
  if (label !== "" && isPlain && label.length <= longestLabel) return label;
  throw new BzError("INVALID", `"${text}" cannot be a label`, {
    hint: `a label has 1 to ${longestLabel} characters and no comma, line end, control or invisible character`,
  });
}

/** @throws BzError INVALID for anything but whole minutes from 0 up */
export function validateEstimate(minutes: number): number {
  if (Number.isSafeInteger(minutes) && minutes >= 0) return minutes;
  throw new BzError("INVALID", `an estimate is a whole number of minutes, not ${minutes}`);
}

/** @throws BzError INVALID for anything but 0 to 4 */
export function validatePriority(priority: number): number {
  if (Number.isInteger(priority) && priority >= 0 && priority <= 4) return priority;
  throw new BzError("INVALID", `a priority is 0 to 4, not ${priority}`);
}

/**
 * JSON of the user's own beside an issue. `false` and an empty list are left out of a line, as in every field, and could never be read again.
 * @throws BzError INVALID for those, and for what nests too deep
 */
export function validateMetadata(metadata: JsonValue): JsonValue {
  if (metadata !== false && !(Array.isArray(metadata) && metadata.length === 0))
    return validateDepth(metadata);
  throw new BzError("INVALID", `metadata that is ${JSON.stringify(metadata)} would be stored as none`, {
    hint: `give it a key, as in {"value":${JSON.stringify(metadata)}}`,
  });
}

/**
 * What is deeper could be written and never be read again: a line nests 64 levels, and its metadata stands one deep in it.
 * @throws BzError INVALID
 */
export function validateDepth(metadata: JsonValue): JsonValue {
  if (!nestsDeeper(metadata, maxDepth - 1)) return metadata;
  throw new BzError("INVALID", `the metadata nests deeper than ${maxDepth - 1} levels`, {
    hint: "nothing was saved; keep what is deeper as a text, or in a file of the repository",
  });
}
