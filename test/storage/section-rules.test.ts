import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fold } from "../../model/fold";
import { compareIds } from "../../model/issue-id";
import { headsOf } from "../../model/next-heads";
import { State } from "../../model/state";
import { eachWord } from "../../model/words";
import { checksum } from "../../storage/checksum";
import { ColumnsBuilder } from "../../storage/columns-builder";
import { DependentsBuilder } from "../../storage/dependents-builder";
import { HeadsBuilder } from "../../storage/heads-builder";
import { rulesVersions, type SectionKind } from "../../storage/snapshot-sections";
import { WordsBuilder } from "../../storage/words-builder";
import { initialisedWorld } from "../commands/test-world";
import { sectionIn, withForgedSection } from "../helpers/forged-section";
import { openedSnapshot, snapshotLine, writtenSnapshot } from "../helpers/written-snapshot";

const kinds = Object.keys(rulesVersions) as SectionKind[];

/**
 * What the sections of the issues below say, by the version of their rules. Another checksum for the same version: snapshots that are out in the world would be
 * read by rules that they were not made by. So raise the number in `storage/snapshot-sections.ts`, and put the new checksum here.
 */
const recorded: Readonly<Record<SectionKind | "folding", readonly [version: number, checksum: string]>> = {
  dependents: [3, "47b2c1e2b6f628b9"],
  columns: [1, "2a35319b9d5a8562"],
  heads: [2, "fbaff4fe85a6442d"],
  words: [1, "86d171cc78bf663d"],
  folding: [1, "e56ee08f47c918e2"],
};

describe("the rules of a section", () => {
  const { snapshot } = writtenSnapshot(
    lines().map(([id, line]) => snapshotLine(id, line)),
    [],
    [new DependentsBuilder(), new ColumnsBuilder(), new WordsBuilder(1)],
  );

  test.each(kinds)("have another number where they say something else: %s", (kind) => {
    const bytes = kind === "heads" ? headsBytes() : sectionIn(snapshot, kind).read(0, 1 << 24);
    expect([rulesVersions[kind], hex(checksum(bytes))]).toEqual([...recorded[kind]]);
  });

  /** Another version of Unicode in another Bun changes them, too. */
  test("of words have another number where any character is folded, or parted from others, in another way", () => {
    let found = 0n;
    for (let first = 0; first < 0x110000; first += 0x1000) {
      let text = "";
      for (let code = first; code < first + 0x1000; code += 1) text += `${String.fromCodePoint(code)}a`;
      const bytes = new TextEncoder().encode(fold(text.toWellFormed()));
      const bounds: number[] = [];
      eachWord(bytes, (start, end) => bounds.push(start, end));
      found = checksum(bytes, found);
      found = checksum(new Uint8Array(Uint32Array.from(bounds).buffer), found);
    }
    expect([rulesVersions.words, hex(found)]).toEqual([...recorded.folding]);
  }, 60_000);
});

describe("a store that another bz has folded, by other rules", () => {
  const questions = [
    ["list", "--all"],
    ["ready"],
    ["show", "bd-2"],
    ["search", "login"],
    ["count", "--by", "status"],
    ["blocked"],
  ];

  test("answers as before, and has sections of ours after the next compaction, of one frame or none", async () => {
    const world = await initialisedWorld();
    const path = join(world.directory, ".beads/store/snapshot");
    const ids: string[] = [];
    for (let number = 0; number < 40; number += 1)
      ids.push((await world.bz("q", `Issue ${number} about login`)).stdout.trim());
    await world.bz("dep", "add", ids[1] ?? "", ids[2] ?? "");
    await world.bz("compact");
    const asked = questions.map((words) => words.map((word) => (word === "bd-2" ? (ids[2] ?? "") : word)));
    const answers = async (): Promise<string[]> => {
      const outputs: string[] = [];
      for (const words of asked) outputs.push((await world.bz(...words, "--json")).stdout);
      return outputs;
    };
    const before = await answers();
    for (const frames of [0, 1]) {
      forgeAll(path);
      expect(missingIn(path)).toEqual(kinds);
      expect(await answers()).toEqual(before);
      expect((await world.bz("doctor")).stdout).toContain(
        "Without dependents, columns, heads, words of our rules",
      );
      if (frames > 0) await world.bz("update", ids[1] ?? "", "--priority", "2");
      await world.bz("compact");
      expect(missingIn(path)).toEqual([]);
    }
  });
});

function forgeAll(path: string): void {
  let bytes: Uint8Array = readFileSync(path);
  for (const kind of kinds) bytes = withForgedSection(bytes, kind, { rulesVersion: rulesVersions[kind] + 1 });
  writeFileSync(path, bytes);
}

function missingIn(path: string): SectionKind[] {
  return openedSnapshot(readFileSync(path)).sections.missing;
}

function headsBytes(): Uint8Array {
  const readable = lines().filter(([id]) => id !== "t-broken");
  const { snapshot } = writtenSnapshot(readable.map(([id, line]) => snapshotLine(id, line)));
  const nowMs = Date.UTC(2026, 5, 1);
  const sizes = [
    { places: 1024, comingBack: 256, cameBack: 64, shown: 128 },
    { places: 3, comingBack: 1, cameBack: 1, shown: 2 },
  ];
  const all = sizes.map((each) => headsOf(new State(snapshot), nowMs, each));
  return Buffer.concat(all.flatMap((heads) => [...new HeadsBuilder(() => heads).parts()]));
}

/** An issue for each thing that the rules look at, in the order of their ids. */
function lines(): [string, string][] {
  const edge = (depends_on_id: string, type = "blocks") => ({ depends_on_id, type });
  const issues: Record<string, object | string> = {
    "t-a": { title: "Ready, urgent", priority: 0, labels: ["ui", "db"], assignee: "ann" },
    "t-b": { title: "Blocked", dependencies: [edge("t-a")], description: "Crème BRÛLÉE ﬁ ß Σας" },
    "t-c": { title: "Child", dependencies: [edge("t-epic", "parent-child"), edge("t-b", "related")] },
    "t-closed": { status: "closed", closed_at: "2026-02-01T00:00:00Z", close_reason: "Done" },
    "t-broken": '{"id":"t-broken",',
    "t-cond": { dependencies: [edge("t-closed", "conditional-blocks"), edge("t-a", "waits-for")] },
    "t-custom": { status: "review", issue_type: "spike", created_at: "2026-01-05" },
    "t-cycle1": { dependencies: [edge("t-cycle2")] },
    "t-cycle2": { dependencies: [edge("t-cycle1")] },
    "t-dangling": { dependencies: [edge("gone-1"), edge("external:other:cap")] },
    "t-defer1": { status: "deferred", defer_until: "2026-07-01" },
    "t-defer2": { defer_until: "2026-05-01T00:00:00.000Z", created_at: "2026-03-01T01:02:03+02:00" },
    "t-defer3": { defer_until: "2026-08-01T00:00:00Z", due_at: "tomorrow" },
    "t-deferred": { status: "deferred" },
    "t-dup": { dependencies: [edge("t-a", "discovered-from"), edge("t-a"), edge("t-b", "duplicates")] },
    "t-ephemeral": { ephemeral: true, title: "登录 ひらがな 한국어 ไทย word_word don't a1b2" },
    "t-epic": { issue_type: "epic", dependencies: [edge("t-a")], updated_at: 1767312245 },
    "t-gate": { issue_type: "gate", priority: 4 },
    "t-pinned": { pinned: true, status: "pinned" },
    "t-progress": { status: "in_progress", assignee: "bob", due_at: "2026-06-02T00:00:00.000Z" },
    "t-template": { issue_type: "molecule", notes: "n1", design: "d1", acceptance_criteria: "a1" },
    "t-texts": { external_ref: "gh-9", owner: "Zoë", comments: [{ id: 1, text: "Said so", author: "cy" }] },
    "t-tombstone": { status: "tombstone", deleted_at: "2026-02-01T00:00:00Z", delete_reason: "Twice" },
  };
  const usual = { title: "T", status: "open", priority: 2, issue_type: "task" };
  const times = { created_at: "2026-01-02T03:04:05.678Z", updated_at: "2026-01-02T03:04:05.678Z" };
  return Object.keys(issues)
    .sort(compareIds)
    .map((id) => {
      const issue = issues[id];
      return [id, typeof issue === "string" ? issue : JSON.stringify({ id, ...usual, ...times, ...issue })];
    });
}

function hex(number: bigint): string {
  return number.toString(16).padStart(16, "0");
}
