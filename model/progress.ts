/** Told of long work while it goes on: what is being done, and how far that is. */
export type OnProgress = (step: string, done?: number, total?: number) => void;

/** The same items, and word of each to whoever wants to know. */
export function counted<Item>(
  items: Iterable<Item>,
  step: string,
  total: number,
  onProgress: OnProgress | undefined,
): Iterable<Item> {
  return onProgress === undefined ? items : counting(items, step, total, onProgress);
}

function* counting<Item>(
  items: Iterable<Item>,
  step: string,
  total: number,
  onProgress: OnProgress,
): Generator<Item> {
  let done = 0;
  for (const item of items) {
    onProgress(step, done, total);
    yield item;
    done += 1;
  }
}
