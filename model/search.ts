import { compareBytes } from "./compare";
import { fold } from "./fold";
import type { Issue } from "./issue";
import { prefixOfId } from "./issue-id";
import { isLive } from "./status";
import { instantMs } from "./time";

/** What somebody looks for: every term has to be somewhere in an issue. */
export interface SearchQuery {
  /** Folded words and phrases. */
  readonly terms: readonly string[];
  /** All words as one phrase, where there are several: together they count more. */
  readonly phrase: string | undefined;
}

/** An issue that was found. */
export interface SearchHit {
  readonly issue: Issue;
  readonly score: number;
  /** Of the issue's last change. */
  readonly changedMs: number;
  /** The names of the fields that a term is in, the heaviest first. */
  readonly fields: readonly SearchedField[];
}

export type SearchedField = (typeof fieldWeights)[number]["field"];

/**
 * The fields that are searched, and what a whole word in each of them counts. Any place in the title counts more than every place in the fields below it together:
 * of each term the best field counts whole, each further one a tenth.
 */
const fieldWeights = [
  { field: "title", weight: 100 },
  { field: "external_ref", weight: 90 },
  { field: "labels", weight: 80 },
  { field: "assignee", weight: 60 },
  { field: "description", weight: 40 },
  { field: "acceptance_criteria", weight: 30 },
  { field: "design", weight: 30 },
  { field: "notes", weight: 30 },
  { field: "close_reason", weight: 30 },
  { field: "comments", weight: 20 },
  { field: "id", weight: 60 },
] as const;

export const searchedFields: readonly SearchedField[] = fieldWeights.map(({ field }) => field);

/** What a place in a word counts, in percent: the whole word, its beginning, anywhere. */
const wholeWord = 100;
const wordStart = 90;
const inWord = 70;
/** Between the texts of a list: no term holds it, so none is found across two of them. */
const separator = "\n\0";
const exactIdScore = 10_000;
/** All words side by side, in percent of the weight of the field. */
const phraseBonus = 50;

/** The words and the "phrases" of a query; undefined when there are none. A quote that does not end holds everything behind it. */
export function parseSearch(text: string): SearchQuery | undefined {
  const terms = [...fold(text).matchAll(/"([^"]*)"?|[^\s"]+/g)]
    .map(([word, quoted]) => (quoted ?? word).trim().replace(/\s+/g, " "))
    .filter((term) => term !== "");
  if (terms.length === 0) return undefined;
  return { terms: [...new Set(terms)], phrase: terms.length > 1 ? terms.join(" ") : undefined };
}

/** Undefined unless every term is in the issue. */
export function searchIssue(query: SearchQuery, issue: Issue): SearchHit | undefined {
  const texts = new FoldedTexts(issue);
  const fields = new Set<SearchedField>();
  let points = 0;
  for (const term of query.terms) {
    const found = pointsOf(texts, term, fields);
    // Most issues end here, at the first term.
    if (found === 0) return undefined;
    points += found;
  }
  if (query.phrase !== undefined) points += phrasePoints(texts, query.phrase);
  return {
    issue,
    score: Math.round(points / 100),
    changedMs: instantMs(issue.updated_at),
    fields: searchedFields.filter((field) => fields.has(field)),
  };
}

/** What one term counts, 0 when it is nowhere; `fields` is told where it is. */
function pointsOf(texts: FoldedTexts, term: string, fields: Set<SearchedField>): number {
  let best = 0;
  let sum = 0;
  for (const { field, weight } of fieldWeights) {
    const points =
      field === "id" ? idPoints(texts.of("id", term), term) : weight * placeOf(texts.of(field, term), term);
    if (points === 0) continue;
    fields.add(field);
    sum += points;
    best = Math.max(best, points);
  }
  return best + (sum - best) / 10;
}

function phrasePoints(texts: FoldedTexts, phrase: string): number {
  for (const { field, weight } of fieldWeights) {
    if (field !== "id" && texts.of(field, phrase).includes(phrase)) return weight * phraseBonus;
  }
  return 0;
}

/** The best first; of equal ones the live, then the urgent, then the latest changed, then by id. */
export function compareHits(left: SearchHit, right: SearchHit): number {
  return (
    right.score - left.score ||
    Number(isLive(right.issue.status)) - Number(isLive(left.issue.status)) ||
    left.issue.priority - right.issue.priority ||
    right.changedMs - left.changedMs ||
    compareBytes(left.issue.id, right.issue.id)
  );
}

/** The texts of a field as they stand in the issue: one, or one for each label or comment. */
export function searchedTexts(issue: Issue, field: SearchedField): readonly string[] {
  if (field === "labels") return issue.labels;
  if (field === "comments") return issue.comments.map(({ text }) => text);
  const text = issue[field];
  return text === undefined ? [] : [text];
}

/** Folds what is asked for, once. */
class FoldedTexts {
  readonly #issue: Issue;
  readonly #folded = new Map<SearchedField, string>();
  readonly #spaced = new Map<SearchedField, string>();

  constructor(issue: Issue) {
    this.#issue = issue;
  }

  /** For a term of several words with runs of white space as one space. */
  of(field: SearchedField, term: string): string {
    if (!term.includes(" ")) return this.#foldedText(field);
    const known = this.#spaced.get(field);
    if (known !== undefined) return known;
    const spaced = this.#foldedText(field).replace(/\s+/g, " ");
    this.#spaced.set(field, spaced);
    return spaced;
  }

  #foldedText(field: SearchedField): string {
    const known = this.#folded.get(field);
    if (known !== undefined) return known;
    const folded = searchedTexts(this.#issue, field).map(fold).join(separator);
    this.#folded.set(field, folded);
    return folded;
  }
}

/** How well a term stands in a text; 0: not at all. Looks at several places, since the first may be inside of a word. */
function placeOf(text: string, term: string): number {
  let best = 0;
  for (let at = text.indexOf(term), tries = 0; at !== -1 && tries < 20; tries++) {
    const starts = isBoundary(text, at);
    const ends = isBoundary(text, at + term.length);
    best = Math.max(best, starts ? (ends ? wholeWord : wordStart) : inWord);
    if (best === wholeWord) break;
    at = text.indexOf(term, at + 1);
  }
  return best;
}

/** Whether a word may begin or end there: not between two letters or digits. */
function isBoundary(text: string, at: number): boolean {
  return !(wordCharacter.test(text[at - 1] ?? " ") && wordCharacter.test(text[at] ?? " "));
}

const wordCharacter = /[\p{L}\p{N}\ud800-\udfff]/u;

/** An id counts from its beginning, with its prefix or without; the prefix alone, which all of them share, does not. */
function idPoints(id: string, term: string): number {
  const prefix = prefixOfId(id);
  const suffix = prefix === undefined ? id : id.slice(prefix.length + 1);
  if (term === id || term === suffix) return exactIdScore * 100;
  const isPart = suffix.startsWith(term) || (id.startsWith(term) && term.length > (prefix?.length ?? -1) + 1);
  return isPart ? 60 * wordStart : 0;
}
