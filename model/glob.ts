/**
 * Whether a text fits a pattern in which `*` stands for anything and `?` for one character. Walks on instead of trying every way,
 * so that no pattern takes long.
 */
export function fitsGlob(text: string, pattern: string): boolean {
  let textAt = 0;
  let patternAt = 0;
  let starAt = -1;
  let retryAt = 0;
  while (textAt < text.length) {
    const wanted = pattern[patternAt];
    if (wanted === "*") {
      starAt = patternAt++;
      retryAt = textAt;
    } else if (wanted === "?" || (wanted !== undefined && wanted === text[textAt])) {
      patternAt++;
      textAt++;
    } else if (starAt === -1) {
      return false;
    } else {
      patternAt = starAt + 1;
      textAt = ++retryAt;
    }
  }
  while (pattern[patternAt] === "*") patternAt++;
  return patternAt === pattern.length;
}
