import { expect, test } from "bun:test";
import { noTransactions } from "../../model/logged-changes";
import { State } from "../../model/state";
import { UnreadEntry } from "../../model/unread-entry";
import { mergedLines } from "../../storage/merged-lines";
import { line } from "../helpers/story";
import { snapshotLine, writtenSnapshot } from "../helpers/written-snapshot";

test("the line of a new issue in a long transaction is read once, when its turn has come", () => {
  const { snapshot } = writtenSnapshot(["t-1", "t-3"].map((id) => snapshotLine(id, line(id, "Standing"))));
  const read: string[] = [];
  const operations = ["t-4", "t-2", "t-0"].map((id) => {
    const put = {
      op: "put" as const,
      id,
      get line(): string {
        read.push(id);
        return line(id, "New");
      },
      entry: (version: number) => new UnreadEntry(put, version),
    };
    return put;
  });
  const state = new State(snapshot, { ...noTransactions(), all: () => [{ sequence: 1, operations }] });
  const lines = mergedLines({ snapshot, state });
  expect(read).toEqual([]);
  const seen: [id: string, readSoFar: string][] = [];
  for (const { id } of lines) seen.push([id, read.join(" ")]);
  expect(seen).toEqual([
    ["t-0", "t-0"],
    ["t-1", "t-0"],
    ["t-2", "t-0 t-2"],
    ["t-3", "t-0 t-2"],
    ["t-4", "t-0 t-2 t-4"],
  ]);
});
