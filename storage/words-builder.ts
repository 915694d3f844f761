import type { Issue } from "../model/issue";
import { eachWordOf } from "./issue-words";
import { NumberList } from "./number-list";
import { readOrdinals, writeList, writeMovedList } from "./ordinal-list";
import { issueOf, type SectionBuilder, type SectionLine } from "./section-writer";
import type { Snapshot } from "./snapshot";
import { grown, WordTable } from "./word-table";
import { WordsOutput } from "./words-output";
import { type WordsSection, wordsOf } from "./words-section";

/** A snapshot with fewer issues has no words: its lines are parsed in less time than it takes to look them up. */
export const fewestIndexedIssues = 1_000;

/**
 * Makes the section of words. Of a line that another snapshot holds, the words are taken from there: it is neither parsed nor folded again, its ordinal alone
 * is another one.
 */
export class WordsBuilder implements SectionBuilder {
  readonly kind = "words";
  /** Until there are enough of them. */
  #first: SectionLine[] | undefined = [];
  readonly #sources = new Map<Snapshot, KeptWords | undefined>();
  readonly #table = new WordTable();
  /** Of each word of the table the last issue that it was seen in, and one. */
  #lastIssues = new Uint32Array(1 << 10);
  readonly #pairs = new Pairs();
  #issueCount = 0;

  constructor(readonly fewestIssues = fewestIndexedIssues) {}

  add(lines: readonly SectionLine[]): void {
    const first = this.#first;
    let known = lines;
    if (first !== undefined) {
      for (const line of lines) first.push(line);
      if (first.length < this.fewestIssues) return;
      known = first;
      this.#first = undefined;
    }
    for (const line of known) this.#add(line);
  }

  parts(): Uint8Array[] {
    if (this.#first !== undefined) return [];
    const [main, ...others] = [...this.#sources.values()]
      .filter((source) => source !== undefined)
      .sort((left, right) => right.words.issueCount - left.words.issueCount);
    for (const source of others) this.#readKept(source);
    const lists = new ReadLists(this.#table.count, this.#pairs);
    this.#pairs.release();
    if (others.length > 0) lists.sort();
    const output = new WordsOutput((main?.words.length ?? 0) + smallSection);
    const isWritten = new Uint8Array(this.#table.count);
    if (main !== undefined) {
      for (const words = main.words.cursor(); words.next(); ) {
        const { text, start, end } = words;
        const number = this.#table.find(text, start, end);
        if (number !== -1) isWritten[number] = 1;
        writeMovedList(output.lists, words, main.ordinals, number === -1 ? noIssues : lists.of(number));
        output.word(text, start, end);
      }
    }
    for (let number = 0; number < this.#table.count; number += 1) {
      if (isWritten[number] === 1) continue;
      writeList(output.lists, lists.of(number));
      this.#table.writeWord(number, output);
    }
    return output.parts(this.#issueCount);
  }

  #add(line: SectionLine): void {
    const ordinal = this.#issueCount;
    this.#issueCount += 1;
    const { kept } = line;
    const source = kept === undefined ? undefined : this.#sourceOf(kept.snapshot);
    if (kept !== undefined && source !== undefined) source.ordinals[kept.ordinal] = ordinal;
    else {
      const issue = issueOf(line);
      if (issue !== undefined) this.#read(issue, ordinal);
    }
  }

  #read(issue: Issue, ordinal: number): void {
    eachWordOf(issue, (bytes, start, end, hash) =>
      this.#pair(this.#table.add(bytes, start, end, hash), ordinal),
    );
  }

  /** Undefined for a snapshot without words. */
  #sourceOf(snapshot: Snapshot): KeptWords | undefined {
    if (this.#sources.has(snapshot)) return this.#sources.get(snapshot);
    const words = wordsOf(snapshot);
    const source =
      words === undefined ? undefined : { words, ordinals: new Int32Array(words.issueCount).fill(-1) };
    this.#sources.set(snapshot, source);
    return source;
  }

  /** Takes what is kept of a source as if it had been read. */
  #readKept({ words, ordinals }: KeptWords): void {
    for (const each = words.cursor(); each.next(); ) {
      for (const before of readOrdinals(each)) {
        const ordinal = ordinals[before] ?? -1;
        if (ordinal !== -1) this.#pair(this.#table.add(each.text, each.start, each.end), ordinal);
      }
    }
  }

  #pair(word: number, issue: number): void {
    if (word >= this.#lastIssues.length)
      this.#lastIssues = grown(this.#lastIssues, new Uint32Array(word * 2));
    if (this.#lastIssues[word] === issue + 1) return;
    this.#lastIssues[word] = issue + 1;
    this.#pairs.push(word, issue);
  }
}

/** Pairs of a word of the table and an issue that holds it: ten million of 100,000 issues. An issue is named once for all of its words that follow each other. */
class Pairs {
  readonly words = new NumberList();
  readonly issues = new NumberList();
  /** By the place of an issue among `issues` that of its first word. */
  readonly starts = new NumberList();
  #last = -1;

  push(word: number, issue: number): void {
    if (issue !== this.#last) {
      this.issues.push(issue);
      this.starts.push(this.words.length);
      this.#last = issue;
    }
    this.words.push(word);
  }

  /** They take up much room. */
  release(): void {
    for (const list of [this.words, this.issues, this.starts]) list.release();
  }
}

/** The words of a snapshot that lines are kept of. */
interface KeptWords {
  readonly words: WordsSection;
  /** By the ordinal there the one that the line has now, -1 where it is not kept. */
  readonly ordinals: Int32Array;
}

/** Which issues hold each word, in the order of the pairs. */
class ReadLists {
  readonly #starts: Uint32Array;
  readonly #issues: Uint32Array;

  constructor(wordCount: number, pairs: Pairs) {
    const words = pairs.words.numbers;
    const runs = pairs.issues.numbers;
    const firsts = pairs.starts.numbers;
    const starts = new Uint32Array(wordCount);
    // By place: to iterate over ten million numbers takes several times as long.
    const count = words.length;
    for (let at = 0; at < count; at += 1) {
      const word = words[at] ?? 0;
      starts[word] = (starts[word] ?? 0) + 1;
    }
    let end = 0;
    for (let word = 0; word < wordCount; word += 1) {
      end += starts[word] ?? 0;
      starts[word] = end;
    }
    const issues = new Uint32Array(count);
    // From the last pair to the first: then each list is filled from its end, which becomes its start.
    let pair = count - 1;
    for (let run = runs.length - 1; run >= 0; run -= 1) {
      const issue = runs[run] ?? 0;
      for (const first = firsts[run] ?? 0; pair >= first; pair -= 1) {
        const word = words[pair] ?? 0;
        const place = (starts[word] ?? 0) - 1;
        starts[word] = place;
        issues[place] = issue;
      }
    }
    this.#issues = issues;
    this.#starts = starts;
  }

  /** Where pairs did not come in the order of the issues. */
  sort(): void {
    for (let word = 0; word < this.#starts.length; word += 1) this.of(word).sort();
  }

  of(word: number): Uint32Array {
    return this.#issues.subarray(this.#starts[word], this.#starts[word + 1]);
  }
}

/** In bytes: of few issues, or what is added to many. */
const smallSection = 1 << 20;
const noIssues = new Uint32Array(0);
