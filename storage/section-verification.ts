import type { Head, Heads } from "../model/heads";
import { headsOf } from "../model/next-heads";
import { counted, type OnProgress } from "../model/progress";
import { State } from "../model/state";
import { sameBytes } from "./byte-layout";
import type { Checkpoint } from "./checkpoint";
import { ColumnsBuilder } from "./columns-builder";
import { DependentsBuilder } from "./dependents-builder";
import { corrupt } from "./failure";
import { HeadsBuilder } from "./heads-builder";
import { readHeads } from "./heads-section";
import { sectionLines } from "./rebuilt-section";
import { readableHeads } from "./section-builders";
import { issueOf, type SectionBuilder } from "./section-writer";
import type { Snapshot } from "./snapshot";
import type { Section, SectionKind } from "./snapshot-sections";
import { fewestIndexedIssues } from "./words-builder";
import { wordsOf } from "./words-section";
import { WordsVerification } from "./words-verification";

/**
 * That the sections of both levels say what their lines say; that their bytes are those that were written is verified elsewhere. Reads all lines once, of which it
 * keeps none.
 * @throws BzError CORRUPT
 */
export function verifySections(checkpoint: Checkpoint, onProgress?: OnProgress): void {
  const { base, delta } = checkpoint;
  verifyLevel(base, base, onProgress);
  if (delta !== undefined) verifyLevel(delta, checkpoint, onProgress);
}

/** @param whole what the heads of that level are about */
function verifyLevel(snapshot: Snapshot, whole: Checkpoint, onProgress: OnProgress | undefined): void {
  const { path } = snapshot.file;
  const wrong = wrongIndexes(snapshot, onProgress);
  // What is ready is found out with the help of the others.
  if (wrong.length === 0 && !areHeadsRight(snapshot, whole)) wrong.push("heads");
  if (wrong.length === 0) return;
  throw corrupt(
    `${path} is damaged: what its section of ${wrong.join(" and that of ")} says is not what the lines say.`,
    { file: path },
  );
}

function wrongIndexes(snapshot: Snapshot, onProgress: OnProgress | undefined): SectionKind[] {
  const { sections, count } = snapshot;
  const builders = [new DependentsBuilder(), new ColumnsBuilder()].filter(({ kind }) => sections.of(kind));
  const found = wordsOf(snapshot);
  const words = found && new WordsVerification(found);
  const lines = counted(
    sectionLines(snapshot),
    `Checking: sections of ${snapshot.file.path}`,
    count,
    onProgress,
  );
  for (const line of lines) {
    for (const builder of builders) builder.add([line]);
    const issue = issueOf(line);
    if (issue !== undefined) words?.add(issue, line.ordinal);
  }
  const wrong: SectionKind[] = builders
    .filter((each) => !isBuilt(sections.of(each.kind), each))
    .map(({ kind }) => kind);
  const isLacking = words === undefined && sections.of("words") !== undefined && count >= fewestIndexedIssues;
  return isLacking || words?.end() === false ? [...wrong, "words"] : wrong;
}

function isBuilt(section: Section | undefined, builder: SectionBuilder): boolean {
  let at = 0;
  for (const part of builder.parts()) {
    if (section !== undefined && !sameBytes(section.read(at, part.length), part)) return false;
    at += part.length;
  }
  return section === undefined || at === section.length;
}

/** Nobody has to have worked them out, and how far they go is for who did to choose. */
function areHeadsRight(snapshot: Snapshot, whole: Checkpoint): boolean {
  const section = snapshot.sections.of("heads");
  if (section === undefined || section.length === 0) return true;
  const known = readHeads(section);
  const heads = known && readableHeads(() => headsLike(known, new State(whole)));
  return heads !== undefined && isBuilt(section, new HeadsBuilder(() => heads));
}

/** Those of a state that go as far as the known ones. */
function headsLike({ nowMs, live, ready, deferrals }: Heads, state: State): Heads {
  const sizes = {
    places: Math.max(live.length, ready.length),
    comingBack: Infinity,
    cameBack: Infinity,
    shown: Math.max(live.shown.length, ready.shown.length),
  };
  const heads = headsOf(state, nowMs, sizes);
  const { fromMs, untilMs } = deferrals;
  const entries = heads.deferrals.entries.filter((each) => each.untilMs >= fromMs && each.untilMs < untilMs);
  return {
    ...heads,
    live: firstOf(heads.live, live),
    ready: firstOf(heads.ready, ready),
    deferrals: { fromMs, untilMs, entries },
  };
}

function firstOf({ total, places, shown }: Head, known: Head): Head {
  const first = [...places].slice(0, known.length);
  return { total, length: first.length, places: first, shown: shown.slice(0, known.shown.length) };
}
