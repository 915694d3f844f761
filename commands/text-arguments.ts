import { someIn } from "../model/list";
import type { ParsedValues } from "./arguments";
import type { Arguments } from "./command";
import type { World } from "./world";

/**
 * The values with every text argument that names a source replaced by what stands there: `-` is stdin, `@FILE` a file, `@@x`
 * the text `@x`. One line end at the end of a source is not part of the text.
 * @throws BzError USAGE when stdin is asked for twice, FILE_UNREADABLE, INVALID for bytes that are not UTF-8
 */
export async function readTextArguments(
  values: ParsedValues,
  args: Arguments,
  world: World,
): Promise<ParsedValues> {
  const asked: string[] = [];
  for (const key in values)
    if (args[key]?.text === true && namesSource(values[key], isOption(args, key))) asked.push(key);
  // Of what was said, not of what is read: a text in a file may well hold the mark.
  const read = withoutMarks(values);
  if (asked.length === 0) return read;
  const { readSources } = await import("./named-text");
  for (const [key, text] of await readSources(values, asked, world))
    read[key] = args[key]?.repeat === true ? [text] : text;
  return read;
}

/** No command line can hold this. */
const literalMark = "\0";

/** A text in whose place a file or stdin is never read, whatever it says. */
export function literalText(text: string): string {
  return `${literalMark}${text}`;
}

function withoutMarks(values: ParsedValues): ParsedValues {
  const read: ParsedValues = {};
  for (const key in values) {
    const value = values[key];
    if (value !== undefined) read[key] = withoutMark(value);
  }
  return read;
}

function withoutMark(value: ParsedValues[string]): ParsedValues[string] {
  if (typeof value === "boolean") return value;
  if (typeof value === "string") return value.includes(literalMark) ? value.replace(literalMark, "") : value;
  return someIn(value, (text) => text.includes(literalMark))
    ? value.map((text) => text.replace(literalMark, ""))
    : value;
}

export type ParsedValue = ParsedValues[string] | undefined;

function isOption(args: Arguments, key: string): boolean {
  return args[key]?.type !== "positional";
}

function namesSource(value: ParsedValue, isOptionValue: boolean): boolean {
  return isStdin(value) || (isOptionValue && typeof value === "string" && value.startsWith("@"));
}

export function isStdin(value: ParsedValue): boolean {
  return value === "-" || (Array.isArray(value) && value.length === 1 && value[0] === "-");
}
