import { expect, test } from "bun:test";
import fc from "fast-check";
import { dependentsOf } from "../../model/graph";
import type { Heads } from "../../model/heads";
import type { IssueFacts } from "../../model/issue-facts";
import { compareIds } from "../../model/issue-id";
import { headsOf, nextHeads } from "../../model/next-heads";
import { selectIssues } from "../../model/query";
import { parseSearch, searchIssue } from "../../model/search";
import { State } from "../../model/state";
import { wordPieces } from "../../model/words";
import type { Checkpoint } from "../../storage/checkpoint";
import { ColumnsBuilder } from "../../storage/columns-builder";
import { DependentsBuilder } from "../../storage/dependents-builder";
import { HeadsBuilder } from "../../storage/heads-builder";
import { LayeredSnapshot } from "../../storage/layered-snapshot";
import { changedLines, mergedLines } from "../../storage/merged-lines";
import { verifySections } from "../../storage/section-verification";
import { openDelta, type Snapshot } from "../../storage/snapshot";
import type { SectionKind } from "../../storage/snapshot-sections";
import { verifyCheckpoint } from "../../storage/snapshot-verification";
import { writeSnapshot } from "../../storage/snapshot-writer";
import { WordsBuilder } from "../../storage/words-builder";
import { sectionIn, withForgedSection } from "../helpers/forged-section";
import {
  emptyDirectory,
  openedSnapshot,
  snapshotLine,
  snapshotOrigin,
  writtenSnapshot,
} from "../helpers/written-snapshot";

const nowMs = Date.UTC(2026, 5, 1);
const ids = ["t-a", "t-a.1", "t-b", "t-bé", "t-c", "t-d", "t-e", "t-f"];
const words = ["login", "Page", "zebra", "é", "登录"];
const anyLine = fc.record({
  title: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }).map((each) => each.join(" ")),
  status: fc.constantFrom("open", "closed", "in_progress", "deferred", "tombstone"),
  priority: fc.integer({ min: 0, max: 4 }),
  created_at: fc.constantFrom("2026-01-02T03:04:05.678Z", "2026-01-03T00:00:00Z"),
  defer_until: fc.constantFrom(undefined, "2026-05-01T00:00:00Z", "2026-07-01T00:00:00Z"),
  labels: fc.array(fc.constantFrom("ui", "db"), { maxLength: 2 }),
  dependencies: fc.array(
    fc.record({ depends_on_id: fc.constantFrom(...ids), type: fc.constantFrom("blocks", "related") }),
    { maxLength: 2 },
  ),
});
const anyChanges = fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), anyLine), { selector: ([id]) => id });
/** What another bz has made. */
const anyKinds = fc.oneof(
  fc.constant<SectionKind[]>([]),
  fc.subarray<SectionKind>(["dependents", "columns", "heads", "words"]),
);
/** What the base holds, what was changed before each of the folds that follow, and which sections are by other rules. */
const anyHistory = fc.tuple(
  anyChanges,
  fc.array(anyChanges, { minLength: 1, maxLength: 4 }),
  fc.integer(),
  fc.record({ base: anyKinds, delta: anyKinds }),
);
type Changes = typeof anyChanges extends fc.Arbitrary<infer T> ? T : never;

test("a delta over its base answers every question as one snapshot of the same issues does, and so does the next one", () => {
  fc.assert(
    fc.property(anyHistory, ([first, folds, choice, foreign]) => {
      const lines = first
        .toSorted(([left], [right]) => compareIds(left, right))
        .map(([id, issue]) => snapshotLine(id, lineOf(id, issue)));
      const born = new State(writtenSnapshot(lines).snapshot);
      const { bytes } = writtenSnapshot(lines, [], buildersFor(born, choice));
      const base = openedSnapshot(byOtherRules(bytes, foreign.base));
      let checkpoint: Checkpoint = base;
      let number = 10;
      for (const changes of folds) {
        const state = changed(new State(checkpoint), changes, ++number);
        const delta = deltaOf(base, checkpoint, state, choice, foreign.delta);
        const layered = new LayeredSnapshot(base, delta);
        verifyCheckpoint(layered);
        verifySections(layered);
        const folded = writtenSnapshot(
          [...mergedLines({ snapshot: layered, state: new State(layered) })],
          layered.records(),
          buildersFor(state, choice),
        ).snapshot;
        const afresh = writtenSnapshot(
          [...state.ids()].map((id) => snapshotLine(id, state.line(id) ?? "", state.version(id))),
          state.records(),
        ).snapshot;
        verifySections(folded);
        expect(answersOf(layered)).toEqual(answersOf(afresh));
        for (const { id, dependencies } of new State(afresh).issues())
          expect(layered.unknownAmong([id, ...dependencies.map((edge) => edge.depends_on_id)])).toEqual([]);
        expect(answersOf(folded)).toEqual(answersOf(afresh));
        for (const kind of ["dependents", "columns"] as const)
          expect(sectionIn(folded, kind).read(0, 1 << 20)).toEqual(sectionIn(afresh, kind).read(0, 1 << 20));
        const heads = foreign.delta.includes("heads") ? undefined : headsOf(new State(afresh), nowMs);
        expect(plain(layered.heads())).toEqual(plain(heads));
        checkpoint = layered;
      }
    }),
    { numRuns: 120 },
  );
}, 60_000);

/** Everything that a source can be asked, of each issue and of all; what leads to at least what is asked for is followed to the end. */
function answersOf(source: Checkpoint): unknown {
  const state = new State(source);
  const all = [...source.ids()];
  const facts = source.allFacts?.((id) => state.issue(id)) ?? [];
  return {
    count: source.count,
    ids: all,
    each: ids.map((id) => [source.has(id), source.line(id), source.version(id)]),
    entries: [...source.entries()].map(({ id, checksum }) => [id, checksum]),
    lines: [...source.entries()].map((entry) => Buffer.from(source.lineBytes(entry)).toString()),
    dependents: ids.map((id) => dependentsOf(new State(source), id).map(({ issue }) => issue.id)),
    mentioning: ids.map((id) => [...new Set(source.idsMentioning(id))].filter((each) => !source.has(each))),
    records: source.records(),
    facts: Array.from(facts, ({ id, title, status, priority, labels, defer_until, dependencies }) => {
      const edges = dependencies.map(({ depends_on_id, type }) => `${depends_on_id} ${type}`);
      return [id, title, status, priority, labels, defer_until, edges];
    }),
    found: words.map((word) => foundIn(state, word)),
  };
}

function foundIn(state: State, word: string): string[] {
  const query = parseSearch(word);
  if (query === undefined) throw new Error("these are words");
  const among = state.idsWithWords(wordPieces(query.terms));
  const accepts = ({ id }: IssueFacts): boolean => {
    const issue = state.issue(id);
    return issue !== undefined && searchIssue(query, issue) !== undefined;
  };
  const question = { all: true, nowMs, accepts };
  const found = selectIssues(state, { ...question, among });
  expect(found).toEqual(selectIssues(state, question));
  return found.issues.map(({ id }) => id);
}

/** With the places that are read when they are asked for. */
function plain(heads: Heads | undefined): unknown {
  if (heads === undefined) return undefined;
  const { live, ready, deferrals, ...rest } = heads;
  const entries = deferrals.entries.toSorted((left, right) => compareIds(left.id, right.id));
  return {
    ...rest,
    deferrals: { ...deferrals, entries },
    live: { ...live, places: [...live.places], surelyHas: undefined },
    ready: { ...ready, places: [...ready.places], surelyHas: undefined },
  };
}

function changed(state: State, changes: Changes, sequence: number): State {
  for (const [id, issue] of changes) state.apply({ op: "put", id, line: lineOf(id, issue) }, sequence);
  const value = sequence % 3 === 0 ? null : `${sequence}`;
  state.apply(
    { op: "record", type: "memory", key: `k${sequence % 2}`, value, at: 1, by: "tester" },
    sequence,
  );
  return state;
}

function deltaOf(
  base: Snapshot,
  snapshot: Checkpoint,
  state: State,
  choice: number,
  foreign: readonly SectionKind[],
): Snapshot {
  const { store } = emptyDirectory();
  const origin = { ...snapshotOrigin, prefix: "", over: { base: base.identity, count: state.count } };
  const file = store.create("snapshot.delta", 0o600);
  writeSnapshot(file, origin, changedLines({ snapshot, state }), state.records(), buildersFor(state, choice));
  store.create("forged.delta", 0o600).append(byOtherRules(file.read(0, file.status().size), foreign));
  const delta = openDelta(store, "forged.delta");
  if (delta === undefined) throw new Error("the file is there");
  return delta;
}

function byOtherRules(bytes: Uint8Array, kinds: readonly SectionKind[]): Uint8Array {
  return kinds.reduce((forged, kind) => withForgedSection(forged, kind, { rulesVersion: 99 }), bytes);
}

/** With words, or without as where there are few issues. */
function buildersFor(state: State, choice: number) {
  const heads = nextHeads(state, nowMs);
  const fewest = [1, 4, 1000][Math.abs(choice) % 3];
  return [
    new DependentsBuilder(),
    new ColumnsBuilder(),
    new HeadsBuilder(() => heads),
    new WordsBuilder(fewest),
  ];
}

function lineOf(id: string, issue: object): string {
  return JSON.stringify({ id, issue_type: "task", updated_at: "2026-01-04T00:00:00Z", ...issue });
}
