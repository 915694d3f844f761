import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { IssueFacts } from "../../model/issue-facts";
import { compareIds } from "../../model/issue-id";
import { noTransactions } from "../../model/logged-changes";
import type { Operation } from "../../model/operation";
import { selectIssues } from "../../model/query";
import { parseSearch, searchIssue } from "../../model/search";
import { State } from "../../model/state";
import type { UnreadTransactions } from "../../model/unread-transactions";
import { wordPieces } from "../../model/words";
import { ColumnsBuilder } from "../../storage/columns-builder";
import { mergedLines } from "../../storage/merged-lines";
import { readOrdinals } from "../../storage/ordinal-list";
import type { Snapshot } from "../../storage/snapshot";
import { verifySnapshot } from "../../storage/snapshot-verification";
import type { SnapshotLine } from "../../storage/snapshot-writer";
import { WordsBuilder } from "../../storage/words-builder";
import { wordsOf } from "../../storage/words-section";
import { sectionIn } from "../helpers/forged-section";
import { snapshotLine, writtenSnapshot } from "../helpers/written-snapshot";
import { plainLine } from "../model/samples";
import { anyQuery, anySearchedLine, searchedIds } from "../model/searched-issues";

const timeoutMs = 60_000;
const anyIssues = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...searchedIds), anySearchedLine), {
    minLength: 1,
    selector: ([id]) => id,
  })
  .map((issues) => issues.sort(([left], [right]) => compareIds(left, right)));
const anyQueries = fc.array(anyQuery, { maxLength: 6 });

describe("words", () => {
  test(
    "lead to at least all that a search of every issue finds, also of what stands above the snapshot, and when most words are taken from a snapshot before",
    () => {
      fc.assert(
        fc.property(anyIssues, anyIssues, anyQueries, (issues, changes, queries) => {
          const first = written(issues.map(([id, lineOf]) => snapshotLine(id, lineOf(id))));
          const state = new State(first);
          const operations = changes.map(([id, lineOf]): Operation => ({ op: "put", id, line: lineOf(id) }));
          for (const operation of operations) state.apply(operation, 9);
          const logged = new State(first, transactionsOf(operations));
          const second = written([...mergedLines({ snapshot: first, state })]);
          for (const each of [new State(first), state, logged, new State(second)])
            expectAllFound(each, queries);
          const afresh = written([...second.ids()].map((id) => snapshotLine(id, second.line(id) ?? "")));
          expect(contentOf(second)).toEqual(contentOf(afresh));
        }),
        { numRuns: 300 },
      );
    },
    timeoutMs,
  );

  test(
    "of two snapshots, the lines of which are merged, are those of their lines",
    () => {
      fc.assert(
        fc.property(anyIssues, anyIssues, fc.nat(), (left, right, taken) => {
          const sources = [left, right].map((issues) =>
            written(issues.map(([id, lineOf]) => snapshotLine(id, lineOf(id)))),
          );
          // Each line from either of them, or read.
          const lines = searchedIds.flatMap((id, index): SnapshotLine[] => {
            const snapshot = sources[(taken >> index) & 1];
            const ordinal = snapshot === undefined ? -1 : [...snapshot.ids()].indexOf(id);
            if (snapshot === undefined || ordinal === -1) return [];
            const line = snapshotLine(id, snapshot.line(id) ?? "");
            return [(taken >> (index + 9)) & 1 ? line : { ...line, kept: { snapshot, ordinal } }];
          });
          const merged = written(lines);
          const afresh = written(lines.map(({ kept: _, ...line }) => line));
          expect(contentOf(merged)).toEqual(contentOf(afresh));
        }),
        { numRuns: 300 },
      );
    },
    timeoutMs,
  );

  test("that no issue holds any more are gone from the snapshot", () => {
    const first = written([
      snapshotLine("bd-1", titled("bd-1", "Secret")),
      snapshotLine("bd-2", plainLine("bd-2")),
    ]);
    const state = new State(first);
    state.apply({ op: "purge", id: "bd-1", at: 0 }, 9);
    expect([...contentOf(first).keys()]).toContain("secret");
    expect([...contentOf(written([...mergedLines({ snapshot: first, state })])).keys()]).not.toContain(
      "secret",
    );
  });

  test("are not kept of a few issues, nor asked when next to all hold them: then nobody knows better than to look", () => {
    const few = ["bd-1", "bd-2"].map((id) => snapshotLine(id, titled(id, "login")));
    const plain = writtenSnapshot(few).snapshot;
    verifySnapshot(plain);
    expect(sectionIn(plain, "words").length).toBe(0);
    expect(plain.idsWithWords(wordPieces(["login"]))).toBeUndefined();
    expect(written(few).idsWithWords(wordPieces(["->"]))).toBeUndefined();
    expect(written(few).idsWithWords(wordPieces(["login"]))).toEqual(["bd-1", "bd-2"]);
  });

  test(
    "are found among many with the words, and the lists of those that fit; other lines are not read",
    () => {
      const ids = Array.from({ length: 20_000 }, (_, index) => `bd-${String(index).padStart(5, "0")}`);
      const lines = ids.map((id, at) =>
        snapshotLine(id, titled(id, `word${at * 7} ${at % 3 === 0 ? "third" : ""}`)),
      );
      const { snapshot, process } = writtenSnapshot(lines);
      verifySnapshot(snapshot);
      const before = process.calls.length;
      expect(snapshot.idsWithWords(wordPieces(["word70000"]))).toEqual(["bd-10000"]);
      expect(snapshot.idsWithWords(wordPieces(["ord13998"]))).toEqual(["bd-19998"]);
      // One issue is parsed sooner than it is looked up what else it holds.
      expect(snapshot.idsWithWords(wordPieces(["word70000", "x"]))).toEqual(["bd-10000"]);
      expect(snapshot.idsWithWords(wordPieces(["third", "missing"]))).toEqual([]);
      expect(process.calls.length - before).toBeLessThanOrEqual(20);
      expect(snapshot.idsWithWords(wordPieces(["word"]))).toBeUndefined();
      expect(snapshot.idsWithWords(wordPieces(["word", "third"]))).toEqual(
        ids.filter((_, at) => at % 3 === 0),
      );
    },
    timeoutMs,
  );
});

function written(lines: readonly SnapshotLine[]): Snapshot {
  return writtenSnapshot(lines, [], [new WordsBuilder(1), new ColumnsBuilder()]).snapshot;
}

/** As a log that nobody has looked into yet. */
function transactionsOf(operations: readonly Operation[]): UnreadTransactions {
  const all = () => [{ sequence: 9, operations }];
  return { ...noTransactions(), on: all, mentioning: all, all };
}

function expectAllFound(state: State, queries: readonly string[]): void {
  for (const text of queries) {
    const query = parseSearch(text);
    if (query === undefined) continue;
    const accepts = ({ id }: IssueFacts): boolean => {
      const issue = state.issue(id);
      return issue !== undefined && searchIssue(query, issue) !== undefined;
    };
    const among = state.idsWithWords(wordPieces(query.terms));
    const question = { all: true, nowMs: 0, accepts };
    expect(selectIssues(state, { ...question, among })).toEqual(selectIssues(state, question));
  }
}

/** Each word, and the ids of the issues that hold it. */
function contentOf(snapshot: Snapshot): Map<string, string[]> {
  const content = new Map<string, string[]>();
  for (const words = wordsOf(snapshot)?.cursor(); words?.next(); ) {
    const word = Buffer.from(words.text.subarray(words.start, words.end)).toString();
    expect(content.has(word)).toBe(false);
    content.set(
      word,
      readOrdinals(words).map((ordinal) => snapshot.idAt(ordinal)),
    );
  }
  return new Map([...content].sort(([left], [right]) => (left < right ? -1 : 1)));
}

function titled(id: string, title: string): string {
  return JSON.stringify({ ...JSON.parse(plainLine(id)), title });
}
