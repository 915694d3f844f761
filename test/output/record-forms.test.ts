import { describe, expect, test } from "bun:test";
import { decode } from "@toon-format/toon";
import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  dictionary,
  json,
  oneof,
  property,
  string,
} from "fast-check";
import { parse } from "papaparse";
import type { JsonObject, JsonValue } from "../../model/json";
import { escapeCell, formatCsv } from "../../output/csv";
import type { RecordFormat } from "../../output/format";
import { renderRecords } from "../../output/record-forms";
import type { ShownFields } from "../../output/result";
import { formatRobot } from "../../output/robot";
import { formatToon } from "../../output/toon";

const hostile = oneof(
  string({ unit: "binary", maxLength: 20 }),
  array(constantFrom(..."=+-@'\"\\,;|\t\r\n :#[]{}\u001b\u009b\u202e\u2028\u200d\ud83d\ude00x0"), {
    maxLength: 8,
  }).map((units) => units.join("")),
  constantFrom(
    "true",
    "null",
    "-",
    "05",
    "1e3",
    "''=x",
    "'=x",
    "=1+1",
    "-5",
    "a\r\nb",
    "__proto__",
    "- x",
    "[2]: a",
  ),
);
/** What a terminal acts on; line ends, and tabs in a cell of CSV, are of the form itself. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is what this is for
const dangerous = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

describe("CSV", () => {
  test("gives every text back to a parser, with an apostrophe before what a spreadsheet would work out", () => {
    assert(
      property(
        array(array(hostile, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
        (rows) => {
          const records = rows.map(([a = "", b = "", c = ""]) => ({ a, b, c }));
          const csv = formatCsv(["a", "b", "c"], records);
          expect(csv).not.toMatch(dangerous);
          const { data, errors } = parse<string[]>(csv, {
            delimiter: ",",
            newline: "\n",
            skipEmptyLines: false,
          });
          expect(errors).toEqual([]);
          const [names, ...cells] = data.slice(0, -1);
          expect(names).toEqual(["a", "b", "c"]);
          for (const cell of cells.flat())
            if (!/^[+-]\d/.test(cell)) expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
          expect(cells.map((row) => row.map(withoutGuard))).toEqual(rows.map((row) => row.map(escapeCell)));
        },
      ),
      { numRuns: 200 },
    );
  });

  test("leaves numbers alone, joins lists of words and writes anything deeper as JSON", () => {
    const record = { n: -5, t: "-5.5e3", l: ["a", "b"], c: ["a,b"], o: { k: [1] }, b: false, z: null };
    expect(formatCsv(["n", "t", "l", "c", "o", "b", "z", "none"], [record])).toBe(
      'n,t,l,c,o,b,z,none\n-5,-5.5e3,"a,b","[""a,b""]","{""k"":[1]}",false,,\n',
    );
    expect(formatCsv([], [])).toBe("");
    expect(formatCsv(["=a", "b,c"], [])).toBe(`'=a,"b,c"\n`);
  });
});

describe("TOON", () => {
  test("is given back by the decoder of its makers as it was, and holds nothing that a terminal acts on", () => {
    const value = oneof(
      hostile,
      json().map((text): JsonValue => JSON.parse(text)),
    );
    assert(
      property(dictionary(hostile, value), (document) => {
        const plain = JSON.parse(JSON.stringify(document), (_, one) =>
          typeof one === "string" ? one.toWellFormed() : one,
        );
        const toon = formatToon(document as JsonObject);
        expect(toon).not.toMatch(dangerous);
        expect(decode(toon)).toEqual(plain);
      }),
      { numRuns: 300 },
    );
  });
});

describe("robot lines", () => {
  test("are one a record, cells between tabs, and can be read back", () => {
    assert(
      property(array(array(hostile, { minLength: 2, maxLength: 2 }), { maxLength: 4 }), (rows) => {
        const lines = formatRobot(
          ["a", "b"],
          rows.map(([a = "", b = ""]) => ({ a, b })),
        );
        expect(lines).not.toMatch(dangerous);
        const read = lines
          .split("\n")
          .slice(0, -1)
          .map((line) => line.split("\t"));
        expect(read.map((cells) => cells.length)).toEqual(rows.map(() => 2));
        const plain = /^[ -~\t\n]*$/;
        read.flat().forEach((cell, at) => {
          const text = rows.flat()[at] ?? "";
          if (plain.test(text)) expect(unescaped(cell)).toBe(text);
        });
      }),
      { numRuns: 200 },
    );
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
    expect(await render([{}, { toString: "x" }], "csv")).toBe("toString\n\nx\n");
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

function withoutGuard(cell: string): string {
  return /^'+[=+\-@\t\r\n＝＋－＠]/.test(cell) ? cell.slice(1) : cell;
}

function unescaped(cell: string): string {
  return cell.replace(/\\(.)/g, (_, letter: string) => ({ t: "\t", n: "\n" })[letter] ?? letter);
}
