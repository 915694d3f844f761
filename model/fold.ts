/**
 * Text as it is compared by whoever looks for something: capitals, accents and compatibility forms make no difference (`É`, `é`
 * and `e`; `ﬁ` and `fi`; `Σ`, `σ` and `ς`; `ß` and `ss`).
 */
export function fold(text: string): string {
  return text.toLowerCase().replace(foreign, foldRun);
}

/**
 * Where each unit of the folded text comes from: the place in the original of the character that it was folded from, and at its
 * end the original's length. One character may become several, or none.
 */
export function foldedPlaces(text: string): Uint32Array {
  const places: number[] = [];
  let at = 0;
  for (const character of text) {
    for (let unit = fold(character).length; unit > 0; unit--) places.push(at);
    at += character.length;
  }
  return Uint32Array.from([...places, at]);
}

const foreign = /[\u0080-\u{10ffff}]+/gu;
/** Accents as characters of their own. Other marks stay: in many scripts they are what tells two words apart. */
const accents = /[\u0300-\u036f]/g;
const folded = new Map<string, string>();

/** Mostly one character: a dash, a quotation mark, an accented letter. */
function foldRun(run: string): string {
  return run.length === 1 ? foldCharacter(run) : [...run].map(foldCharacter).join("");
}

function foldCharacter(character: string): string {
  const known = folded.get(character);
  if (known !== undefined) return known;
  const plain = character.normalize("NFKD").replace(accents, "").toUpperCase().toLowerCase();
  // A lone final sigma is what `toLowerCase` makes of it at the end of a word.
  const result = plain === "ς" ? "σ" : plain;
  folded.set(character, result);
  return result;
}
