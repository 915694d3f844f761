import { describe, expect, test } from "bun:test";
import { decode } from "@toon-format/toon";
import { assert, asyncProperty, constantFrom, json } from "fast-check";
import type { JsonObject, JsonValue } from "../../model/json";
import { formatCsv } from "../../output/csv";
import type { RecordFormat } from "../../output/format";
import { renderRecords } from "../../output/record-forms";
import type { ShownFields } from "../../output/result";

describe("CSV", () => {
  test("leaves numbers alone, joins lists of words and writes anything deeper as JSON", () => {
    const record = { n: -5, t: "-5.5e3", l: ["a", "b"], c: ["a,b"], o: { k: [1] }, b: false, z: null };
    expect(formatCsv(["n", "t", "l", "c", "o", "b", "z", "none"], [record])).toBe(
      'n,t,l,c,o,b,z,none\n-5,-5.5e3,"a,b","[""a,b""]","{""k"":[1]}",false,,\n',
    );
    expect(formatCsv([], [])).toBe("");
    expect(formatCsv(["=a", "b,c"], [])).toBe(`'=a,"b,c"\n`);
  });
});

const issue = (id: string, more: JsonObject = {}): JsonObject => ({
  id,
  title: `Title of ${id}`,
  description: "long",
  status: "open",
  priority: 2,
  issue_type: "task",
  created_at: "C",
  updated_at: "U",
  labels: ["a", "b"],
  ...more,
});
const envelope = (issues: JsonObject[], more: JsonObject = {}): JsonObject => ({
  issues,
  total: issues.length,
  returned: issues.length,
  truncated: false,
  ...more,
});
const render = (document: JsonValue, format: RecordFormat, fields?: ShownFields) =>
  renderRecords({ data: () => document, text: () => "", ...(fields && { fields }) }, format);

describe("an answer as records", () => {
  test("is the list of an envelope or the document itself, a record a line", async () => {
    const list = envelope([issue("x"), issue("y")], { failed: [{ id: "z" }] });
    expect(await render(list, "jsonl")).toBe(
      `${JSON.stringify(issue("x"))}\n${JSON.stringify(issue("y"))}\n`,
    );
    expect(await render({ a: [1], b: "\u009b" }, "jsonl")).toBe('{"a":[1],"b":"\\u009b"}\n');
    expect(await render(envelope([]), "jsonl")).toBe("");
    expect(await render({ labels: ["p", "q"], total: 2, returned: 2, truncated: false }, "csv")).toBe(
      "value\np\nq\n",
    );
  });

  test("has for issues the columns that are worth one, and what the command adds", async () => {
    const added = { added: ["unblocks"] };
    expect(await render(envelope([issue("x", { unblocks: 3 })]), "csv", added)).toBe(
      "id,title,status,priority,issue_type,assignee,created_at,updated_at,unblocks\nx,Title of x,open,2,task,,C,U,3\n",
    );
    expect(await render(issue("x", { assignee: "ann" }), "robot")).toBe(
      "x\topen\t2\ttask\tTitle of x\tann\tC\tU\n",
    );
    expect(await render(envelope([]), "csv", added)).toStartWith("id,title,");
    expect(
      await render(
        envelope([
          { id: "x", sentence: "s" },
          { id: "y", cycle: ["x"] },
        ]),
        "csv",
      ),
    ).toBe("id,sentence,cycle\nx,s,\ny,,x\n");
    expect(
      await render(envelope([{ title: "T", id: "x" }]), "robot", { chosen: ["title", "id"], added: [] }),
    ).toBe("T\tx\n");
  });

  test("is brief as TOON where it is a list of issues, each with the same keys", async () => {
    const list = envelope([
      issue("x", { assignee: "ann", blocked_by: ["p", "q"] }),
      issue("y", { blocked_by: [] }),
    ]);
    expect(await render(list, "toon", { added: ["blocked_by"] })).toBe(
      `issues[2]{id,title,status,priority,issue_type,assignee,blocked_by}:
  x,Title of x,open,2,task,ann,"p,q"
  y,Title of y,open,2,task,null,""
total: 2
returned: 2
truncated: false
`,
    );
    expect(decode(await render(list, "toon"))).toEqual(list);
  });

  test("may have keys that every object inherits", async () => {
    expect(await render([{}, { toString: "x" }], "csv")).toBe('toString\n""\nx\n');
  });

  test("never throws, whatever the document is", async () => {
    const formats = constantFrom<RecordFormat[]>("csv", "jsonl", "robot", "toon");
    await assert(
      asyncProperty(json(), formats, async (text, format) => {
        await render(JSON.parse(text), format, { added: ["x"] });
      }),
      { numRuns: 200 },
    );
  });
});
