import { BzError } from "../model/errors";
import { issueOf, type Operation } from "../model/operation";
import { SystemCallError } from "../native/errno";

/** What a reader fails with after a change that would leave an issue which nobody can read, unless it was not for the change. */
export function unreadableAfter(id: string, error: unknown): Error {
  if (error instanceof SystemCallError || (error instanceof BzError && error.code === "CORRUPT"))
    return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new BzError("INTERNAL", `bz has a defect: ${id} could not be read after this change (${reason})`, {
    hint: "nothing was written; please report it with the command line",
    context: { id },
    cause: error,
  });
}

/** One that would leave a log which nobody can read. */
export function unreadableForm(operation: Operation): Error {
  const error = new Error(`a "${operation.op}" has another form`);
  return unreadableAfter(issueOf(operation) ?? "nothing", error);
}
