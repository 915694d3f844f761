import { parseDate } from "../model/date-input";
import { BzError } from "../model/errors";
import { instantMs } from "../model/time";
import type { Result } from "../output/result";
import { defineBz } from "./command";
import type { Context, TimedView } from "./context";
import { type DeleteRequest, type Deletion, decideDeletion } from "./decisions/delete";
import { type ChangedIssuesResult, changedIssues } from "./issue-reply";
import { readNamedText } from "./named-text";
import { messageAfterSaving } from "./saved-message";

export const command = defineBz({
  meta: {
    name: "delete",
    description:
      "Deletes issues. A tombstone remains, so that the deletion travels to other clones. An issue that others wait for or are part of is refused unless they are deleted by the same call.",
  },
  args: () => ({
    ids: { type: "positional", required: false, repeat: true, description: "The issues" },
    "from-file": {
      type: "string",
      valueHint: "FILE",
      description: "Take the ids from a file, one a line, each whole (# comments; `-` stdin)",
    },
    "closed-before": {
      type: "string",
      valueHint: "DATE",
      description: "All that were closed before DATE, but for pinned ones; `--closed-before=-90d`",
    },
    cascade: { type: "boolean", description: "Delete what depends on them, too" },
    force: { type: "boolean", alias: "f", description: "Delete although others depend on them" },
    hard: { type: "boolean", description: "Remove the text for good, from the log as well" },
    reason: { type: "string", alias: "r", valueHint: "TEXT", text: true, description: "Why" },
    "dry-run": { type: "boolean", description: "Say what would be deleted, delete nothing" },
  }),
  answer: "deleted-issues",
  examples: [
    "bz delete bd-x1y2 --reason 'Created by mistake'",
    "bz delete bd-epic --cascade --dry-run",
    "bz delete --closed-before=-90d --dry-run",
  ],
  async run(context, args) {
    const listed = args["from-file"] === undefined ? [] : await idsIn(args["from-file"], context);
    const texts = [...(args.ids ?? []), ...listed];
    const before = args["closed-before"];
    if (texts.length === 0 && before === undefined)
      throw new BzError("USAGE", "delete needs IDS", { hint: "name issues, or a file with --from-file" });
    if (args.hard === true && args.reason !== undefined) throw reasonOfPurge();
    const request: DeleteRequest = {
      texts,
      listed: new Set(listed),
      closedBeforeMs: before === undefined ? undefined : instantMs(parseDate(before, context.nowMs)),
      reason: args.reason,
      isHard: args.hard === true,
      isCascading: args.cascade === true,
      isForced: args.force === true,
    };
    if (args["dry-run"] === true) return rehearse(context, request);
    const { result, view } = context.write((current, info) => decideDeletion(current, info, request));
    const verb = (id: string) =>
      result.unchanged.has(id) ? "Was deleted already:" : request.isHard ? "Purged" : "Deleted";
    if (!request.isHard || result.done.length === 0) return deletionReply(view, result, verb);
    const { failures, warnings } = await scrub(context, result.done);
    return deletionReply(view, { ...result, failures: [...result.failures, ...failures] }, verb, warnings);
  },
});

async function rehearse(context: Context, request: DeleteRequest): Promise<Result> {
  const info = context.transaction();
  return context.read((view) => {
    const { result } = decideDeletion(view, info, request);
    const reply = deletionReply(view, result, () => "Would delete");
    return { ...reply, data: () => ({ dry_run: true, ...reply.document() }), ids: [], saved: [] };
  });
}

function deletionReply(
  view: TimedView,
  { done, failures, dependents }: Deletion,
  verb: (id: string) => string,
  warnings: readonly string[] = [],
): ChangedIssuesResult {
  const facts = () => ({ dependents: dependents.map((dependent) => ({ ...dependent })) });
  const told = dependents.map(
    ({ id, depends_on_id, type }) => `${id} depended on ${depends_on_id} (${type})`,
  );
  const reply = changedIssues({ view, ids: done, failures, verb, facts, warnings: [...told, ...warnings] });
  // Only a search can find nothing: issues that are named are there, or an error.
  return done.length > 0 || failures.length > 0
    ? reply
    : { ...reply, notes: ["nothing was closed before then"] };
}

/** The text is gone from the state; what sealed parts of the log still hold of it is taken out here. */
async function scrub(
  context: Context,
  ids: readonly string[],
): Promise<{ failures: readonly BzError[]; warnings: readonly string[] }> {
  try {
    const { remaining, staleFaces } = await context.store.scrub(ids);
    const rest = (path: string) =>
      staleFaces.includes(path) ? ": `bz sync` takes it out" : "; bz does not rewrite it";
    return { failures: [], warnings: remaining.map((path) => `${path} still holds the text${rest(path)}`) };
  } catch (error) {
    if (!(error instanceof BzError)) throw error;
    const { code, hint, context: facts } = error;
    const message = messageAfterSaving(error);
    const said = `the issues are purged, but older parts of the log still hold their text: ${message}`;
    return { failures: [new BzError(code, said, { hint, context: facts, cause: error })], warnings: [] };
  }
}

/** One a line; a comment may follow. Anything else is no list of ids, and then nothing of it is deleted. */
async function idsIn(path: string, context: Context): Promise<string[]> {
  const ids: string[] = [];
  for (const [at, line] of (await readNamedText(path, context.world)).split("\n").entries()) {
    const id = line.replace(/(^|\s)#.*/, "").trim();
    if (/[\s,;"']/.test(id)) throw severalInLine(path === "-" ? "stdin" : path, at + 1);
    if (id !== "") ids.push(id);
  }
  if (ids.length === 0)
    throw new BzError("INVALID", `${path} names no issues`, { hint: "write one id a line" });
  return ids;
}

function severalInLine(path: string, line: number): BzError {
  return new BzError("INVALID", `${path}, line ${line}: there is more than an id`, {
    hint: "nothing was deleted; write one id a line, a comment behind #, no quotes or commas",
    context: { line },
  });
}

function reasonOfPurge(): BzError {
  return new BzError("USAGE", "--hard keeps no reason: of a purged issue nothing but its id remains", {
    hint: "leave --reason out",
  });
}
