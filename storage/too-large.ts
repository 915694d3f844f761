import { BzError } from "../model/errors";
import { readMembers } from "../model/json-members";
import { issueOf, type Operation } from "../model/operation";

/** A change of one issue that no reader would take. */
export function operationTooLarge(operation: Operation, limit: number): BzError {
  const id = operation.op === "record" ? operation.key : (issueOf(operation) ?? "the entry");
  const { field, length } = largestField(operation);
  return new BzError(
    "INVALID",
    `${id}: ${field} is too large (${length} bytes of JSON); a change of one issue can have ${limit} bytes. Nothing was saved.`,
    {
      hint: "Keep the text in a file of the repository and name that file in the issue.",
      context: { id, field, bytes: length, limit_bytes: limit },
    },
  );
}

function largestField(operation: Operation): { field: string; length: number } {
  const fields =
    operation.op === "put"
      ? readMembers(operation.line).map(({ key, raw }): [string, string] => [key, raw])
      : Object.entries({ ...operation, ...(operation.op === "change" ? operation.set : {}), set: null }).map(
          ([key, value]): [string, string] => [key, JSON.stringify(value) ?? ""],
        );
  let largest = { field: "", length: -1 };
  for (const [field, text] of fields) {
    const length = Buffer.byteLength(text);
    if (length > largest.length) largest = { field, length };
  }
  return largest;
}

export function transactionTooLarge(count: number, limit: number): BzError {
  return new BzError(
    "INVALID",
    `These ${count} changes are too large for one transaction, which can have ${limit} bytes. Nothing was saved.`,
    { hint: "Make them in several calls; split the file of an import.", context: { limit_bytes: limit } },
  );
}
