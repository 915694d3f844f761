import { compareBytes } from "./compare";
import { fold } from "./fold";
import type { Issue } from "./issue";
import { findSimilarSets } from "./similar-sets";
import { instantMs } from "./time";

/** Issues that may be one: by all their texts, by the title alone, or by the words of title and description. */
export interface DuplicateGroup {
  readonly kind: "content" | "title" | "similar";
  /** Of similar ones: how much those have in common that are least alike of the pairs that hold the group together; 0 to 1. */
  readonly similarity?: number;
  /** The oldest first. */
  readonly issues: readonly Issue[];
}

/**
 * Groups issues that look like the same one. White space, capitals and accents make no difference.
 * @param threshold from which share of common words on two issues are similar; undefined: only equal ones are looked for
 */
export function findDuplicates(issues: readonly Issue[], threshold: number | undefined): DuplicateGroup[] {
  const groups = new Groups(issues.length);
  joinEqual(issues.map(titleKey), groups);
  if (threshold !== undefined) joinSimilar(issues, threshold, groups);
  return groups
    .lists()
    .map((places) =>
      groupOf(
        places.flatMap((place) => issues[place] ?? []),
        groups.weakest(places[0] ?? 0),
      ),
    )
    .sort(compareGroups);
}

function groupOf(members: readonly Issue[], weakest: number): DuplicateGroup {
  const issues = members.toSorted(
    (left, right) =>
      instantMs(left.created_at) - instantMs(right.created_at) || compareBytes(left.id, right.id),
  );
  const isSame = (keyOf: (issue: Issue) => string): boolean => new Set(issues.map(keyOf)).size === 1;
  if (isSame(contentKey)) return { kind: "content", issues };
  if (isSame(titleKey)) return { kind: "title", issues };
  return { kind: "similar", similarity: Math.round(weakest * 100) / 100, issues };
}

const kinds = ["content", "title", "similar"];

function compareGroups(left: DuplicateGroup, right: DuplicateGroup): number {
  return (
    kinds.indexOf(left.kind) - kinds.indexOf(right.kind) ||
    (right.similarity ?? 0) - (left.similarity ?? 0) ||
    compareBytes(left.issues[0]?.id ?? "", right.issues[0]?.id ?? "")
  );
}

function joinEqual(keys: readonly string[], groups: Groups): void {
  const first = new Map<string, number>();
  keys.forEach((key, place) => {
    const known = first.get(key);
    if (known === undefined) first.set(key, place);
    else groups.join(known, place, 1);
  });
}

/** Equal sets of words are joined at once, so that a thousand copies of one issue are compared once. */
function joinSimilar(issues: readonly Issue[], threshold: number, groups: Groups): void {
  const wordsOf = issues.map(words);
  const keys = wordsOf.map((each, place) => (each.length === 0 ? `\0${place}` : each.join(" ")));
  joinEqual(keys, groups);
  const distinct = [...new Map(keys.map((key, place) => [key, place])).values()];
  findSimilarSets(
    distinct.map((place) => wordsOf[place] ?? []),
    threshold,
    (left, right) => groups.areJoined(distinct[left] ?? 0, distinct[right] ?? 0),
    (left, right, similarity) => groups.join(distinct[left] ?? 0, distinct[right] ?? 0, similarity),
  );
}

function titleKey({ title }: Issue): string {
  return normalised(title);
}

function contentKey({ title, description = "", design = "", acceptance_criteria = "" }: Issue): string {
  return [title, description, design, acceptance_criteria].map(normalised).join("\0");
}

function normalised(text: string): string {
  return fold(text).replace(/\s+/g, " ").trim();
}

/** The beginning of a long description says what it is about. */
const readCharacters = 2_000;

function words({ title, description = "" }: Issue): string[] {
  return [
    ...new Set(fold(`${title} ${description.slice(0, readCharacters)}`).match(/[\p{L}\p{N}]+/gu)),
  ].sort();
}

/** Which places belong together, and how weak the weakest bond is. */
class Groups {
  readonly #above: number[];
  readonly #weakest: number[];

  constructor(count: number) {
    this.#above = Array.from({ length: count }, (_, at) => at);
    this.#weakest = Array.from({ length: count }, () => 1);
  }

  join(left: number, right: number, similarity: number): void {
    const [from, to] = [this.#top(left), this.#top(right)];
    if (from === to) return;
    this.#above[from] = to;
    this.#weakest[to] = Math.min(similarity, this.#weakest[from] ?? 1, this.#weakest[to] ?? 1);
  }

  areJoined(left: number, right: number): boolean {
    return this.#top(left) === this.#top(right);
  }

  weakest(place: number): number {
    return this.#weakest[this.#top(place)] ?? 1;
  }

  /** Groups of two and more. */
  lists(): number[][] {
    const members = Map.groupBy(this.#above.keys(), (place) => this.#top(place));
    return [...members.values()].filter((places) => places.length > 1);
  }

  #top(place: number): number {
    let at = place;
    for (let above = this.#above[at] ?? at; above !== at; above = this.#above[at] ?? at) {
      this.#above[at] = this.#above[above] ?? above;
      at = above;
    }
    return at;
  }
}
