import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { changeLine } from "../../model/change-line";
import { parseIssue, purgedLine } from "../../model/issue-json";
import { saysAsMuch } from "../../model/item-content";
import { readStamps } from "../../model/line-stamps";
import { mergeLines } from "../../model/merge";
import type { ChangeIssue } from "../../model/operation";
import { fieldItem } from "../../model/stamp";
import { type RememberedState, standsAlone, takeLine } from "../../model/take-line";
import { formatTime, latestTimeMs } from "../../model/time";
import { anyLine, relatedLines } from "./line-samples";
import { day, plainLine } from "./samples";

/** Born at `day`, so `at(1)` and so on are later. */
const birth = plainLine("i");
const at = (seconds: number) => day + seconds * 1000;

function changed(line: string, seconds: number, fields: Partial<ChangeIssue>): string {
  return changeLine(line, { op: "change", id: "i", at: at(seconds), ...fields });
}

/** What a tool makes of a line: the given keys, its own time, and no stamps unless it keeps them. */
function byTool(line: string, seconds: number, keys: Record<string, unknown>, keepsStamp = false): string {
  const record = { ...JSON.parse(line), updated_at: formatTime(at(seconds)), ...keys };
  if (!keepsStamp) delete record._stamp;
  return JSON.stringify(record);
}

const remember = (...lines: string[]) => lines.map((line) => ({ line }));

describe("a line whose stamps hold", () => {
  test("stands alone; one that was edited since, or has none, does not", () => {
    const line = changed(birth, 1, { set: { title: "t" } });
    expect(standsAlone(line)).toBe(true);
    expect(standsAlone(purgedLine("i", day))).toBe(true);
    expect(standsAlone(line.replace('"t"', '"u"'))).toBe(false);
    expect(standsAlone(birth)).toBe(false);
    expect(standsAlone(`${birth.slice(0, -1)},"_stamp":"zzz"}`)).toBe(false);
  });

  test("is merged by them, whatever else is remembered", () => {
    const ours = changed(birth, 2, { set: { notes: "n" } });
    const theirs = changed(birth, 1, { set: { title: "t" } });
    const taken = takeLine(theirs, ours, remember(birth, ours));
    expect(taken).toEqual({ kind: "stamped", state: theirs, result: mergeLines(ours, theirs) });
    expect(parseIssue(taken.result)).toMatchObject({ title: "t", notes: "n" });
  });

  test("is a new issue where there was none", () => {
    const line = changed(birth, 1, { set: { title: "t" } });
    expect(takeLine(line, undefined, [])).toEqual({ kind: "stamped", state: line, result: line });
  });

  test("that brings nothing leaves the issue as it is, and is still to be remembered", () => {
    const older = changed(birth, 1, { set: { title: "t" } });
    const newer = changed(older, 2, { set: { title: "u" } });
    expect(takeLine(older, newer, [])).toEqual({ kind: "stamped", state: older, result: newer });
    expect(takeLine(older, newer, remember(older)).kind).toBe("known");
    expect(takeLine(newer, newer, []).kind).toBe("known");
  });
});

describe("a line without stamps", () => {
  const closed = changed(birth, 10, {
    work: { reopens: 0, status: "closed", closed_at: formatTime(at(10)) },
  });

  test("brings nothing when it says what a remembered state says, in other words or in another dialect", () => {
    const line = plainLine("i", ',"labels":["a","b"],"notes":""');
    const same = JSON.stringify({
      ...Object.fromEntries(Object.entries(JSON.parse(line)).reverse()),
      labels: ["b", "a"],
      notes: undefined,
      updated_at: "2026-01-02T04:04:05.678+01:00",
    });
    expect(saysAsMuch(line, same)).toBe(true);
    expect(takeLine(same, closed, remember(line, closed))).toEqual({
      kind: "known",
      state: same,
      result: closed,
    });
    expect(takeLine(same, closed, [{ line: closed, raw: line }]).kind).toBe("known");
  });

  test("is an edit of the state that is nearest: only what it changed is new", () => {
    const titled = changed(birth, 5, { set: { title: "new" } });
    const noted = changed(titled, 6, { set: { notes: "n" }, labels: { x: true } });
    const taken = takeLine(byTool(birth, 20, { priority: 0 }), noted, remember(birth, titled, noted));
    expect(taken.kind).toBe("foreign");
    expect(parseIssue(taken.result)).toMatchObject({ title: "new", notes: "n", labels: ["x"], priority: 0 });
    expect(readStamps(taken.result).items.get(fieldItem("priority"))).toBe(at(20));
    expect(readStamps(taken.state).isIntact).toBe(true);
  });

  test("takes away fields, labels and edges that it leaves out, but no comments and no keys that we do not know", () => {
    const full = plainLine(
      "i",
      ',"notes":"n","size":1.0,"labels":["x"],"dependencies":[{"depends_on_id":"d","type":"blocks","weight":1},{"depends_on_id":"e","type":"related"}],"comments":[{"id":1,"text":"c","created_at":"2026-01-02T03:04:05Z"}]',
    );
    const bare = byTool(birth, 5, { title: "t", dependencies: [{ depends_on_id: "d", type: "blocks" }] });
    const taken = takeLine(bare, full, remember(full));
    const issue = parseIssue(taken.result);
    expect(issue).toMatchObject({ title: "t", labels: [] });
    expect(issue.notes).toBeUndefined();
    expect(issue.dependencies.map((edge) => edge.depends_on_id)).toEqual(["d"]);
    expect(issue.comments).toHaveLength(1);
    expect(taken.result).toContain('"size":1.0');
    expect(taken.result).toContain('"weight":1');
    expect(taken.notTaken?.toSorted()).toEqual(["comment 1", "size"]);
  });

  test("is later than all that its base knows, even when its clock is behind", () => {
    const edit = byTool(closed, 10, { title: "t" });
    const { result } = takeLine(edit, closed, remember(birth, closed));
    expect(readStamps(result).items.get(fieldItem("title"))).toBe(at(10) + 1);
    expect(parseIssue(result).updated_at).toBe(formatTime(at(10) + 1));
  });

  test("with the time of a state that it differs from is an edit by hand", () => {
    const edited = birth.replace('"T"', '"by hand"');
    expect(parseIssue(takeLine(edited, birth, remember(birth)).result).title).toBe("by hand");
    const later = changed(birth, 9, { set: { notes: "n" } });
    const taken = takeLine(edited, later, remember(birth, later));
    expect(parseIssue(taken.result)).toMatchObject({ title: "by hand", notes: "n" });
  });

  test("that puts back an old value later has undone the change in between", () => {
    const titled = changed(birth, 5, { set: { title: "new" } });
    const taken = takeLine(byTool(birth, 9, {}), titled, remember(birth, titled));
    expect(parseIssue(taken.result).title).toBe("T");
  });

  test("that only has another time brings nothing", () => {
    expect(takeLine(byTool(closed, 20, {}), closed, remember(closed)).kind).toBe("known");
  });

  test("by a tool that writes whole seconds can come from a state of that second", () => {
    const second = Math.floor(at(10) / 1000) * 1000;
    const edit = byTool(closed, 10, { title: "t", updated_at: formatTime(second) });
    expect(parseIssue(takeLine(edit, closed, remember(closed)).result)).toMatchObject({
      title: "t",
      status: "closed",
    });
  });

  describe("of an issue that is closed", () => {
    test("reopens it when it is the newest and says nothing else", () => {
      const { result } = takeLine(byTool(birth, 20, {}), closed, remember(birth, closed));
      expect(parseIssue(result).status).toBe("open");
      expect(readStamps(result).reopens).toBe(1);
    });

    test("does not when it says something else, too", () => {
      const edit = byTool(closed, 20, { status: "open", title: "t" });
      const taken = takeLine(edit, closed, remember(closed));
      expect(parseIssue(taken.result)).toMatchObject({ status: "closed", title: "t" });
      expect(taken.notTaken).toEqual(["status"]);
    });

    test("does not when it is older than the newest state", () => {
      const noted = changed(closed, 30, { set: { notes: "n" } });
      const taken = takeLine(byTool(birth, 20, {}), noted, remember(closed, noted));
      expect(parseIssue(taken.result).status).toBe("closed");
      expect(taken.notTaken).toEqual(["status"]);
    });

    test("does not when it can be told as a change of an open state", () => {
      const taken = takeLine(byTool(birth, 20, { status: "blocked" }), closed, remember(birth, closed));
      expect(parseIssue(taken.result).status).toBe("closed");
    });
  });

  describe("from before the stamps, which a fresh clone does not remember", () => {
    const old = byTool(birth, 1, { title: "old", status: "closed", labels: ["gone"], notes: "old" });
    const origin = byTool(birth, 5, { title: "later", notes: "later" });
    const current = changed(origin, 9, { set: { notes: "n" } });

    test("brings back nothing that later lines no longer say", () => {
      const taken = takeLine(old, current, remember(origin, current));
      expect(taken).toEqual({
        kind: "stamped",
        state: old,
        result: current,
        notTaken: ["status", "title", "notes", "label gone"],
      });
    });

    test("brings its comments", () => {
      const comments = [{ id: 7, author: "a", text: "said", created_at: formatTime(at(1)) }];
      const taken = takeLine(byTool(old, 1, { comments }), current, remember(origin, current));
      expect(parseIssue(taken.result)).toMatchObject({ title: "later", status: "open", labels: [] });
      expect(parseIssue(taken.result).comments.map(({ text }) => text)).toEqual(["said"]);
      expect(readStamps(taken.result).isIntact).toBe(true);
    });

    test("is the issue where nothing else is known", () => {
      expect(takeLine(old, undefined, [])).toEqual({ kind: "stamped", state: old, result: old });
    });
  });
});

describe("a line that was edited by a tool that keeps its stamps", () => {
  const start = changed(birth, 5, { set: { title: "start" } });
  const further = changed(start, 6, { set: { owner: "o" }, labels: { x: true } });

  test("is compared with the state that it started from", () => {
    const edit = byTool(start, 20, { notes: "n" }, true);
    const taken = takeLine(edit, further, remember(birth, start, further));
    expect(taken.kind).toBe("foreign");
    expect(parseIssue(taken.result)).toMatchObject({ title: "start", owner: "o", labels: ["x"], notes: "n" });
    expect([...readStamps(taken.state).items.keys()].sort()).toEqual([
      fieldItem("notes"),
      fieldItem("title"),
    ]);
  });

  test("edit after edit, though the checksum stays that of the first", () => {
    const first = byTool(start, 20, { notes: "one" }, true);
    const one = takeLine(first, start, remember(start));
    const second = byTool(first, 30, { notes: "two", owner: "p" }, true);
    const taken = takeLine(second, one.result, [...remember(start), { line: one.state, raw: first }]);
    expect(parseIssue(taken.result)).toMatchObject({ notes: "two", owner: "p" });
  });

  test("edit after edit by hand, which sets no time: the last one counts", () => {
    const titles = ["theirs", "once more", "again"];
    const remembered: RememberedState[] = [...remember(birth, start)];
    let current = start;
    for (const title of titles) {
      const line = start.replace('"title":"start"', `"title":"${title}"`);
      const { state, result } = takeLine(line, current, remembered);
      expect(parseIssue(result).title).toBe(title);
      remembered.push({ line: state, raw: line });
      current = result;
    }
    expect(takeLine(start, current, remembered).kind).toBe("known");
  });

  test("reopens what it saw closed, though others have changed the issue since", () => {
    const closed = changed(start, 7, { work: { reopens: 0, status: "closed" } });
    const noted = changed(closed, 30, { set: { notes: "n" } });
    const edit = byTool(closed, 20, { status: "open" }, true);
    const { result } = takeLine(edit, noted, remember(start, closed, noted));
    expect(parseIssue(result)).toMatchObject({ status: "open", notes: "n" });
    expect(readStamps(result).reopens).toBe(1);
  });

  test("whatever its clock says", () => {
    const edit = byTool(start, -100, { notes: "n" }, true);
    expect(parseIssue(takeLine(edit, start, remember(start)).result).notes).toBe("n");
  });

  test("wins over what its author saw and over nothing else, where its start is not known", () => {
    const edit = byTool(start, 20, { title: "edited" }, true);
    const alone = takeLine(edit, undefined, []);
    expect([alone.kind, parseIssue(alone.state).title]).toEqual(["foreign", "edited"]);
    expect(standsAlone(alone.state)).toBe(true);
    expect(parseIssue(mergeLines(alone.state, start)).title).toBe("edited");
    const other = changed(start, 6, { set: { title: "other", notes: "n" } });
    expect(parseIssue(takeLine(edit, other, remember(other)).result)).toMatchObject({
      title: "other",
      notes: "n",
    });
  });

  test("a stamp that is nonsense or from after 2100 counts as none", () => {
    for (const stamp of ["nonsense", `@${Date.UTC(2101, 0, 1).toString(36)} #1`]) {
      const edit = byTool(birth, 20, { title: "t", _stamp: stamp }, true);
      const taken = takeLine(edit, further, remember(birth, start, further));
      expect(parseIssue(taken.result)).toMatchObject({ title: "t", owner: "o" });
      expect(takeLine(edit, undefined, []).state).not.toContain(stamp);
    }
  });
});

describe("a purged issue", () => {
  test("takes in nothing, and what comes need not be remembered", () => {
    const purged = purgedLine("i", at(1));
    for (const line of [
      birth,
      changed(birth, 9, { set: { title: "t" } }),
      byTool(birth, 9, { title: "secret" }),
    ]) {
      expect(takeLine(line, purged, [])).toEqual({ kind: "known", state: purged, result: purged });
    }
  });

  test("is purged here when the line says so, and is bare", () => {
    const line = purgedLine("i", at(1)).replace("(purged)", "secret");
    const taken = takeLine(line, birth, remember(birth));
    expect(taken).toEqual({ kind: "stamped", state: purgedLine("i", at(1)), result: purgedLine("i", at(1)) });
  });
});

describe("content", () => {
  test("numbers are the same by their value, not by what a double makes of them", () => {
    const line = (raw: string) => plainLine("i", `,"size":${raw}`);
    expect(saysAsMuch(line("1"), line("1.0"))).toBe(true);
    expect(saysAsMuch(line("1e2"), line("100"))).toBe(true);
    expect(saysAsMuch(line("12345678901234567890123"), line("12345678901234567890124"))).toBe(false);
  });

  test("a line has the content of itself with its keys in another order, and not of itself with another title", () => {
    fc.assert(
      fc.property(anyLine, (line) => {
        const titled = changeLine(line, { op: "change", id: "i", at: day, set: { title: "no other title" } });
        expect(saysAsMuch(line, line)).toBe(true);
        expect(saysAsMuch(line, titled)).toBe(false);
      }),
      { numRuns: 200 },
    );
  }, 30_000);
});

test("an edit that is taken in is what merging the present line with the state of the edit gives", () => {
  let edits = 0;
  fc.assert(
    fc.property(relatedLines, fc.boolean(), ([line, current, other], isBare) => {
      const text = isBare ? line.replace(/,"_stamp":"[^"]*"\}$/, "}") : line;
      const { kind, state, result } = takeLine(text, current, remember(current, other));
      if (kind !== "foreign") return;
      edits += 1;
      expect(result).toBe(mergeLines(current, state));
    }),
    { numRuns: 500 },
  );
  expect(edits).toBeGreaterThan(20);
}, 30_000);

test("so is one of a line from the end of all times", () => {
  for (const time of [latestTimeMs - 1, latestTimeMs]) {
    const current = changeLine(birth, { op: "change", id: "i", at: time, set: { title: "z" } });
    const edit = JSON.stringify({ ...JSON.parse(current), title: "a", _stamp: undefined });
    const { kind, state, result } = takeLine(edit, current, remember(current));
    expect([kind, result]).toEqual(["foreign", mergeLines(current, state)]);
  }
});

test("whatever is taken in, the state has stamps that can be believed, and taking it in again changes nothing", () => {
  fc.assert(
    fc.property(relatedLines, ([line, current, other]) => {
      const taken = takeLine(line, current, remember(current, other));
      if (taken.kind !== "known")
        expect(readStamps(taken.state).isIntact && !taken.state.includes("nonsense")).toBe(true);
      const states = [...remember(current, other, taken.result), { line: taken.state, raw: line }];
      const again = takeLine(line, taken.result, states);
      expect([again.kind, again.result]).toEqual(["known", taken.result]);
    }),
    { numRuns: 200 },
  );
}, 30_000);
