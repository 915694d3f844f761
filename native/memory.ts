/** Has the engine look for what nobody holds any more, which it does by itself only once it has asked the system for about twice as much. */
export function collectGarbage(): void {
  Bun.gc(true);
}
