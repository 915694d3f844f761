import { fold, foldedPlaces } from "./fold";

/** A piece of a text around what was found in it. */
export interface Snippet {
  /** On one line, with `…` where something was left out. */
  readonly text: string;
  /** What was found, from and before these places in `text`, in order and apart from each other. */
  readonly marks: readonly (readonly [number, number])[];
}

/** About `width` characters around the first place of one of the folded terms; undefined when none of them is in the text. */
export function findSnippet(original: string, terms: readonly string[], width: number): Snippet | undefined {
  const line = original.replace(/\s+/g, " ").trim();
  const found = findMarks(line, terms);
  const [first] = found;
  if (first === undefined) return undefined;
  const lead = Math.max(0, Math.floor((width - (first[1] - first[0])) / 3));
  const start = line.length <= width ? 0 : wordStartBefore(line, first[0], lead);
  const end = line.length - start <= width ? line.length : wordEndAfter(line, start + width, first[1]);
  const before = start === 0 ? "" : "…";
  const marks = found
    .filter(([from, to]) => from >= start && to <= end)
    .map(([from, to]): [number, number] => [from - start + before.length, to - start + before.length]);
  return { text: `${before}${line.slice(start, end)}${end === line.length ? "" : "…"}`, marks };
}

/** Where the terms stand, those that overlap as one. */
function findMarks(line: string, terms: readonly string[]): [number, number][] {
  const folded = fold(line);
  // Plain text folds unit by unit.
  const places = /[\u0080-\u{10ffff}]/u.test(line) ? foldedPlaces(line) : undefined;
  const placeOf = (at: number): number => places?.[at] ?? at;
  const all: [number, number][] = [];
  for (const term of terms) {
    for (let at = folded.indexOf(term); at !== -1; at = folded.indexOf(term, at + term.length))
      all.push([placeOf(at), endOf(placeOf, at + term.length, line)]);
  }
  all.sort((left, right) => left[0] - right[0] || left[1] - right[1]);
  const marks: [number, number][] = [];
  for (const [from, to] of all) {
    const last = marks.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else marks.push([from, to]);
  }
  return marks;
}

/** A character of which only a part was found is marked whole. */
function endOf(placeOf: (at: number) => number, foldedEnd: number, line: string): number {
  const last = placeOf(foldedEnd - 1);
  const end = placeOf(foldedEnd);
  return end > last ? end : last + String.fromCodePoint(line.codePointAt(last) ?? 0).length;
}

function wordStartBefore(line: string, at: number, lead: number): number {
  const earliest = Math.max(0, at - lead);
  if (earliest === 0) return 0;
  const space = line.indexOf(" ", earliest);
  return space !== -1 && space < at ? space + 1 : wholeCharacter(line, earliest);
}

function wordEndAfter(line: string, at: number, least: number): number {
  const space = line.lastIndexOf(" ", at);
  return space > least ? space : wholeCharacter(line, Math.min(line.length, Math.max(at, least)));
}

/** Not between the two halves of a character. */
function wholeCharacter(line: string, at: number): number {
  const unit = line.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
