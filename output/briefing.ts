import type { BzError } from "../model/errors";
import { escapeText } from "./escape";

/** What an agent has to know when its session begins. */
export interface Briefing {
  readonly actor: string;
  readonly session: string | undefined;
  /** How to work: lines of the guide, or those of the project's own. */
  readonly guide: readonly string[];
  readonly held: readonly BriefIssue[];
  /** What other sessions of the same actor hold. */
  readonly heldElsewhere: number;
  readonly ready: readonly BriefIssue[];
  readonly memories: readonly { readonly key: string; readonly value: string }[];
  /** Sentences that must not be missed. */
  readonly warnings: readonly string[];
  /** Names of further commands. */
  readonly commands: readonly string[];
}

export interface BriefIssue {
  readonly id: string;
  readonly title: string;
  readonly priority: number;
  readonly issue_type: string;
}

/** An agent reads this at every start, and pays for every byte. */
export const briefingLimitBytes = 1999;

/** What is left when all of them are used up is for the heading, memories and the names of commands. */
const shares = { warnings: 250, guide: 950, held: 280, ready: 280 };

/**
 * The briefing as text, the most important first. Each part may take its share of the bytes and what the parts before it have left; where a part does not fit, whole
 * lines go, and one says how many.
 */
export function formatBriefing(briefing: Briefing): string {
  const { actor, session, held, heldElsewhere, ready, memories, warnings, guide, commands } = briefing;
  const who = `${shorten(actor, 40)}${session === undefined ? "" : `, session ${shorten(session, 40)}`}`;
  const elsewhere = heldElsewhere === 0 ? "" : ` (${heldElsewhere} more in other sessions)`;
  const text = new BoundedText(briefingLimitBytes);
  text.part(
    list(["# bz tracks the work on this repository; use it instead of lists of your own"], [], String),
    Infinity,
  );
  text.part(
    list([], warnings, (warning) => `! ${shorten(warning, 120)}`),
    shares.warnings,
  );
  text.part(
    list([], guide, (line) => shorten(line, 300)),
    shares.guide,
    "PRIME.md goes on",
  );
  const hold = `You (${who}) hold${held.length === 0 ? " nothing" : ":"}${elsewhere}`;
  text.part(list([hold], held, issueLine), shares.held, "`bz list --mine`");
  const count =
    ready.length === 0 ? "Nothing is ready: `bz blocked` says why" : `Ready (${ready.length}), best first:`;
  text.part(list([count], ready, issueLine), shares.ready, "`bz ready`");
  if (memories.length > 0) text.part(list(["Remembered:"], memories, memoryLine), Infinity, "`bz memories`");
  text.words("Also: ", commands, " (`bz help`)");
  return text.toString();
}

/** What is said instead when there is nothing to say it from. */
export function formatTrouble({ message, hint }: BzError): string {
  const advice = hint === undefined ? "" : ` ${shorten(hint, 300)}`;
  return `bz cannot read the issues of this repository: ${shorten(message, 500)}${advice}\nDo not remove anything below .beads/; \`bz doctor\` says more.\n`;
}

interface LineList {
  readonly lines: readonly string[];
  /** How many more there are. */
  readonly unwritten: number;
}

/** Only as many are written out as could ever fit. */
function list<T>(headings: readonly string[], items: readonly T[], write: (item: T) => string): LineList {
  const lines = items.slice(0, mostLines).map(write);
  return { lines: [...headings, ...lines], unwritten: items.length - lines.length };
}

const mostLines = 100;

/** Lines that may not take more bytes than there are. */
class BoundedText {
  #left: number;
  /** What earlier parts did not use of their shares. */
  #saved = 0;
  #text = "";

  constructor(limitBytes: number) {
    this.#left = limitBytes;
  }

  /** As many lines as fit into the share, and one that says how many are left out; nothing when not even the first fits. */
  part({ lines, unwritten }: LineList, shareBytes: number, where = ""): void {
    const room = Math.min(this.#left, shareBytes + this.#saved);
    const rest = (count: number): string =>
      count === 0 ? "" : `  ... ${count} more${where === "" ? "" : `: ${where}`}\n`;
    let kept = lines.length;
    let part = "";
    for (; kept > 0; kept -= 1) {
      const written = lines.slice(0, kept).map((line) => `${line}\n`);
      part = written.join("") + rest(lines.length - kept + unwritten);
      if (byteLength(part) <= room) break;
    }
    if (kept === 0) return;
    this.#text += part;
    const used = byteLength(part);
    this.#left -= used;
    if (shareBytes !== Infinity) this.#saved = room - used;
  }

  /** One line of as many words as fit. */
  words(before: string, words: readonly string[], after: string): void {
    for (let kept = words.length; kept > 0; kept -= 1) {
      const line = `${before}${words.slice(0, kept).join(" ")}${kept < words.length ? " ..." : ""}${after}\n`;
      if (byteLength(line) > this.#left) continue;
      this.#text += line;
      return;
    }
  }

  toString(): string {
    return this.#text;
  }
}

/** The id stands whole: half of one is of no use to anybody. */
function issueLine({ id, title, priority, issue_type: type }: BriefIssue): string {
  return `  ${shorten(id, Infinity)} P${priority} ${shorten(type, 20)} ${shorten(title, 60)}`;
}

function memoryLine({ key, value }: { key: string; value: string }): string {
  return `  ${shorten(key, 40)}: ${shorten(value.replace(/\s+/g, " "), 120)}`;
}

/** One line of so many characters, whatever was stored. */
function shorten(text: string, limit: number): string {
  const characters = [...escapeText(text.slice(0, limit * 4))];
  return characters.length <= limit ? characters.join("") : `${characters.slice(0, limit - 1).join("")}…`;
}

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

const encoder = new TextEncoder();
