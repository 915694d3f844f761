import { BzError } from "../model/errors";

/** What a caller may forbid itself. */
export interface WritePermission {
  /** Nothing on the disk is to be changed by this call. */
  readonly readonly?: boolean | undefined;
}

/**
 * Asked where a change begins, before anything is locked or made.
 * @throws BzError WRITE_REFUSED
 */
export function refuseWhenReadonly({ readonly }: WritePermission): void {
  if (readonly !== true) return;
  throw new BzError("WRITE_REFUSED", "--readonly forbids this call to change anything", {
    hint: "nothing was changed; leave --readonly out if it is meant to be",
  });
}
