/**
 * The same function, which keeps what it made of the last lines: whoever takes in a line asks for it, and for those that it is compared with, several times. Kept are at least
 * the last two million characters of lines, which is the changes of some hundred issues, and at most twice as many.
 */
export function keepingRecent<T extends object>(make: (line: string) => T): (line: string) => T {
  // Forgotten all at once: a map that one by one is taken from at its front is searched through all that was taken, each time.
  let older = new Map<string, T>();
  let recent = new Map<string, T>();
  let length = 0;
  return (line) => {
    const known = recent.get(line) ?? older.get(line);
    if (known !== undefined) return known;
    const made = make(line);
    if (line.length > limit) return made;
    if (length + line.length > limit) {
      older = recent;
      recent = new Map();
      length = 0;
    }
    recent.set(line, made);
    length += line.length;
    return made;
  };
}

/** In characters. */
const limit = 1 << 21;
