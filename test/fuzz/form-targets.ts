import { decode } from "@toon-format/toon";
import fc from "fast-check";
import { type MarkedToken, marked, type Token } from "marked";
import { parse } from "papaparse";
import type { JsonObject, JsonValue } from "../../model/json";
import { escapeCell, formatCsv } from "../../output/csv";
import { escapeJson, escapeText } from "../../output/escape";
import { escapeMarkdown } from "../../output/markdown";
import { renderData } from "../../output/render";
import { formatRobot } from "../../output/robot";
import { blankScreen } from "../../output/style";
import { formatToon } from "../../output/toon";
import { claim, claimEqual, damaged, dangerous, soupOf, type Target } from "./target";

/** Texts that one of the forms could take for something of its own. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc
    .array(
      fc.constantFrom(
        ..."=+-@'\"\\,;|\t\r\n :#[]{}()<>&*_`~!$^/\u001b\u009b\u202e\u2028\u200d\ud83d\ude00\u0000＝＋－＠x0",
      ),
      {
        maxLength: 12,
      },
    )
    .map((units) => units.join("")),
  soupOf(
    [
      ..."true null - 05 1e3 ''=x '=x =1+1 -5 - [2]: {3}: a,b a|b __proto__ toString -.5".split(" "),
      "a\r\nb",
      "- x",
      "</text>",
      "<script>",
      "]]>",
      "<!--",
      "-->",
      '"];',
      "\\",
      "\\n",
      "&amp;",
      "#34;",
      "%%{init",
      "click n0 href",
      "end",
      "![x](http://x)",
      "[x](javascript:1)",
      "https://x.y",
      "```",
      "onload=",
      "\u001b]8;;x\u0007",
    ],
    6,
  ),
);

const cell: fc.Arbitrary<JsonValue> = fc.oneof(
  hostileText,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(hostileText, { maxLength: 3 }),
  fc.json().map((text): JsonValue => JSON.parse(text)),
);
const table = fc
  .tuple(
    fc.array(hostileText, { minLength: 1, maxLength: 4 }),
    fc.array(fc.array(cell, { minLength: 4, maxLength: 4 }), { maxLength: 4 }),
  )
  .map(([columns, rows]) => JSON.stringify({ columns: [...new Set(columns)], rows }));

interface Table {
  readonly columns: readonly string[];
  readonly records: readonly JsonObject[];
}

function tableOf(text: string): Table {
  const { columns, rows }: { columns: string[]; rows: JsonValue[][] } = JSON.parse(text);
  const records = rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null])));
  return { columns, records };
}

/** One apostrophe stands before what a spreadsheet would work out, and before what looks like that already. */
function withoutGuard(text: string): string {
  return /^'+[=+\-@\t\r\n＝＋－＠]/.test(text) ? text.slice(1) : text;
}

/** As the cells of tables are put into one text, which their own tests say. */
function plainCell(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  const isWords =
    Array.isArray(value) &&
    value.every((one) => typeof one === "number" || (typeof one === "string" && !one.includes(",")));
  return isWords ? value.join(",") : JSON.stringify(value);
}

function wellFormed(value: JsonValue): JsonValue {
  return JSON.parse(JSON.stringify(value), (_key, one) =>
    typeof one === "string" ? one.toWellFormed() : one,
  );
}

const unescapedRobot: Readonly<Record<string, string>> = {
  "\\\\": "\\",
  "\\t": "\t",
  "\\n": "\n",
  "\\r": "\r",
};

export const formTargets: readonly Target[] = [
  {
    name: "CSV",
    inputs: table,
    check(text) {
      const { columns, records } = tableOf(text);
      const csv = formatCsv(columns, records);
      claim(!dangerous.test(csv), "a terminal would obey");
      const { data, errors } = parse<string[]>(csv.slice(0, -1), {
        delimiter: ",",
        newline: "\n",
        skipEmptyLines: false,
      });
      claimEqual(errors, [], "papaparse finds faults");
      const expected = [columns, ...records.map((record) => columns.map((name) => plainCell(record[name])))];
      claimEqual(
        data.map((row) => row.map(withoutGuard)),
        expected.map((row) => row.map(escapeCell)),
        "a cell is not read as it is written",
      );
      for (const one of data.flat())
        claim(
          !/^[=+\-@\t\r\n＝＋－＠]/.test(one) || /^[+-]\d/.test(one),
          `a spreadsheet would work out ${one}`,
        );
    },
  },
  {
    name: "TOON",
    inputs: fc.oneof(
      fc.dictionary(hostileText, cell).map((document) => JSON.stringify(document)),
      table.map((text) => JSON.stringify({ issues: tableOf(text).records, total: 3 })),
    ),
    check(text) {
      const document: JsonObject = JSON.parse(text);
      const toon = formatToon(document);
      claim(!dangerous.test(toon) && toon.isWellFormed(), "a terminal would obey");
      claimEqual(decode(toon), wellFormed(document), "the decoder of its makers reads something else");
    },
  },
  {
    name: "robot",
    inputs: table,
    check(text) {
      const { columns, records } = tableOf(text);
      const lines = formatRobot(columns, records).split("\n");
      claim(
        lines.every((one) => !dangerous.test(one)),
        "a terminal would obey",
      );
      claimEqual(lines.length, records.length + 1, "a record is not a line");
      for (const [at, record] of records.entries()) {
        const cells = (lines[at] ?? "").split("\t");
        claimEqual(cells.length, columns.length, "a cell is two");
        for (const [place, name] of columns.entries()) {
          const plain = plainCell(record[name]);
          if (!/^[ -~\t\n\r]*$/.test(plain)) continue;
          claimEqual(
            cells[place]?.replace(/\\[\\tnr]/g, (pair) => unescapedRobot[pair] ?? pair),
            plain,
            "a cell is not read as it is written",
          );
        }
      }
    },
  },
  {
    name: "JSON",
    inputs: fc.oneof(
      fc.dictionary(hostileText, cell).map((document) => JSON.stringify(document)),
      damaged(['{"a":"\\u001b[1m"}']).map((text) => JSON.stringify({ text })),
    ),
    async check(text) {
      const document: JsonObject = JSON.parse(text);
      const answer = await renderData({ data: () => document, text: () => "" }, "json", blankScreen);
      claim(
        !dangerous.test(answer) && !answer.slice(0, -1).includes("\n"),
        "a terminal or a reader of lines would obey",
      );
      claimEqual(JSON.parse(answer), document, "the document is another one");
      claimEqual(escapeJson(answer), answer, "escaping twice is not escaping once");
    },
  },
  {
    name: "Markdown",
    inputs: fc.tuple(hostileText, hostileText).map((texts) => JSON.stringify(texts)),
    check(text) {
      const [title = "", id = ""]: string[] = JSON.parse(text);
      const plain = (one: string) => escapeText(one.replace(/\s+/g, " ").trim());
      const page = `# Page\n\n- ${escapeMarkdown(title)} (${escapeMarkdown(id)}): x\n\n## ${escapeMarkdown(title)}\n\nend\n`;
      claim(!dangerous.test(page), "a terminal would obey");
      const kinds = new Set<string>();
      marked.walkTokens(marked.lexer(page), (token) => {
        kinds.add(token.type);
      });
      const wrong = [...kinds].filter(
        (kind) => !["heading", "space", "list", "list_item", "text", "escape", "paragraph"].includes(kind),
      );
      claimEqual(wrong, [], "a text speaks Markdown");
      const items = marked.lexer(page).filter(({ type }) => type === "list");
      claimEqual(
        items.map(shownText).join(),
        `${plain(title)} (${plain(id)}): x`.trim(),
        "a text is shown as another one",
      );
    },
  },
];

/** What a reader of the page sees of a token, entities as they stand. */
function shownText(token: Token): string {
  const known = token as MarkedToken;
  if (known.type === "list") return known.items.map(shownText).join("");
  if ("tokens" in known && known.tokens !== undefined) return known.tokens.map(shownText).join("");
  return "text" in known ? String(known.text) : "";
}
