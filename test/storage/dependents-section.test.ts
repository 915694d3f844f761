import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { partLink, waitingLink } from "../../model/dependency";
import { mentions } from "../../model/entry";
import { compareIds } from "../../model/issue-id";
import { parseIssue } from "../../model/issue-json";
import { State } from "../../model/state";
import { mergedLines } from "../../storage/merged-lines";
import type { Snapshot } from "../../storage/snapshot";
import { sectionIn } from "../helpers/forged-section";
import { snapshotLine, writtenSnapshot } from "../helpers/written-snapshot";
import { plainLine } from "../model/samples";

const timeoutMs = 30_000;
const allIds = ["a", "b-1", "b-2", "bé", "c.1", "d"];
const anyId = fc.constantFrom(...allIds, "gone", "z\\u0022z");
const anyType = fc.constantFrom("blocks", "parent-child", "related", "own");
const anyEdges = fc.array(fc.tuple(anyId, anyType), { maxLength: 4 });
/** Lines with edges in the spellings of other tools, and some that are no issues. */
const anyLine = fc.record({ edges: anyEdges, spelling: fc.nat(3), isBroken: fc.nat(9) });

describe("dependents", () => {
  test(
    "are at least all that have an edge, as parsed lines have it, and next to nobody else; also when most lines are copied from a snapshot before",
    () => {
      const anyIssues = fc.uniqueArray(fc.tuple(fc.constantFrom(...allIds), anyLine), {
        selector: ([id]) => id,
      });
      fc.assert(
        fc.property(anyIssues, anyIssues, (issues, changes) => {
          const first = written(issues.map(([id, each]) => [id, lineOf(id, each)]));
          expectAllFound(first);
          const state = new State(first);
          for (const [id, each] of changes) state.apply({ op: "put", id, line: lineOf(id, each) }, 9);
          const second = writtenSnapshot([...mergedLines({ snapshot: first, state })]).snapshot;
          expectAllFound(second);
          const afresh = written([...second.ids()].map((id) => [id, second.line(id) ?? ""]));
          expect(bytesOf(second)).toEqual(bytesOf(afresh));
        }),
        { numRuns: 200 },
      );
    },
    timeoutMs,
  );

  test(
    "are told from ids that no line is about, in their order, nearly all of these, unless a line is no issue",
    () => {
      const ids = Array.from({ length: 2000 }, (_, index) => `bd-${index}`);
      const edge = (to: string) => `,"dependencies":[{"depends_on_id":"${to}","type":"blocks"}]`;
      const lines = ids.map((id, at): [string, string] => [id, plainLine(id, edge(`to-${at}`))]);
      const known = [...ids, ...ids.map((_, at) => `to-${at}`)];
      const others = Array.from({ length: 4000 }, (_, index) => `new-${index}`);
      const snapshot = written(lines);
      expect(snapshot.unknownAmong(known)).toEqual([]);
      const told = snapshot.unknownAmong(others);
      expect(told.length).toBeGreaterThan(3800);
      expect(told).toEqual(others.filter((id) => told.includes(id)));
      expect(written([...lines, ["zz", '{"id":"zz",']]).unknownAmong(others)).toEqual([]);
    },
    timeoutMs,
  );

  test(
    "are found with a few reads among many, each asked for once",
    () => {
      const count = 30_000;
      const ids = Array.from({ length: count }, (_, index) => `bd-${String(index).padStart(6, "0")}`);
      const edge = (to: string) => `,"dependencies":[{"depends_on_id":"${to}","type":"blocks"}]`;
      const { snapshot, process } = writtenSnapshot(
        ids.map((id, at) => snapshotLine(id, plainLine(id, edge(ids[(at * 7919) % count] ?? "")))),
      );
      for (const at of [0, 1, 15_000, 29_999]) {
        const before = process.calls.length;
        const target = ids[at] ?? "";
        expect([...snapshot.idsMentioning(target)].map((id) => edgesOf(snapshot, id))).toEqual([[target]]);
        // The hash, the end, the ordinal, the leaf, the line of the test; at first the numbers at the beginning and the checksums, sometimes one block more.
        expect(process.calls.length - before).toBeLessThanOrEqual(9);
      }
      expect([...snapshot.idsMentioning("bd-030000")]).toEqual([]);
    },
    timeoutMs,
  );
});

function expectAllFound(snapshot: Snapshot): void {
  for (const target of [...allIds, "gone", 'z"z']) {
    const expected = [...snapshot.ids()].filter(
      (id) => edgesOf(snapshot, id)?.includes(target) ?? mentions(snapshot.line(id), target),
    );
    expect([...snapshot.idsMentioning(target)].sort()).toEqual(expected.sort());
    for (const [link, type] of [
      [waitingLink, "blocks"],
      [partLink, "parent-child"],
    ] as const) {
      const linked = expected.filter((id) => edgesOf(snapshot, id, type)?.includes(target) ?? true);
      expect([...snapshot.idsMentioning(target, link)].sort()).toEqual(linked);
    }
    if (snapshot.has(target) || expected.length > 0) expect(snapshot.unknownAmong([target])).toEqual([]);
  }
}

/** Undefined for a line that is no issue. */
function edgesOf(snapshot: Snapshot, id: string, wanted?: string): string[] | undefined {
  try {
    const edges = parseIssue(snapshot.line(id) ?? "").dependencies;
    return edges.filter(({ type }) => type === (wanted ?? type)).map((edge) => edge.depends_on_id);
  } catch {
    return undefined;
  }
}

function lineOf(
  id: string,
  { edges, spelling, isBroken }: { edges: [string, string][]; spelling: number; isBroken: number },
): string {
  const key = spelling === 1 ? "dep_type" : "type";
  const escaped = (text: string) => (spelling === 2 ? text.replace("b", "\\u0062") : text);
  const list = edges.map(([to, type]) => `{"depends_on_id":"${escaped(to)}","${key}":"${type}"}`);
  const line = plainLine(id, `,"dependencies":[${list.join(",")}]`);
  return isBroken === 0 ? line.slice(0, -1) : line;
}

function written(lines: readonly (readonly [string, string])[]): Snapshot {
  const sorted = lines.toSorted(([left], [right]) => compareIds(left, right));
  return writtenSnapshot(sorted.map(([id, line]) => snapshotLine(id, line))).snapshot;
}

function bytesOf(snapshot: Snapshot): Uint8Array {
  const section = sectionIn(snapshot, "dependents");
  return section.read(0, section.length);
}
