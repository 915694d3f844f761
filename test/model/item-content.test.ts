import { describe, expect, test } from "bun:test";
import { parseRecord } from "../../model/issue-json";
import { saysAsMuch } from "../../model/item-content";
import { formatMembers, readMembers } from "../../model/json-members";
import { fieldItem, formatStamps, labelItem, workItem } from "../../model/stamp";

const times = `"created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-02T00:00:00.000Z"`;

describe("a line in other bytes says as much as ours", () => {
  test("when both have no stamps and differ in order, spaces, escapes, empty keys and the spelling of times", () => {
    const ours = `{"id":"bd-1","title":"T\\u00fc","status":"open","priority":2,"issue_type":"task",${times}}`;
    for (const line of [
      ours,
      `{"title":"T\\u00fc","id":"bd-1","status":"open","priority":2,"issue_type":"task",${times}}`,
      `{ "id": "bd-1", "title": "T\\u00fc", "status": "open", "priority": 2, "issue_type": "task", ${times}, "labels": [] }`,
      ours.replaceAll(".000Z", "+00:00"),
    ])
      expect({ line, is: saysAsMuch(line, ours) }).toEqual({ line, is: true });
    expect(saysAsMuch(ours.replace("open", "closed"), ours)).toBe(false);
    expect(saysAsMuch(ours.replace("2026-01-02", "2026-01-03"), ours)).toBe(false);
  });

  test("whatever stands under a key that is a time elsewhere and that no reader looks at", () => {
    const comment = `{"id":"1","author":"a","text":"t","created_at":"2026-01-01T00:00:00.000Z","updated_at":VALUE}`;
    const line = `{"id":"bd-1","title":"T","status":"open","priority":2,"issue_type":"task",${times},"due_at":"2026-01-01T00:00:00.000Z","due_date":VALUE,"comments":[${comment}]}`;
    for (const value of ["true", "{}", "[1]", "1e300", '"soon"', "null"]) {
      const ours = line.replaceAll("VALUE", value);
      const spaced = ours.replaceAll(":", ": ").replaceAll("00: 00: 00", "00:00:00");
      expect({ value, is: saysAsMuch(spaced, ours) }).toEqual({ value, is: true });
    }
    const [late, later] = ["[1]", "[2]"].map((value) => line.replaceAll("VALUE", value));
    expect(saysAsMuch(late ?? "", later ?? "")).toBe(false);
  });

  test("only with our stamps: a line that a tool wrote again without them says less", () => {
    const rest = `{"id":"bd-1","title":"T","status":"open","priority":2,"issue_type":"task",${times},"labels":["a"]}`;
    const day = Date.UTC(2026, 0, 1);
    const hour = 3_600_000;
    for (const { items, reopens = 0 } of [
      { items: [[fieldItem("title"), day + hour]] },
      { items: [[labelItem("a"), day + hour]] },
      { items: [[labelItem("removed"), day + hour]] },
      { items: [[labelItem("removed with the last write"), day + 24 * hour]] },
      { items: [[workItem, day + 24 * hour]], reopens: 1 },
    ] as const) {
      const ours = stamped(rest, new Map(items), reopens);
      const reordered = ours.replace('"title":"T","status":"open"', '"status":"open","title":"T"');
      expect(saysAsMuch(ours, ours)).toBe(true);
      expect({ ours, is: saysAsMuch(rest, ours) }).toEqual({ ours, is: false });
      // The checksum no longer fits: whoever reads it takes it for an edit.
      expect(saysAsMuch(reordered, ours)).toBe(false);
      expect(saysAsMuch(ours.replace(/ #[0-9a-z]+"/, ' #0"'), ours)).toBe(false);
    }
  });
});

function stamped(rest: string, items: ReadonlyMap<string, number>, reopens: number): string {
  const base = Date.UTC(2026, 0, 1);
  const stamps = { base, reopens, items: new Map(items), isPurged: false, isIntact: true };
  const stamp = formatStamps(stamps, parseRecord(rest), rest);
  if (stamp === undefined) throw new Error("the times say as much");
  return formatMembers([...readMembers(rest), { key: "_stamp", raw: JSON.stringify(stamp) }]);
}
