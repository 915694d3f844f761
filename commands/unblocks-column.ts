import type { ExtraColumn } from "../output/issue-list";

/** What `ready` says of its issues beside the usual: how many others each of them unblocks. */
export function unblocksColumn(unblocks: (id: string) => number): ExtraColumn {
  return {
    heading: "UNBLOCKS",
    cell: ({ id }) => (unblocks(id) === 0 ? "" : String(unblocks(id))),
    phrase: ({ id }) => unblocksPhrase(unblocks(id)),
  };
}

export function unblocksPhrase(count: number): string {
  return count === 0 ? "" : `unblocks ${count}`;
}
