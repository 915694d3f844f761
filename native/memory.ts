/**
 * Gives back what nobody holds any more, which the engine does by itself only once it has asked the system for about twice as much. Until the event loop has turned, the
 * results of what was awaited are held: of an import, hundreds of megabytes.
 */
export async function collectGarbage(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  Bun.gc(true);
}
