import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { changeLine, changeLineInTurn } from "../../model/change-line";
import { changedIssue } from "../../model/changed-issue";
import { keyOrder } from "../../model/issue";
import { parseIssue, parseRecord } from "../../model/issue-json";
import { rawOf, readMembers } from "../../model/json-members";
import type { ChangeIssue } from "../../model/operation";
import { anyChange, anyLine } from "./line-samples";
import { anyJson, anyKey, day, dayText, plainLine, rawTexts } from "./samples";

const at = day + 60_000;
const change = (parts: Partial<ChangeIssue>): ChangeIssue => ({ op: "change", id: "a", at, ...parts });

const places: readonly string[] = keyOrder;
const placeOf = (key: string) => places.indexOf(key);

test("values that a change does not name keep their raw text, unknown and repeated ones too", () => {
  const pairs = fc.array(
    fc.tuple(
      anyKey.filter((key) => key !== "notes" && !key.startsWith("_stamp")),
      fc.constantFrom(...rawTexts),
    ),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(pairs, fc.string(), (unknown, notes) => {
      const more = unknown.map(([key, raw]) => `,${JSON.stringify(`x${key}`)}:${raw}`).join("");
      const line = plainLine("a", `${more},"design":"\\u0041"`);
      const changed = readMembers(changeLine(line, change({ set: { notes } })));
      const untouched = readMembers(line).filter((member) => member.key !== "updated_at");
      for (const key of new Set(untouched.map((member) => member.key))) {
        const raws = (members: typeof untouched) =>
          members.filter((member) => member.key === key).map((member) => member.raw);
        expect(raws(changed)).toEqual(raws(untouched));
      }
      expect(rawOf(changed, "notes")).toBe(notes === "" ? undefined : JSON.stringify(notes));
    }),
  );
});

test("a line that the engine would write in other bytes is changed as the one that it would write", () => {
  fc.assert(
    fc.property(fc.string(), anyChange, (text, made) => {
      const line = plainLine("a", `,"design":${JSON.stringify(`A${text}`)}`);
      const escaped = line.replace('"design":"A', '"design":"\\u0041');
      const unstamped = (of: string) => of.replace(/,"_stamp":"[^"]*"(?=}$)/, "");
      const changed = unstamped(changeLine(escaped, made)).replace('"design":"\\u0041', '"design":"A');
      expect(unstamped(changeLine(line, made))).toBe(changed);
    }),
  );
});

test("several changes in turn make the bytes that one after the other makes", () => {
  fc.assert(
    fc.property(anyLine, fc.array(anyChange, { maxLength: 6 }), (line, changes) => {
      expect(changeLineInTurn(line, changes)).toBe(changes.reduce(changeLine, line));
    }),
  );
});

test("what a change makes of an issue is what the changed line says, or refused as that is", () => {
  const outcome = (work: () => unknown) => {
    try {
      return work();
    } catch (error) {
      return String(error);
    }
  };
  fc.assert(
    fc.property(anyLine, fc.array(anyChange, { maxLength: 6 }), (line, changes) => {
      const issue = outcome(() => changedIssue(line, changes));
      expect(issue).toEqual(outcome(() => parseIssue(changeLineInTurn(line, changes))));
    }),
    { numRuns: 1000 },
  );
}, 60_000);

test("an edited comment has its keys where they were, and its text once", () => {
  const comment = `{"id":"1","issue_id":"a","author":"me","text":"old","text":"older","created_at":"${dayText}","zeta":1}`;
  const edit = { id: "1", created_at: dayText, present: true, author: "me", text: "new" };
  const members = readMembers(
    changeLine(plainLine("a", `,"comments":[${comment}]`), change({ comments: [edit] })),
  );
  expect(rawOf(members, "comments")).toBe(
    `[{"id":"1","issue_id":"a","author":"me","text":"new","created_at":"${dayText}","zeta":1}]`,
  );
});

test("a touched line has its keys in the one order, unknown ones by bytes, the stamp last", () => {
  const line = `{"zeta":1,"updated_at":"${dayText}","alpha":2,"title":"T","_type":"issue","id":"a","created_at":"${dayText}","é":3}`;
  const keys = readMembers(changeLine(line, change({ set: { notes: "n" } }))).map((member) => member.key);
  expect(keys.slice(-4)).toEqual(["alpha", "zeta", "é", "_stamp"]);
  const known = keys.slice(0, -4).map((key) => placeOf(key));
  expect(known).toEqual([...known].sort((left, right) => left - right));
  expect(known).not.toContain(-1);
});

test("setting a key replaces all of its repetitions and its alias", () => {
  const line = plainLine("a", ',"notes":"1","notes":"2","due_date":"2026-05-05T00:00:00Z"');
  const members = readMembers(changeLine(line, change({ set: { notes: "3", due_at: dayText } })));
  expect(members.filter((member) => member.key === "notes").map((member) => member.raw)).toEqual(['"3"']);
  expect(rawOf(members, "due_date")).toBeUndefined();
});

test("a value that says the same already keeps its raw text", () => {
  const line = plainLine("a", ',"closed_at":1767323045,"close_reason":"a\\u003cb","closed_by_session":null');
  const work = { reopens: 0, status: "open", closed_at: "2026-01-02T03:04:05.000Z", close_reason: "a<b" };
  const members = readMembers(changeLine(line, change({ work })));
  expect(rawOf(members, "closed_at")).toBe("1767323045");
  expect(rawOf(members, "close_reason")).toBe('"a\\u003cb"');
  expect(rawOf(members, "closed_by_session")).toBe("null");
});

test("work and claim are written whole: what they leave out is gone", () => {
  const line = plainLine(
    "a",
    `,"closed_at":"${dayText}","close_reason":"r","assignee":"me","started_at":"${dayText}"`,
  );
  const issue = parseIssue(
    changeLine(line, change({ work: { reopens: 1, status: "open" }, claim: { assignee: "you" } })),
  );
  expect([issue.closed_at, issue.close_reason, issue.started_at]).toEqual([undefined, undefined, undefined]);
  expect(issue.assignee).toBe("you");
});

test("a line that lacked required keys has them once it is touched, and its creation does not move", () => {
  const changed = changeLine(`{"id":"a","updated_at":"${dayText}"}`, change({ set: { notes: "n" } }));
  expect(parseRecord(changed)).toMatchObject({
    title: "(untitled)",
    status: "open",
    priority: 2,
    issue_type: "task",
    created_at: dayText,
  });
});

test("an updated_at after 2100 gives way to the stamp", () => {
  const line = plainLine("a").replace(`"updated_at":"${dayText}"`, '"updated_at":"2999-01-01T00:00:00Z"');
  expect(parseIssue(changeLine(line, change({ set: { notes: "n" } }))).updated_at).toBe(
    new Date(at).toISOString(),
  );
});

test("a field called __proto__ is a field like any other", () => {
  const set = Object.fromEntries([["__proto__", "x"]]);
  const changed = changeLine(
    plainLine("a"),
    change({ set, labels: Object.fromEntries([["__proto__", true]]) }),
  );
  expect(changed).toContain('"__proto__":"x"');
  expect(parseIssue(changed).labels).toEqual(["__proto__"]);
  const removed = changeLine(changed, {
    ...change({ set: Object.fromEntries([["__proto__", null]]) }),
    at: at + 1,
  });
  expect(removed).not.toContain('"__proto__":"x"');
});

test("the same change of the same line gives the same bytes", () => {
  const parts = fc.record({
    set: fc.dictionary(
      anyKey.map((key) => `x${key}`),
      anyJson,
      { maxKeys: 3 },
    ),
    labels: fc.dictionary(fc.string({ minLength: 1 }), fc.boolean(), { maxKeys: 3 }),
  });
  fc.assert(
    fc.property(parts, (given) => {
      const once = changeLine(plainLine("a"), change(given));
      expect(changeLine(plainLine("a"), change(given))).toBe(once);
      expect(once).not.toContain("\n");
      for (const [label, present] of Object.entries(given.labels))
        expect(parseIssue(once).labels.includes(label)).toBe(present);
      expect(changeLine(once, change(given))).toBe(once);
    }),
  );
});

describe("lists", () => {
  test("labels come in sorted and leave alone what they do not name", () => {
    const line = plainLine("a", ',"labels":["z\\u0041","b"]');
    expect(rawOf(readMembers(changeLine(line, change({ labels: { m: true, b: false } }))), "labels")).toBe(
      '["m","z\\u0041"]',
    );
    expect(rawOf(readMembers(changeLine(line, change({ labels: { b: true } }))), "labels")).toBe(
      '["z\\u0041","b"]',
    );
  });

  test("an edge keeps the keys that we do not model while others come and go", () => {
    const kept =
      '{"issue_id":"a","depends_on_id":"m","dep_type":"blocks","created_at":1767323045,"thread_id":""}';
    const line = plainLine("a", `,"dependencies":[${kept},{"depends_on_id":"x","type":"related"}]`);
    const edges = [
      { depends_on_id: "b", type: "blocks", present: true, created_at: dayText, created_by: "me" },
      { depends_on_id: "x", type: "related", present: false },
      { depends_on_id: "m", type: "blocks", present: true },
    ];
    const added = `{"issue_id":"a","depends_on_id":"b","type":"blocks","created_at":"${dayText}","created_by":"me"}`;
    expect(rawOf(readMembers(changeLine(line, change({ edges }))), "dependencies")).toBe(
      `[${added},${kept}]`,
    );
  });

  test("an issue has one parent, and setting it takes the place of the others", () => {
    const line = plainLine(
      "a",
      ',"dependencies":[{"depends_on_id":"p","type":"parent_child"},{"depends_on_id":"q","type":"parent-child"}]',
    );
    const set = parseIssue(changeLine(line, change({ parent: { id: "r", created_at: dayText } })));
    expect(set.dependencies.map((edge) => edge.depends_on_id)).toEqual(["r"]);
    const kept = changeLine(line, change({ parent: { id: "p", created_at: dayText } }));
    expect(kept).toContain('"dependencies":[{"depends_on_id":"p","type":"parent_child"}]');
    expect(
      parseIssue(changeLine(line, change({ parent: { id: null, created_at: dayText } }))).parent,
    ).toBeUndefined();
  });

  test("comments are known by id and time together", () => {
    const old = `{"id":1,"issue_id":"a","author":"x","body":"one","created_at":"${dayText}","likes":3}`;
    const line = plainLine("a", `,"comments":[${old}]`);
    const later = "2026-02-02T00:00:00.000Z";
    const added = changeLine(
      line,
      change({ comments: [{ id: "1", created_at: later, present: true, author: "y", text: "two" }] }),
    );
    expect(parseIssue(added).comments.map((comment) => comment.text)).toEqual(["one", "two"]);
    const edited = changeLine(
      added,
      change({ comments: [{ id: "1", created_at: dayText, present: true, text: "uno" }] }),
    );
    expect(edited).toContain('"likes":3,"text":"uno"');
    const removed = changeLine(
      edited,
      change({ comments: [{ id: "1", created_at: later, present: false }] }),
    );
    expect(parseIssue(removed).comments.map((comment) => comment.text)).toEqual(["uno"]);
  });
});
