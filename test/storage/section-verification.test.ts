import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { headsOf } from "../../model/next-heads";
import { State } from "../../model/state";
import { ColumnsBuilder } from "../../storage/columns-builder";
import { DependentsBuilder } from "../../storage/dependents-builder";
import { HeadsBuilder } from "../../storage/heads-builder";
import { verifySections } from "../../storage/section-verification";
import type { SectionKind } from "../../storage/snapshot-sections";
import { verifySnapshot } from "../../storage/snapshot-verification";
import { WordsBuilder } from "../../storage/words-builder";
import { sectionIn, withForgedSection } from "../helpers/forged-section";
import { openedSnapshot, snapshotLine, writtenSnapshot } from "../helpers/written-snapshot";
import { plainLine } from "../model/samples";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

const kinds: readonly SectionKind[] = ["dependents", "columns", "heads", "words"];
const nowMs = Date.UTC(2026, 5, 1);

describe("sections whose checksums are right", () => {
  const lines = Array.from({ length: 12 }, (_, number) => {
    const id = `t-${String(number).padStart(2, "0")}`;
    const edge = number % 3 === 0 ? "" : `,"dependencies":[{"depends_on_id":"t-00","type":"blocks"}]`;
    const deferral = number % 5 === 0 ? `,"defer_until":"2026-0${4 + (number % 4)}-01T00:00:00Z"` : "";
    return snapshotLine(id, plainLine(id, `,"notes":"word${number % 7} of ${number}"${edge}${deferral}`));
  });
  const state = new State(writtenSnapshot(lines).snapshot);
  const { bytes, snapshot } = writtenSnapshot(
    lines,
    [],
    [
      new DependentsBuilder(),
      new ColumnsBuilder(),
      new HeadsBuilder(() => headsOf(state, nowMs)),
      new WordsBuilder(1),
    ],
  );

  test("say what the lines say, as they are made", () => {
    expect(() => verifySections(snapshot)).not.toThrow();
  });

  test.each(kinds)("are found out when any byte of them is another one: %s", (kind) => {
    const { length } = sectionIn(snapshot, kind);
    const passed: number[] = [];
    for (let at = 0; at < length; at += 1) {
      const forged = openedSnapshot(
        withForgedSection(bytes, kind, {
          content: (content) => {
            content[at] = (content[at] ?? 0) ^ 0x41;
          },
        }),
      );
      verifySnapshot(forged);
      try {
        verifySections(forged);
        passed.push(at);
      } catch (error) {
        expect(error).toMatchObject({
          code: "CORRUPT",
          message: expect.stringContaining(`section of ${kind}`),
        });
      }
    }
    // The moment that orders are about, and how far they tell who comes back, are not in the lines: others may be as right.
    const chosen =
      kind === "heads"
        ? [
            [8, 16],
            [48, 64],
          ]
        : [];
    expect(passed.filter((at) => !chosen.some(([from = 0, to = 0]) => at >= from && at < to))).toEqual([]);
  });

  test("are all named, and one of other rules is not looked into", () => {
    const strike = { content: (content: Uint8Array) => content.fill(7, 20, 30) };
    const forged = withForgedSection(withForgedSection(bytes, "columns", strike), "words", strike);
    expect(() => verifySections(openedSnapshot(forged))).toThrow(
      "what its section of columns and that of words says is not what the lines say",
    );
    const foreign = withForgedSection(forged, "columns", { rulesVersion: 99 });
    expect(() => verifySections(openedSnapshot(foreign))).toThrow("what its section of words says is not");
    expect(() =>
      verifySections(openedSnapshot(withForgedSection(foreign, "words", { rulesVersion: 99 }))),
    ).not.toThrow();
  });

  test("of many issues have to hold words", () => {
    const many = Array.from({ length: 1000 }, (_, number) => {
      const id = `t-${String(number).padStart(4, "0")}`;
      return snapshotLine(id, plainLine(id));
    });
    const builders = () => [new DependentsBuilder(), new ColumnsBuilder(), new WordsBuilder(2000)];
    expect(() => verifySections(writtenSnapshot(many, [], builders()).snapshot)).toThrow("section of words");
    expect(() => verifySections(writtenSnapshot(many).snapshot)).not.toThrow();
    expect(() => verifySections(writtenSnapshot(many.slice(1), [], builders()).snapshot)).not.toThrow();
  });
});
