import { BzError } from "../model/errors";
import { hash53 } from "../model/hash";

/**
 * A section of a Markdown file that a program may rewrite: what stands between its two markers, each alone on its line. Outside of them
 * nothing changes. The grammar is that of `bd setup`, so that the sections of the family replace each other instead of doubling.
 */
export function markSection(content: string): string {
  const hash = hash53(content).toString(16).padStart(8, "0").slice(-8);
  return `<!-- BEGIN BEADS INTEGRATION v:1 profile:minimal hash:${hash} -->\n${content.trimEnd()}\n<!-- END BEADS INTEGRATION -->\n`;
}

/**
 * The text with `section` in the place of the first one of the family, or else at the end; further ones are taken out.
 * @throws BzError INVALID when markers do not pair up
 */
export function putSection(text: string, section: string, path: string): string {
  const written = hasCrlf(text) ? section.replaceAll("\n", "\r\n") : section;
  const [first, ...further] = findSections(text, path);
  if (first === undefined) {
    if (text.trim() === "") return written;
    const lineEnd = hasCrlf(text) ? "\r\n" : "\n";
    // A file without a line end at its end stays one, so that taking the section out gives back the same bytes.
    return text.endsWith("\n")
      ? `${text}${lineEnd}${written}`
      : `${text}${lineEnd}${lineEnd}${withoutLineEnd(written)}`;
  }
  const rest = further.reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
  const present = rest.slice(first.start, first.end);
  return (
    rest.slice(0, first.start) +
    (present.endsWith("\n") ? written : withoutLineEnd(written)) +
    rest.slice(first.end)
  );
}

/** The text without any section of the family, and without the blank line in front of one that ends it. What `putSection` has made of a text becomes that text. */
export function removeSections(text: string, path: string): string {
  return findSections(text, path).reduceRight((rest, { start, end }) => {
    const before = rest.slice(0, start);
    const after = rest.slice(end);
    if (after !== "") return before + after;
    return rest.endsWith("\n")
      ? before.replace(/(\r?\n)\r?\n$/, "$1")
      : before.replace(/(?:\r?\n){1,2}$/, "");
  }, text);
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}

interface Section {
  readonly start: number;
  readonly end: number;
}

/** Markers of bd (and bz), of its recipe for Codex, of br and of bv. */
const markers = [
  { begin: /^<!-- BEGIN BEADS INTEGRATION\b.*-->$/, end: /^<!-- END BEADS INTEGRATION -->$/ },
  { begin: /^<!-- BEGIN BEADS CODEX SETUP\b.*-->$/, end: /^<!-- END BEADS CODEX SETUP\b.*-->$/ },
  { begin: /^<!-- br-agent-instructions-v\d+ -->$/, end: /^<!-- end-br-agent-instructions -->$/ },
  { begin: /^<!-- bv-agent-instructions-v\d+ -->$/, end: /^<!-- end-bv-agent-instructions -->$/ },
];

function findSections(text: string, path: string): Section[] {
  const sections: Section[] = [];
  let open: { pair: (typeof markers)[number]; start: number; line: number } | undefined;
  let at = 0;
  for (const [index, whole] of text.split(/(?<=\n)/).entries()) {
    const line = whole.trim();
    const begun = markers.find(({ begin }) => begin.test(line));
    if (open === undefined) {
      if (begun !== undefined) open = { pair: begun, start: at, line: index + 1 };
      else if (markers.some(({ end }) => end.test(line)))
        throw unpaired(path, index + 1, "ends a section that does not begin");
    } else if (begun !== undefined) {
      throw unpaired(path, open.line, "begins a section that does not end");
    } else if (open.pair.end.test(line)) {
      sections.push({ start: open.start, end: at + whole.length });
      open = undefined;
    }
    at += whole.length;
  }
  if (open !== undefined) throw unpaired(path, open.line, "begins a section that does not end");
  return sections;
}

function unpaired(path: string, line: number, problem: string): BzError {
  return new BzError("INVALID", `${path}: line ${line} ${problem}; nothing was changed`, {
    hint: "put the markers right by hand, or take the lone one out",
    context: { file: path, line },
  });
}

/** A line feed behind a lone carriage return at the end would make one. */
function hasCrlf(text: string): boolean {
  return text.includes("\r\n") || text.endsWith("\r");
}
