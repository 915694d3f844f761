/**
 * The lower 53 bits of the XXH64 of a text in UTF-8. It notices edits and names comments; it does not withstand somebody who looks for collisions, and nothing here
 * depends on that. Bun's own: over the letters of an issue, a loop that runs once takes longer than all the rest of a call.
 */
export function hash53(text: string): number {
  return Number(BigInt.asUintN(53, Bun.hash.xxHash64(text)));
}
