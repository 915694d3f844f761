import { expect, test } from "bun:test";
import fc from "fast-check";
import { changeLine } from "../../model/change-line";
import { parseRecord } from "../../model/issue-json";
import { describeItem } from "../../model/item-words";
import { formatMembers, readMembers } from "../../model/json-members";
import { isStampBelievable } from "../../model/line-problems";
import { readStamps, type Stamps } from "../../model/line-stamps";
import type { ChangeIssue } from "../../model/operation";
import { nextStamp, recencyOf } from "../../model/recency";
import {
  claimItem,
  commentItem,
  edgeItem,
  fieldItem,
  formatStamps,
  labelItem,
  workItem,
} from "../../model/stamp";
import { latestTimeMs } from "../../model/time";
import { anyKey, day, dayText, plainLine } from "./samples";

const item = fc.oneof(
  fc.constantFrom("title", "notes", "due_at", "source_repo").map(fieldItem),
  anyKey.map(fieldItem),
  fc.string({ unit: "binary" }).map(labelItem),
  fc.tuple(fc.string(), fc.string()).map(([type, id]) => edgeItem(type, id)),
  fc.string().map((id) => commentItem(id, dayText)),
  fc.constantFrom(workItem, claimItem),
);
const stampOfItem = (stamps: Stamps, name: string) => stamps.items.get(name) ?? stamps.base;
const time = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });

function withStamp(stamps: Stamps, rest: string): string {
  const stamp = formatStamps(stamps, parseRecord(rest), rest);
  return stamp === undefined
    ? rest
    : formatMembers([...readMembers(rest), { key: "_stamp", raw: JSON.stringify(stamp) }]);
}

test("stamps read back as they were written, and writing them again gives the same bytes", () => {
  const stamps = fc.record({
    base: time,
    reopens: fc.nat(),
    items: fc.array(fc.tuple(item, time)).map((entries) => new Map(entries)),
    isPurged: fc.boolean(),
    isIntact: fc.constant(true),
  });
  fc.assert(
    fc.property(stamps, (written) => {
      const line = withStamp(written, plainLine("a", ',"labels":["x"]'));
      const read = readStamps(line);
      expect(read).toMatchObject({ reopens: written.reopens, isPurged: written.isPurged, isIntact: true });
      for (const [name, timeMs] of written.items) expect(stampOfItem(read, name)).toBe(timeMs);
      for (const name of ["t", "d", "q", labelItem("x")])
        expect(stampOfItem(read, name)).toBe(stampOfItem(written, name));
      expect(withStamp(read, plainLine("a", ',"labels":["x"]'))).toBe(line);
    }),
  );
});

test("items are told as a user would name them", () => {
  const names = ["title", "due_date", "wisp", "source_repo", "a=b"].map(fieldItem).map(describeItem);
  expect(names).toEqual(["title", "due_at", "ephemeral", "source_repo", "a=b"]);
  const others = [
    workItem,
    claimItem,
    labelItem("x: y"),
    edgeItem("blocks", "b-1"),
    commentItem("7", dayText),
  ];
  expect(others.map(describeItem)).toEqual([
    "status",
    "assignee",
    "label x: y",
    "dependency blocks b-1",
    "comment 7",
  ]);
});

test("a line without stamps has its updated_at everywhere", () => {
  const stamps = readStamps(plainLine("a"));
  expect([stamps.base, stamps.reopens, stamps.items.size, stamps.isIntact]).toEqual([day, 0, 0, true]);
});

test("the first changes of a new issue cost some forty bytes", () => {
  const line = changeLine(plainLine("a"), {
    op: "change",
    id: "a",
    at: day + 86_400_000,
    work: { reopens: 0, status: "closed" },
  });
  const stamp = line.slice(line.indexOf(',"_stamp"'), -1);
  expect(stamp).toMatch(/^,"_stamp":"w=1fg8w0 #[0-9a-z]+"$|^,"_stamp":"w=[0-9a-z]+ #[0-9a-z]+"$/);
  expect(stamp.length).toBeLessThanOrEqual(40);
});

test("an edit by a tool that does not know stamps is noticed", () => {
  const line = changeLine(plainLine("a"), { op: "change", id: "a", at: day + 5, set: { notes: "n" } });
  expect(readStamps(line).isIntact).toBe(true);
  expect(readStamps(line.replace('"notes":"n"', '"notes":"m"')).isIntact).toBe(false);
});

test("a stamp that cannot be believed counts as none", () => {
  const after2100 = Date.UTC(2101, 0, 1).toString(36);
  for (const text of [
    `@${after2100} t #1`,
    "nonsense",
    "",
    "t=zzzzzzzzz #1",
    "t=! #1",
    "@ #1",
    "t @k1 #1",
    "t ^1 #1",
    "t ! #1",
    7,
  ]) {
    const stamps = readStamps(plainLine("a", `,"_stamp":${JSON.stringify(text)}`));
    expect([stamps.base, stamps.items.size]).toEqual([day, 0]);
  }
});

test("the next stamp is later than all that the line knows, whatever the clock says", () => {
  const change: ChangeIssue = { op: "change", id: "a", at: day + 1_000, labels: { x: true } };
  const line = changeLine(plainLine("a"), change);
  expect(nextStamp(recencyOf(line), day - 1_000_000)).toBe(day + 1_001);
  expect(nextStamp(recencyOf(line), day + 9_000)).toBe(day + 9_000);
  // A clock after 2100: its time would count for no stamp, and the change would lose to what its author had seen.
  expect(nextStamp(recencyOf(line), Date.UTC(2126, 0, 1))).toBe(day + 1_001);
});

test("there is no stamp after the last one that counts: a line that claims it can be changed, and is believed afterwards", () => {
  const claimed = plainLine("i").replace(/"updated_at":"[^"]*"/, '"updated_at":"2100-12-31T23:59:59.999Z"');
  let line = claimed;
  for (const title of ["first", "second"]) {
    line = changeLine(line, { op: "change", id: "i", at: nextStamp(recencyOf(line), day), set: { title } });
    expect(isStampBelievable(parseRecord(line))).toBe(true);
    expect(parseRecord(line)).toMatchObject({ title, updated_at: "2100-12-31T23:59:59.999Z" });
    expect(readStamps(line.replace(title, "edited")).base).toBeLessThanOrEqual(latestTimeMs);
  }
});

test("removed labels, edges and comments stay in the stamps", () => {
  const at = day + 10;
  const line = changeLine(plainLine("a", ',"labels":["x"]'), {
    op: "change",
    id: "a",
    at,
    labels: { x: false },
    edges: [{ depends_on_id: "b", type: "blocks", present: false }],
    comments: [{ id: "1", created_at: dayText, present: false }],
  });
  const stamps = readStamps(line);
  expect(line).not.toContain('"labels"');
  for (const name of [labelItem("x"), edgeItem("blocks", "b"), commentItem("1", dayText)])
    expect(stamps.items.get(name)).toBe(at);
});
