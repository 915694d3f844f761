import type { Edge } from "./model";

/** Who runs a command line. */
export interface Hand {
  readonly actor: string;
  readonly session?: string | undefined;
}

export type Deed =
  | Creation
  | ({ readonly do: "update"; readonly id: string } & Edits)
  | {
      readonly do: "close";
      readonly ids: readonly string[];
      readonly reason?: string | undefined;
      readonly force: boolean;
    }
  | { readonly do: "reopen" | "undelete" | "undefer"; readonly id: string }
  | {
      readonly do: "delete";
      readonly ids: readonly string[];
      readonly how?: "force" | "cascade" | "hard" | undefined;
    }
  | { readonly do: "claim" | "release"; readonly id: string; readonly force: boolean }
  | { readonly do: "defer"; readonly id: string; readonly until?: string | undefined }
  | { readonly do: "comment"; readonly id: string; readonly text: string }
  /** `at`: which comment of the issue, counted from 0. */
  | { readonly do: "edit-comment"; readonly id: string; readonly at: number; readonly text: string }
  | { readonly do: "delete-comment"; readonly id: string; readonly at: number }
  | { readonly do: "label"; readonly verb: "add" | "remove"; readonly id: string; readonly label: string }
  | { readonly do: "depend"; readonly id: string; readonly edge: Edge }
  | {
      readonly do: "release-edge";
      readonly id: string;
      readonly on: string;
      readonly type?: string | undefined;
    }
  | { readonly do: "remember"; readonly key: string; readonly text: string }
  | { readonly do: "forget"; readonly key: string }
  | { readonly do: "next" | "compact" | "doctor" | "sync" | "backup" | "restore" }
  /** Somebody looks; that alone is worth it only where another one is in the middle of a change, or comes in between. */
  | { readonly do: "look" }
  /** So many of one's own changes, or all of them but the first `butFirst` transactions of the whole log. */
  | { readonly do: "undo"; readonly count?: number | undefined; readonly butFirst?: number | undefined }
  | { readonly do: "batch"; readonly lines: readonly Deed[]; readonly isAtomic: boolean }
  | { readonly do: "add-batch"; readonly drafts: readonly Creation[] }
  | { readonly do: "import"; readonly line: Creation; readonly dialect: string; readonly status: string }
  /** No command: a day goes by. */
  | { readonly do: "sleep" };

export interface Creation {
  readonly do: "create";
  readonly id: string;
  readonly title: string;
  readonly priority: number;
  readonly type: string;
  readonly label?: string | undefined;
  readonly edge?: Edge | undefined;
  readonly parent?: string | undefined;
  readonly until?: string | undefined;
}

export interface Edits {
  readonly title?: string | undefined;
  readonly priority?: number | undefined;
  readonly type?: string | undefined;
  readonly status?: string | undefined;
  /** "": nobody. */
  readonly assignee?: string | undefined;
  readonly notes?: string | undefined;
  /** "": none. */
  readonly parent?: string | undefined;
  readonly edge?: Edge | undefined;
  readonly addLabel?: string | undefined;
  readonly claim?: boolean | undefined;
  readonly version?: "known" | "stale" | undefined;
  /** The version that either of them means, once it is asked for. */
  readonly expected?: number | undefined;
}

export interface Step {
  readonly by: Hand;
  readonly deed: Deed;
  readonly seam?: Seam | undefined;
}

/** Somebody else's whole command, run in the middle of this one: in front of its first try for the lock, or of the call of that number of the file system. */
export interface Seam {
  readonly at: "lock" | number;
  readonly by: Hand;
  readonly deed: Deed;
}
