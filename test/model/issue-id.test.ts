import { expect, test } from "bun:test";
import fc from "fast-check";
import { BzError } from "../../model/errors";
import {
  compareIds,
  newChildId,
  newIssueId,
  prefixOfId,
  resolveId,
  validateIssueId,
  validatePrefix,
} from "../../model/issue-id";
import { emptySource } from "../../model/issue-source";
import { State } from "../../model/state";
import { plainLine } from "./samples";

const never = () => false;
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

function stateOf(ids: readonly string[], more = ""): State {
  const state = new State(emptySource);
  for (const id of ids) state.apply({ op: "put", id, line: plainLine(id, more) }, 1);
  return state;
}

test("every character of an id is equally likely", () => {
  const counts = new Map<string, number>();
  const rounds = 20_000;
  for (let round = 0; round < rounds; round++) {
    for (const character of newIssueId("bd", 0, random, never).slice(3)) {
      counts.set(character, (counts.get(character) ?? 0) + 1);
    }
  }
  const expected = (rounds * 4) / 36;
  expect(counts.size).toBe(36);
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // 35 degrees of freedom: above 90 by chance once in a million runs.
  expect(chiSquare).toBeLessThan(90);
});

test("the length keeps the chance of a collision under a millionth", () => {
  for (const count of [0, 1, 59, 60, 2_000, 100_000, 3_000_000]) {
    const { length } = newIssueId("bd", count, random, never).slice(3);
    expect((count + 1) / 36 ** length).toBeLessThan(1e-6);
    expect(length === 4 || (count + 1) / 36 ** (length - 1) >= 1e-6).toBe(true);
  }
});

test("a taken id is never handed out, and a full length gives way to the next", () => {
  const id = newIssueId("bd", 0, random, (candidate) => candidate.length < 8);
  expect(id).toMatch(/^bd-[0-9a-z]{5,}$/);
});

test("children go three levels deep", () => {
  const child = newChildId("bd-a", 0, random, never);
  expect(child).toMatch(/^bd-a\.[0-9a-z]{4}$/);
  expect(newChildId("bd-a.1.2", 0, random, never)).toMatch(/^bd-a\.1\.2\./);
  expect(() => newChildId("bd-a.1.2.3", 0, random, never)).toThrow(BzError);
});

test("prefixes and ids that could not be typed are refused", () => {
  for (const prefix of ["bd", "A", "my-app_2"]) expect(validatePrefix(prefix)).toBe(prefix);
  for (const prefix of ["", "1a", "-", "a b", "a".repeat(21), "ä"])
    expect(() => validatePrefix(prefix)).toThrow(BzError);
  for (const id of ["bd-1", "x.y-z_0"]) expect(validateIssueId(id)).toBe(id);
  for (const id of ["", "-a", "a b", "a,b", "a/b", "é"]) expect(() => validateIssueId(id)).toThrow(BzError);
  expect([prefixOfId("my-app-x1.2"), prefixOfId("plain")]).toEqual(["my-app", undefined]);
});

test("ids are ordered as their UTF-8 bytes are", () => {
  const text = fc.string({ unit: "grapheme" });
  fc.assert(
    fc.property(text, text, (left, right) => {
      expect(Math.sign(compareIds(left, right))).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)));
    }),
  );
  expect(compareIds("\u{10000}", "\uffff")).toBeGreaterThan(0);
});

test("an id is found exactly, without its prefix, and by the start of either", () => {
  const state = stateOf(["bd-ab12", "bd-ab", "bd-cd34", "other-zz99", "bd-cd34.1"]);
  const found = (text: string) => resolveId(state, text, "bd");
  expect(found("bd-ab")).toBe("bd-ab");
  expect(found("ab")).toBe("bd-ab");
  expect(found("bd-ab1")).toBe("bd-ab12");
  expect(found("ab1")).toBe("bd-ab12");
  expect(found("zz99")).toBe("other-zz99");
  expect(found("zz")).toBe("other-zz99");
  expect(found("cd34")).toBe("bd-cd34");
});

test("an id is never found by its middle or end", () => {
  const state = stateOf(["bd-ab12"]);
  for (const text of ["b12", "12", "d-ab12", ""]) {
    expect(() => resolveId(state, text, "bd")).toThrow(expect.objectContaining({ code: "NOT_FOUND" }));
  }
});

test("an ambiguous id lists its candidates, a mistyped one its neighbours", () => {
  const state = stateOf(["bd-ab12", "bd-ab34"]);
  expect(() => resolveId(state, "ab", "bd")).toThrow(
    expect.objectContaining({
      code: "AMBIGUOUS_ID",
      context: { text: "ab", candidates: ["bd-ab12", "bd-ab34"] },
    }),
  );
  expect(() => resolveId(state, "ab21", "bd")).toThrow(
    expect.objectContaining({ code: "NOT_FOUND", hint: "did you mean bd-ab12, bd-ab34?" }),
  );
});

test("every id and every unambiguous start of one resolves to it", () => {
  const ids = fc.uniqueArray(fc.stringMatching(/^bd-[a-c]{1,4}$/), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(ids, fc.nat(), fc.integer({ min: 1, max: 8 }), (all, pick, length) => {
      const state = stateOf(all);
      const id = all[pick % all.length] ?? "";
      expect(resolveId(state, id, "bd")).toBe(id);
      const start = id.slice(0, length);
      const fitting = all.filter((other) => other.startsWith(start) || other.slice(3).startsWith(start));
      if (fitting.length === 1) expect(resolveId(state, start, "bd")).toBe(id);
    }),
  );
});

test("a deleted issue does not make a living one ambiguous", () => {
  const state = stateOf(["bd-ab12"]);
  state.apply({ op: "put", id: "bd-ab34", line: plainLine("bd-ab34").replace("open", "tombstone") }, 2);
  expect(resolveId(state, "ab", "bd")).toBe("bd-ab12");
});
