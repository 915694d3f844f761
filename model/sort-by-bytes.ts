import { compareBytes } from "./compare";

/** Sorts texts by their UTF-8 bytes. The engine's own order takes a tenth of the time, and is another one where there are surrogates. */
export function sortByBytes(texts: string[]): string[] {
  return surrogates.test(texts.join("")) ? texts.sort(compareBytes) : texts.sort();
}

const surrogates = /[\ud800-\udfff]/;
