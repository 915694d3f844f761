import { Lexer, type Token } from "marked";
import type { Draft } from "../model/draft";
import { BzError } from "../model/errors";
import type { JsonObject } from "../model/json";
import { nearestSpellings } from "../model/spelling";
import { DraftGathering } from "./draft-gathering";
import { type DraftReading, draftOfRecord } from "./draft-record";
import { canonicalKey } from "./issue-record";

/**
 * Reads issues from Markdown: each `##` heading is a title, the `###` headings below it that name a field hold its value. What is no heading to a
 * Markdown reader (in a code block, in a list) is none here.
 * @throws BzError INVALID naming the lines
 */
export function readMarkdownDrafts(text: string, reading: DraftReading): Draft[] {
  const drafts = new DraftGathering();
  const sections = sectionsOf(text);
  if (sections.length === 0 && text.trim() !== "") {
    throw new BzError("INVALID", "the Markdown has no heading of the second level, so no issues", {
      hint: "write each title as `## Title`, and below it `### Priority`, `### Labels` and so on",
    });
  }
  for (const section of sections) {
    const source = `line ${section.line}`;
    drafts.add(source, () => draftOfRecord(recordOf(section), "{}", source, reading));
  }
  return drafts.finish();
}

/** One issue: its title, and everything up to the next one. */
interface Section {
  readonly title: string;
  readonly line: number;
  readonly tokens: Token[];
}

function sectionsOf(text: string): Section[] {
  const plain = text.replace(/\r\n?/g, "\n");
  const front = /^---\n(?:[^\n]*\n)*?---(?:\n|$)/.exec(plain)?.[0] ?? "";
  let line = 1 + lineEndsIn(front);
  const sections: Section[] = [];
  let open: Section | undefined;
  for (const token of tokensOf(plain.slice(front.length))) {
    const level = headingLevel(token);
    if (level === 1) open = undefined;
    else if (level === 2 && token.type === "heading") {
      open = { title: token.text, line, tokens: [] };
      sections.push(open);
    } else open?.tokens.push(token);
    line += lineEndsIn(token.raw);
  }
  return sections;
}

function tokensOf(text: string): Token[] {
  try {
    return new Lexer().blockTokens(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BzError("INVALID", `the Markdown cannot be read: ${reason}`, {
      hint: "is something nested without end?",
      cause: error,
    });
  }
}

/** Only headings with `#`: a text with a line of hyphens below it is more often meant as a text and a line. */
function headingLevel(token: Token): number | undefined {
  return token.type === "heading" && /^ {0,3}#/.test(token.raw) ? token.depth : undefined;
}

function lineEndsIn(text: string): number {
  return text.split("\n").length - 1;
}

/** The same as a JSON object of `add-batch` says. Sections that name no field stay in the description as they are. */
function recordOf({ title, tokens }: Section): JsonObject {
  const texts = new Map([["description", ""]]);
  let field = "description";
  for (const token of tokens) {
    if (headingLevel(token) !== 3 || token.type !== "heading") {
      texts.set(field, (texts.get(field) ?? "") + token.raw);
      continue;
    }
    const named = fieldOf(token.text);
    if (named === undefined) {
      field = "description";
      texts.set(field, `${(texts.get(field) ?? "").trimEnd()}\n\n${token.raw}`);
    } else if (named !== "description" && texts.has(named)) {
      throw new BzError("INVALID", `the section "${token.text}" of "${title}" stands there twice`);
    } else {
      field = named;
      texts.set(field, texts.has(field) ? `${texts.get(field)?.trimEnd()}\n\n` : "");
    }
  }
  const values = [...texts]
    .filter(([, text]) => text.trim() !== "")
    .map(([key, text]) => [key, sectionValue(key, text)]);
  return { ...Object.fromEntries(values), title };
}

/** @throws BzError INVALID for a slip of the pen, and for what Markdown cannot say */
function fieldOf(heading: string): string | undefined {
  const name = heading
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_")
    .replace(/:$/, "");
  const key = name === "key" || name === "id" ? name : canonicalKey(name);
  if (key !== undefined && !jsonOnly.includes(key)) return key;
  const nearest = key === undefined ? nearestSpellings(name, sectionNames) : [];
  if (key === undefined && nearest.length === 0) return undefined;
  throw new BzError("INVALID", `"${heading}" is no section of an issue`, {
    hint:
      nearest.length > 0
        ? `did you mean ${nearest.join(" or ")}?`
        : "`bz add-batch --format json` takes it, or `bz update` afterwards",
    context: { section: heading, nearest },
  });
}

const jsonOnly: readonly string[] = ["title", "metadata", "pinned", "ephemeral"];
const sectionNames = [
  ..."priority type description design acceptance_criteria notes status assignee owner labels parent".split(
    " ",
  ),
  ..."dependencies depends_on blocks due defer estimate external_ref key id".split(" "),
];
const lists: readonly string[] = ["labels", "depends_on", "blocks"];
const texts: readonly string[] = ["description", "design", "acceptance_criteria", "notes"];

function sectionValue(key: string, text: string): string | string[] {
  if (texts.includes(key)) return text.trim();
  const plain = text.replace(/^[^\S\n]*[-*+]\s+/gm, " ").replaceAll("`", " ");
  return lists.includes(key) ? plain.split(/[\s,]+/).filter((word) => word !== "") : plain.trim();
}
