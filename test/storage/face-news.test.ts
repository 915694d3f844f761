import { expect, test } from "bun:test";
import fc from "fast-check";
import { compareIds } from "../../model/issue-id";
import type { TakeLine } from "../../model/operation";
import { compareFaceFile } from "../../storage/compared-face";
import { faceOf, knownLinesOf } from "../../storage/face";
import { readFaceFile } from "../../storage/face-file";
import { takeInLines } from "../../storage/face-intake";
import { newsOf, storedLinesOf } from "../../storage/face-news";
import { loadLog } from "../../storage/log";
import { rememberedLines } from "../../storage/past";
import { openForReading, openPlace } from "../../storage/session";
import { storeWithWrites } from "../helpers/moments";
import { replaceFace } from "../helpers/simulated-face";
import { workspace } from "../helpers/simulated-world";
import { faceLines, line } from "../helpers/story";

/** Lines of the snapshot, which the log has partly changed since, other ones of these issues, and what is no issue. */
const aLine = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...faceLines) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom("t-root", "t-other", "t-new"), fc.constantFrom("A", "B"))
      .map(([id, title]) => line(id, title)),
  },
  fc.constantFrom(
    "",
    "<<<<<<< a",
    ">>>>>>> b",
    '{"_type":"memory"}',
    "{broken",
    `${line("t-third", "Third")}\r`,
  ),
);

function byId(operations: readonly TakeLine[]): TakeLine[] {
  return [...operations].sort((left, right) => compareIds(left.id, right.id));
}

test("a face that is compared with the snapshot in stretches brings what its lines bring one by one", () => {
  const { world } = storeWithWrites(3);
  fc.assert(
    fc.property(
      fc.array(aLine, { maxLength: 8 }),
      fc.boolean(),
      fc.boolean(),
      (lines, isSorted, isLogged) => {
        const twin = world.fork();
        replaceFace(twin, (isSorted ? [...lines].sort() : lines).map((each) => `${each}\n`).join(""));
        const { environment } = twin.start();
        const place = openPlace(workspace, environment);
        const session = openForReading(place.owner, environment);
        const loaded = session && loadLog(session.store, session.readStatus);
        const file = readFaceFile(place.owner);
        if (session === undefined || loaded === undefined || file === undefined)
          throw new Error("it is there");
        const compared = compareFaceFile(place.owner, "issues.jsonl", storedLinesOf(loaded), {
          isSummed: true,
        });
        const news = compared && newsOf(compared, () => readFaceFile(place.owner), session, loaded, isLogged);
        if (news === undefined) throw new Error("it is there");
        expect(news.face.sums).toEqual(file.sums);
        expect(news.face.status.size).toBe(file.status.size);
        const face = faceOf(file, knownLinesOf(loaded.state, loaded.snapshot));
        const memory = (ids: ReadonlySet<string>) => rememberedLines({ store: session.store, loaded }, ids);
        const expected = takeInLines(face.lines, loaded.state, memory, isLogged);
        // Those of one issue keep their order; which issue comes first says nothing.
        expect(byId(news.operations)).toEqual(byId(expected.operations));
        expect([...news.changedIds].sort()).toEqual([...expected.changedIds].sort());
        expect(news.refused).toEqual(expected.refused);
        expect(news.face.guests).toEqual(face.guests);
        expect(news.face.conflictMarkers).toEqual(face.conflictMarkers);
        expect(news.face.tornLine).toEqual(face.tornLine);
      },
    ),
    { numRuns: 300 },
  );
}, 30_000);
