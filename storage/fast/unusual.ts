/**
 * The fast path knows what nearly every call finds: a store in this directory or above it, of this boot, whole, with a log in one segment, and a face that nobody else has
 * written. Everything else, damage included, is unusual: it gives up having changed nothing, and the whole program does the call from the beginning, and says what there is to say.
 */
export function giveUp(): never {
  throw new Error("the fast path gives up");
}
