import { describe, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { createIssue, writeNewIssue } from "../../model/create-issue";
import { findCycle } from "../../model/cycles";
import { type Draft, planDrafts } from "../../model/draft";
import { BzError } from "../../model/errors";
import { emptySource } from "../../model/issue-source";
import { kept } from "../../model/kept-text";
import { State } from "../../model/state";
import { plainLine } from "./samples";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

const nowMs = Date.UTC(2026, 0, 1);

function draft(key: string, more: Partial<Draft> = {}): Draft {
  return {
    source: `line of ${key}`,
    key,
    issue: kept(writeNewIssue({ title: key })),
    dependsOn: [],
    blocks: [],
    ...more,
  };
}

const blocks = (...targets: string[]) => targets.map((target) => ({ type: "blocks", target }));

function stateWith(...ids: string[]): State {
  const state = new State(emptySource);
  for (const id of ids) state.apply(createIssue({ title: id }, { id, nowMs, actor: "a" }), 1);
  return state;
}

function plan(drafts: readonly Draft[], state = stateWith("bd-old1", "bd-old2")) {
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const planned = planDrafts(drafts, { state, prefix: "bd", sequence: 1, nowMs, actor: "a", random });
  const after = state.fork();
  const operations = [...planned.creations, ...planned.operations];
  for (const operation of operations) after.apply(operation, 2);
  return { ...planned, operations, idOfKey: planned.idOfKey(), after };
}

function refusalOf(action: () => unknown): BzError {
  try {
    action();
  } catch (error) {
    if (error instanceof BzError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a plan", () => {
  test("is refused when something that is there already waits for an id that the plan brings, and the other way round", () => {
    const state = stateWith();
    const edges = [{ type: "blocks", depends_on_id: "bd-new1" }];
    state.apply(createIssue({ title: "old", edges }, { id: "bd-old1", nowMs, actor: "a" }), 1);
    const { code, context } = refusalOf(() =>
      plan([draft("n", { id: "bd-new1", dependsOn: blocks("bd-old1") })], state),
    );
    expect([code, context.path]).toEqual(["CYCLE", ["n", "bd-old1", "n"]]);
  });

  test("names its issues by key, in any order, and what is there already by id", () => {
    const { after, ids, idOfKey } = plan([
      draft("b", { dependsOn: blocks("a", "$c", "old1"), parent: "epic" }),
      draft("a"),
      draft("c", { blocks: blocks("bd-old2") }),
      draft("epic", { issue: kept(writeNewIssue({ title: "Epic", issue_type: "epic" })) }),
    ]);
    const [b = "", a = "", c = "", epic = ""] = ids;
    expect(idOfKey).toEqual(
      new Map([
        ["b", b],
        ["a", a],
        ["c", c],
        ["epic", epic],
      ]),
    );
    expect(b).toStartWith(`${epic}.`);
    expect(after.issue(b)).toMatchObject({ parent: epic });
    expect(
      after
        .issue(b)
        ?.dependencies.map((edge) => edge.depends_on_id)
        .sort(),
    ).toEqual([a, c, epic, "bd-old1"].sort());
    expect(after.issue("bd-old2")?.dependencies).toMatchObject([{ depends_on_id: c, type: "blocks" }]);
  });

  test("refuses keys that are unknown, repeated or none, and ids that are taken", () => {
    const unknown = refusalOf(() => plan([draft("parser"), draft("b", { dependsOn: blocks("parsr") })]));
    expect([unknown.code, unknown.message, unknown.hint]).toEqual([
      "NOT_FOUND",
      'line of b: "parsr" is neither a key of this plan nor an issue',
      "did you mean parser?",
    ]);
    expect(refusalOf(() => plan([draft("a"), { ...draft("a"), source: "line 2" }])).message).toBe(
      'line 2: the key "a" is taken by line of a',
    );
    for (const key of ["", "a b", "a,b", "a:b", "$a", "a\u001b", "x".repeat(101)])
      expect(refusalOf(() => plan([draft(key)])).code).toBe("INVALID");
    expect(refusalOf(() => plan([draft("a", { id: "bd-old1" })])).code).toBe("ALREADY_EXISTS");
    expect(refusalOf(() => plan([draft("a", { id: "bd-n" }), draft("b", { id: "bd-n" })])).code).toBe(
      "INVALID",
    );
    expect(refusalOf(() => plan([draft("a", { id: "no id" })])).code).toBe("INVALID");
    expect(refusalOf(() => plan([draft("a", { dependsOn: blocks("bd-nobody") })])).code).toBe("NOT_FOUND");
  });

  test("refuses two parents, and children below the third level", () => {
    const two = draft("a", { parent: "bd-old1", dependsOn: [{ type: "parent-child", target: "bd-old2" }] });
    expect(refusalOf(() => plan([two])).message).toContain("one parent at most");
    const nest = ["a", "b", "c", "d", "e"].map((key, at, keys) => draft(key, { parent: keys[at - 1] }));
    expect(refusalOf(() => plan(nest)).message).toStartWith("line of e: ");
    expect(
      refusalOf(() => plan([draft("a", { blocks: [{ type: "parent-child", target: "old1" }] })])).code,
    ).toBe("INVALID");
  });

  test("refuses circles and prints the way, also through issues that are there already", () => {
    const own = refusalOf(() =>
      plan([draft("a", { dependsOn: blocks("b") }), draft("b", { dependsOn: blocks("a") })]),
    );
    expect([own.code, own.context.path]).toEqual(["CYCLE", expect.arrayContaining(["a", "b"])]);
    const parents = refusalOf(() => plan([draft("a", { parent: "b" }), draft("b", { parent: "a" })]));
    expect([parents.code, parents.context.path]).toEqual(["CYCLE", ["a", "b", "a"]]);
    const itself = refusalOf(() => plan([draft("a", { dependsOn: blocks("a") })]));
    expect(["CYCLE", "INVALID"]).toContain(itself.code);
    const state = stateWith("bd-old1", "bd-old2");
    const { operations } = plan(
      [draft("x", { blocks: blocks("bd-old1"), dependsOn: blocks("bd-old2") })],
      state,
    );
    for (const operation of operations) state.apply(operation, 2);
    const old = refusalOf(() =>
      plan([draft("n", { blocks: blocks("bd-old2"), dependsOn: blocks("bd-old1") })], state),
    );
    expect(old.message).toContain("bd-old1");
    expect(old.message).toContain("bd-old2");
  });

  test("waits for nothing deleted, as a single edge does, but puts nothing below itself across it", () => {
    const deletedPart = (parent?: string) =>
      plainLine(
        "bd-gone",
        parent === undefined ? "" : `,"dependencies":[{"depends_on_id":"${parent}","type":"parent-child"}]`,
      ).replace('"status":"open"', '"status":"tombstone"');
    const stateWithPart = (parent?: string) => {
      const state = stateWith("bd-old1");
      state.apply({ op: "put", id: "bd-gone", line: deletedPart(parent) }, 1);
      return state;
    };
    const part = { id: "bd-new", parent: "bd-gone" };
    const waiting = stateWithPart();
    for (const operation of plan(
      [draft("w", { blocks: blocks("bd-old1"), dependsOn: blocks("bd-gone") })],
      waiting,
    ).operations)
      waiting.apply(operation, 2);
    expect(() => plan([draft("a", { ...part, dependsOn: blocks("bd-old1") })], waiting)).not.toThrow();
    const below = refusalOf(() => plan([draft("a", part)], stateWithPart("bd-new")));
    expect([below.code, below.context.path]).toEqual(["CYCLE", ["a", "bd-gone", "a"]]);
  });

  test("lets an epic wait for its own parts, and links go both ways", () => {
    const related = (target: string) => [{ type: "related", target }];
    expect(() => plan([draft("e", { dependsOn: blocks("p") }), draft("p", { parent: "e" })])).not.toThrow();
    expect(() =>
      plan([draft("a", { dependsOn: related("b") }), draft("b", { dependsOn: related("a") })]),
    ).not.toThrow();
    expect(
      refusalOf(() => plan([draft("e"), draft("p", { parent: "e", dependsOn: blocks("e") })])).code,
    ).toBe("CYCLE");
  });

  test("is refused exactly when one of its edges would have been refused by itself", () => {
    const names = ["a", "b", "c", "d"];
    const ends = [...names, "bd-old1", "bd-old2"];
    const shape = fc.tuple(
      fc.array(fc.record({ from: fc.constantFrom(...names), to: fc.constantFrom(...ends) }), {
        maxLength: 5,
      }),
      fc.array(fc.record({ from: fc.constantFrom("bd-old1", "bd-old2"), to: fc.constantFrom(...names) }), {
        maxLength: 1,
      }),
      fc.record({ b: fc.option(fc.constantFrom("a", "bd-old1")), c: fc.option(fc.constantFrom("a", "b")) }),
    );
    fc.assert(
      fc.property(shape, ([edges, others, parents]) => {
        const drafts = names.map((key) =>
          draft(key, {
            parent: (key === "b" ? parents.b : key === "c" ? parents.c : undefined) ?? undefined,
            dependsOn: blocks(
              ...edges.filter((edge) => edge.from === key && edge.to !== key).map((edge) => edge.to),
            ),
            blocks: blocks(...others.filter((edge) => edge.to === key).map((edge) => edge.from)),
          }),
        );
        const ids = new Map(names.map((key) => [key, `bd-${key}`]));
        const chosen = drafts.map((each) => ({ ...each, id: ids.get(each.key ?? "") }));
        const state = stateWith("bd-old1", "bd-old2");
        const after = state.fork();
        const idOf = (name: string | undefined) => (name === undefined ? undefined : (ids.get(name) ?? name));
        for (const { key = "", parent, dependsOn } of chosen) {
          const input = {
            title: key,
            parent: idOf(parent),
            edges: dependsOn.map(({ type, target }) => ({ type, depends_on_id: idOf(target) ?? "" })),
          };
          after.apply(createIssue(input, { id: idOf(key) ?? "", nowMs, actor: "a" }), 2);
        }
        for (const { from, to } of others) {
          const depends_on_id = idOf(to) ?? "";
          after.apply(
            {
              op: "change",
              id: from,
              at: nowMs + 1,
              edges: [{ depends_on_id, type: "blocks", present: true, created_at: "2026-01-01T00:00:00Z" }],
            },
            2,
          );
        }
        const isCircular = [...after.issues()].some((issue) =>
          issue.dependencies.some(
            (edge) => findCycle(after, issue.id, edge.depends_on_id, edge.type) !== undefined,
          ),
        );
        if (isCircular) expect(refusalOf(() => plan(chosen, state)).code).toBe("CYCLE");
        else expect(() => plan(chosen, state)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});
