import { expect, spyOn, test } from "bun:test";
import { writeSnapshot } from "../../storage/snapshot-writer";
import { openStaleDelta } from "../../storage/stale-delta";
import { codeOf } from "../helpers/damaged-store";
import { emptyDirectory, snapshotOrigin } from "../helpers/written-snapshot";

test("a delta that cannot be read leaves no file open", () => {
  const { store } = emptyDirectory();
  writeSnapshot(store.create("snapshot", 0o600), snapshotOrigin, [], []);
  store.create("snapshot.delta", 0o600).close();
  const opened: string[] = [];
  const closed: string[] = [];
  const open = store.open.bind(store);
  spyOn(store, "open").mockImplementation((name, ...how) => {
    const file = open(name, ...how);
    if (file === undefined) return undefined;
    opened.push(name);
    const close = file.close.bind(file);
    spyOn(file, "close").mockImplementation(() => {
      closed.push(name);
      close();
    });
    return file;
  });
  expect(codeOf(() => openStaleDelta(store))).toBe("CORRUPT");
  expect(opened).toEqual(["snapshot", "snapshot.delta"]);
  expect(closed.sort()).toEqual(opened);
});
