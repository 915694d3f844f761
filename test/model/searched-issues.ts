import fc from "fast-check";
import { plainLine } from "./samples";

/** What folding, cutting into words and UTF-8 each see in another way. */
const pieces = [
  ..."aAbB1 -_.\n\t\"\\'",
  ..."éÉßẞﬁǅΣσςİıÅåñ½²Ωﷺ",
  ..."登录页เข้าক্ষ한가ガーｶﾞ",
  ..."→—\u0301\u0345\u200b\u200d\u00a0\u00ad\ufeff\uffff😀𝐀𐐀",
  "\ud83d",
  "\ude00",
  "login",
  "Login page",
  "x1",
  "bd",
];

const anyWords = fc
  .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...pieces) }, fc.string({ unit: "binary" })), {
    maxLength: 8,
  })
  .map((each) => each.join(""));

/** What somebody may type to find it. */
export const anyQuery = fc.oneof(
  anyWords,
  anyWords.map((text) => `"${text}"`),
  fc.constantFrom("bd", "bd-", "a1", "bd-a1", "d-a", "a1.1", "p", "P-X", "x"),
);

/** The members of a line that are searched, and some that are not. */
const anyTexts = fc.record(
  {
    title: anyWords,
    description: anyWords,
    design: anyWords,
    acceptance_criteria: anyWords,
    notes: anyWords,
    close_reason: anyWords,
    assignee: anyWords,
    external_ref: anyWords,
    owner: anyWords,
    labels: fc.array(anyWords, { maxLength: 3 }),
    comments: fc.array(
      anyWords.map((text) => ({ author: "ann", text, created_at: "2026-01-01T00:00:00Z" })),
      { maxLength: 3 },
    ),
    status: fc.constantFrom("open", "closed", "tombstone"),
  },
  { requiredKeys: [] },
);

export const searchedIds = [
  "BD-Q",
  "P.X-Éa",
  "a",
  "bd-a1",
  "bd-a1.1",
  "bd-b",
  "bd-é",
  "p-x",
  "ｂｄ-１",
] as const;

/** A line of such an issue, its characters as they are or as escapes. */
export const anySearchedLine: fc.Arbitrary<(id: string) => string> = fc
  .tuple(anyTexts, fc.boolean())
  .map(([texts, isEscaped]) => (id) => {
    const line = JSON.stringify({ ...JSON.parse(plainLine(id)), ...texts });
    return isEscaped ? line.replace(/[^ -~]/g, escaped) : line;
  });

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
