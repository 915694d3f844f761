import { BzError } from "../model/errors";
import { isInSync } from "../model/face-status";
import { escapeText } from "../output/escape";
import { formatFaceStatus } from "../output/face-status";
import type { Result } from "../output/result";
import type { Store } from "../storage/store";
import { defineBz } from "./command";
import type { Context } from "./context";

export const command = defineBz({
  meta: {
    name: "sync",
    description:
      "Makes the store and issues.jsonl, the file that travels with git, agree: takes in what others wrote into the file, merges it field by field, and writes the result. An edit made elsewhere is never overwritten unseen, and a closed issue is not reopened by an older line. Never runs git. It can be run at any time; mutations keep the file up to date by themselves (setting sync.auto_flush).",
  },
  args: () => ({
    merge: {
      type: "boolean",
      description:
        "What is done without a flag, too: take in, merge, write; also a file with git's conflict markers",
    },
    "import-only": { type: "boolean", description: "Take in what others wrote; leave the file as it is" },
    "flush-only": {
      type: "boolean",
      description:
        "Write the file, but leave alone one that git left in a conflict or whose last line is cut off",
    },
    status: { type: "boolean", description: "Say what differs and what `bz sync` will do; change nothing" },
    check: { type: "boolean", description: "The same, and exit with 1 when anything differs" },
  }),
  answer: "sync-report",
  examples: ["bz sync && git add .beads/issues.jsonl", "bz sync --status", "bz sync --check"],
  async run(context, args) {
    const modes = Object.entries(args).filter(([, isGiven]) => isGiven === true);
    if (modes.length > 1)
      throw new BzError("USAGE", `--${modes[0]?.[0]} and --${modes[1]?.[0]} exclude each other`, {
        hint: "Run them one after the other.",
      });
    if (args.status === true || args.check === true) return answerStatus(context, args.check === true);
    if (args["import-only"] === true) return takeIn(context);
    if (args["flush-only"] === true) await refuseUnfinished(context.store);
    return writeFace(context);
  },
});

async function answerStatus(context: Context, isCheck: boolean): Promise<Result> {
  const status = await context.store.faceStatus();
  const isEqual = isInSync(status);
  const differs = new BzError("FACE_DIFFERS", "The store and issues.jsonl differ.", {
    hint: "`bz sync` makes them agree.",
    context: { file: status.path },
  });
  return {
    data: () => ({
      in_sync: isEqual,
      path: status.path,
      has_file: status.hasFace,
      has_store: status.hasStore,
      to_take_in: [...status.toTakeIn],
      to_write: [...status.toWrite],
      conflict_markers: [...status.conflictMarkers],
      unreadable_lines: [...status.unreadable],
      duplicate_ids: [...status.duplicates],
      torn_line: status.tornLine ?? null,
      displaced_files: [...status.displaced],
      git_operation: status.gitOperation ?? null,
      sequence: status.sequence,
      exported_sequence: status.exportedSequence ?? null,
    }),
    text: ({ style }) => formatFaceStatus(status, style),
    ids: [...new Set([...status.toTakeIn, ...status.toWrite])].sort(),
    ...(isCheck && !isEqual ? { failures: [differs] } : {}),
  };
}

async function takeIn(context: Context): Promise<Result> {
  const { changedIds } = context.store.takeIn(context.transaction());
  return {
    data: () => ({ outcome: changedIds.length === 0 ? "unchanged" : "taken_in", taken_in: [...changedIds] }),
    text: () =>
      changedIds.length === 0
        ? "issues.jsonl holds nothing that the store does not\n"
        : `Took in ${count(changedIds.length, "issue")}: ${shown(changedIds)}\n`,
    ids: changedIds,
    saved: changedIds,
  };
}

async function writeFace(context: Context): Promise<Result> {
  const report = await context.store.sync(context.transaction());
  const {
    outcome,
    path,
    issues,
    bytes,
    carriedOver,
    unreadable,
    tornLineCopy,
    sequence,
    takenIn: ids,
  } = report;
  return {
    data: () => ({
      outcome,
      path,
      issues,
      bytes,
      taken_in: [...ids],
      carried_over: carriedOver,
      unreadable_lines: [...unreadable],
      torn_line_copy: tornLineCopy ?? null,
      sequence,
    }),
    text: () => {
      const taken = ids.length === 0 ? "" : `Took in ${count(ids.length, "issue")}: ${shown(ids)}\n`;
      const verb = outcome === "unchanged" ? "is up to date with" : "now holds";
      return `${taken}${escapeText(path)} ${verb} ${count(issues, "issue")}\n`;
    },
    ids: [],
    warnings: warningsOn(report),
  };
}

/** What automatic exports leave alone, too. */
async function refuseUnfinished(store: Store): Promise<void> {
  const { conflictMarkers, tornLine, path } = await store.faceStatus();
  const [marker] = conflictMarkers;
  if (marker === undefined && tornLine === undefined) return;
  const what =
    marker === undefined
      ? `its last line (${tornLine}) is cut off`
      : `git left a conflict in it, first on line ${marker}`;
  throw new BzError("CONFLICT_MARKERS", `${path}: ${what}. It was left as it is.`, {
    hint: "`bz sync` merges the lines of both sides and writes the result; nothing of them is lost.",
    context: { file: path, line: marker ?? tornLine ?? 0 },
  });
}

function warningsOn({ path, unreadable, tornLineCopy }: Awaited<ReturnType<Store["sync"]>>): string[] {
  const warnings: string[] = [];
  if (unreadable.length > 0)
    warnings.push(
      `${path}: line ${shown(unreadable)} cannot be read and was kept as it is; correct it by hand`,
    );
  if (tornLineCopy !== undefined)
    warnings.push(`${path}: the last line was cut off and could not be read; it is kept as ${tornLineCopy}`);
  return warnings;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

function shown(items: readonly (string | number)[]): string {
  const first = items.slice(0, mostShown).map((item) => escapeText(String(item)));
  return `${first.join(", ")}${items.length > mostShown ? ", ..." : ""}`;
}

const mostShown = 10;
