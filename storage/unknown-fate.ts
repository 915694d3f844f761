import { BzError } from "../model/errors";
import type { SystemCallError } from "../native/errno";
import { storageError } from "./failure";

/** Of a frame that is durable and could not be confirmed. */
const unknownFate = "Whether the change was saved is not known: look before you repeat it.";

/** Somebody removed the lock file while we held it: another writer may have taken the new one for the same position of the log. */
export function replacedLock(path: string): BzError {
  return new BzError(
    "LOCK_FAILED",
    `${path} was removed or replaced while this command held it. ${unknownFate}`,
    {
      hint: "The lock file is never removed by bz, and must not be by anyone else.",
      context: { file: path },
    },
  );
}

/** The status page could not be written. */
export function unconfirmed(error: SystemCallError): BzError {
  return storageError(unknownFate, error);
}
