import { expect, spyOn, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readiness, type Verdict } from "../../model/readiness";
import { unblockedBy } from "../../model/unblocked";
import { trackerOf } from "./graph-samples";
import { day } from "./samples";

/** The rows of all tables of the page that says what is ready. */
const rows = readFileSync(join(import.meta.dir, "../../docs/ready-semantics.md"), "utf8")
  .split("\n")
  .filter((line) => /^\|.*`/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")));

test("the page has the rows that are tested here, each rule once", () => {
  expect(rows.length).toBeGreaterThan(90);
  for (const row of rows) expect(row).toHaveLength(7);
  const rules = rows.map(([, rule, tracker, issue]) => `${rule} ${tracker} ${issue}`);
  expect(rules.length).toBe(new Set(rules).size);
});

for (const [, rule = "", tracker = "", id = "", wanted = "", because = ""] of rows) {
  test(`as the page says: ${rule} (${tracker})`, () => {
    const verdict = readinessOf(tracker).verdict(id);
    expect(`${verdict?.class ?? "none"} ${reasonOf(verdict)}`).toBe(`${wanted} ${because}`);
    const all = readinessOf(tracker);
    all.readAll();
    expect(all.verdict(id)).toEqual(verdict);
  });
}

function reasonOf(verdict: Verdict | undefined): string {
  if (verdict === undefined) return "";
  if (verdict.class === "deferred") return `${verdict.reason} ${verdict.holder}`;
  if (verdict.class === "waiting" && verdict.reason === "children")
    return verdict.openChildren.map((child) => `children ${child}`).join(", ");
  if (verdict.class !== "blocked" || verdict.reason === "status") return verdict.reason;
  const [first] = verdict.holds;
  const isItsOwn = verdict.reason === "edge";
  return verdict.holds
    .map(({ blocker, holder }) =>
      holder === first?.holder && isItsOwn ? `edge ${blocker}` : `ancestor ${blocker} via ${holder}`,
    )
    .join(", ");
}

function readinessOf(text: string): Readiness {
  return new Readiness(trackerOf(text), day);
}

const idsOf = (issues: readonly { readonly id: string }[]) => issues.map((issue) => issue.id);

test("what is ready comes by priority, then by how much it unblocks, then by age, then by id", () => {
  const readiness = readinessOf("a b c d:P1 e>c f>c g>b");
  expect(idsOf(readiness.ready())).toEqual(["d", "c", "b", "a"]);
  expect(["a", "b", "c", "d", "e"].map((id) => readiness.unblocks(id))).toEqual([0, 1, 2, 0, 0]);
});

test.each([
  ["a blocker of two", "b>a c>a", "a", 2],
  ["one of two blockers", "b>a b>x x", "a", 0],
  ["a second blocker that is closed", "b>a b>x x:closed", "a", 1],
  ["parts of what waits", "e:epic e>a p^e q^p r^q", "a", 3],
  ["parts that wait for something else, too", "e:epic e>a p^e q^p q>x x", "a", 1],
  ["parts of what stays put off", "e:epic e>a e:deferred p^e", "a", 0],
  ["the last open part of an epic", "e:epic a^e b^e b:closed", "a", 1],
  ["one of two parts of an epic", "e:epic a^e b^e", "a", 0],
  ["an epic's blocker within it", "e:epic a^e e>a", "a", 1],
  ["what was marked as blocked", "b>a b:blocked", "a", 0],
  ["what is in progress", "b>a b:in_progress", "a", 0],
  ["an issue that is closed already", "b>a a:closed", "a", 0],
  ["a parent that its parts waited with", "p:epic p>x x c^p", "p", 1],
  ["a chain", "b>a c>b", "a", 1],
  ["an unknown issue", "b>a", "nobody", 0],
])("closing counts what it would make ready: %s", (_, text, id, count) => {
  expect(readinessOf(text).unblocks(id)).toBe(count);
  const all = readinessOf(text);
  all.readAll();
  expect(all.unblocks(id)).toBe(count);
});

test("blockers of an issue and of those above it are listed, each once", () => {
  const readiness = readinessOf("c^p p^e e>x p>x p>c c>y x y e:epic");
  expect(readiness.openBlockersOf("c")).toEqual(["y", "x"]);
  expect(readiness.verdict("c")).toEqual({
    class: "blocked",
    reason: "edge",
    holds: [
      { blocker: "y", type: "blocks", holder: "c" },
      { blocker: "x", type: "blocks", holder: "p" },
      { blocker: "x", type: "blocks", holder: "e" },
    ],
  });
  expect(readiness.openBlockersOf("p")).toEqual(["x", "c"]);
});

test("what became ready by closing is found without what was ready before, and with parts and finished epics", () => {
  const before = trackerOf("b>a e:epic e>a p^e q^p z^f a^f f:epic z:closed y s>a s>y");
  const after = trackerOf("b>a e:epic e>a p^e q^p z^f a^f f:epic z:closed y s>a s>y a:closed");
  expect(idsOf(unblockedBy(before, after, ["a"], day))).toEqual(["b", "f", "p", "q"]);
  expect(idsOf(unblockedBy(after, after, ["a"], day))).toEqual([]);
});

test.each([
  ["an epic with many parts", (part: string) => [`${part}^e`, "e:epic"]],
  ["an issue with many blockers", (blocker: string) => [blocker, `e>${blocker}`]],
])(
  "what each of many would make ready is told without looking through all of them each time: %s",
  (_, edgesOf) => {
    const many = Array.from({ length: 400 }, (_, index) => `n${index}`);
    const state = trackerOf([...new Set(many.flatMap(edgesOf))].join(" "));
    const facts = spyOn(state, "facts");
    const readiness = new Readiness(state, day);
    readiness.readAll();
    expect(many.filter((id) => readiness.unblocks(id) > 0)).toEqual([]);
    expect(facts.mock.calls.length).toBeLessThan(20 * many.length);
  },
);
