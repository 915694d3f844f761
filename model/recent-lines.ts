/**
 * The same function, which keeps what it made of the last lines: whoever takes in a line asks for it, and for those that it is compared with, several times. Kept are
 * lines of a million characters in all.
 */
export function keepingRecent<T>(make: (line: string) => T): (line: string) => T {
  const recent = new Map<string, { readonly made: T }>();
  let length = 0;
  return (line) => {
    const known = recent.get(line);
    if (known !== undefined) return known.made;
    const made = make(line);
    if (line.length > limit) return made;
    recent.set(line, { made });
    length += line.length;
    if (length <= limit) return made;
    for (const oldest of recent.keys()) {
      if (length <= limit) break;
      recent.delete(oldest);
      length -= oldest.length;
    }
    return made;
  };
}

/** In characters. */
const limit = 1 << 20;
