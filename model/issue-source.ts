import type { Link } from "./dependency";
import type { Heads } from "./heads";
import type { Issue } from "./issue";
import type { IssueFacts } from "./issue-facts";
import type { StoredRecord } from "./record";

/** Where issues come from: a snapshot, or nothing. */
export interface IssueSource {
  readonly count: number;
  has(id: string): boolean;
  line(id: string): string | undefined;
  /** The sequence of the last transaction that touched the issue; 0 for an unknown one. */
  version(id: string): number;
  /** In the order of the ids' UTF-8 bytes. */
  ids(): Iterable<string>;
  /**
   * Ids of at least all issues with an edge to that one, in any order: dependents and children are found through it.
   * @param link of those, at least all that have such an edge; not every source tells them apart
   */
  idsMentioning(id: string, link?: Link): readonly string[];
  /** Of a source that can tell it of some of those that `idsMentioning` has named: whether that one is closed or deleted. */
  surelyClosed?(id: string): boolean;
  /**
   * Of a source that can tell without looking for each: those of the ids, in their order, that it knows nothing of, neither of such an issue nor of an edge to
   * one. Not all of them need be told.
   */
  unknownAmong?(ids: readonly string[]): readonly string[];
  /**
   * Ids of at least all issues whose words hold every one of the pieces (`wordPieces`), in any order. Of a source that has an index of words; undefined
   * where that would not be faster than looking at each issue.
   */
  idsWithWords?(pieces: readonly Uint8Array[]): Iterable<string> | undefined;
  /** Of a source that has any: what is kept beside the issues. */
  records?(): Iterable<StoredRecord>;
  /** Of a source that need not parse lines, in the order of the ids. Texts are read with `issueOf`. */
  allFacts?(issueOf: (id: string) => Issue | undefined): readonly IssueFacts[];
  /** Of a source that keeps parsed issues. */
  issue?(id: string): Issue | undefined;
  /** Of a source that knows the first ones of the usual orders. */
  heads?(): Heads | undefined;
  /** Told before most of the lines are asked for in the order of the ids, so that a source on a disk can read many at once. */
  readAhead?(): void;
}

export const emptySource: IssueSource = {
  count: 0,
  has: () => false,
  line: () => undefined,
  version: () => 0,
  ids: () => [],
  idsMentioning: () => [],
};
