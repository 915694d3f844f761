import { onDemand } from "../model/on-demand";

/**
 * Characters that change what a terminal does or what a reader believes to see: controls, line and paragraph separators,
 * bidirectional marks, invisible and zero-width characters, tags, lone surrogates.
 */
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is what this is for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

/** Nearly all there is; the other expression takes far longer to be made. */
const plain = /^[ -~]*$/;
const plainLines = /^[\n -~]*$/;

/** What JSON.stringify leaves raw although a terminal or a line reader acts on it. */
const unsafeInJson = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A zero-width joiner between two pictures is how one emoji is spelled (a family, a profession); it hides nothing. */
const joiner = "\u200d";
const endsWithPicture = /[\p{Extended_Pictographic}\p{Emoji_Modifier}]\ufe0f?$/u;
const startsWithPicture = /^\p{Extended_Pictographic}/u;

const shortNames = onDemand(
  (): ReadonlyMap<string, string> =>
    new Map([
      ["\n", "\\n"],
      ["\r", "\\r"],
      ["\t", "\\t"],
    ]),
);

/** Stored text for one line of a screen: nothing in it moves the cursor, hides or reorders what stands beside it. */
export function escapeText(text: string): string {
  if (plain.test(text)) return text;
  return text.replace(unsafe, (character, at: number) => escapeCharacter(character, text, at));
}

/** The same for text of several lines: line ends and tabs stay. */
export function escapeLines(text: string): string {
  if (plainLines.test(text)) return text;
  return text
    .replaceAll("\r\n", "\n")
    .replace(unsafe, (character, at: number) =>
      character === "\n" || character === "\t" ? character : escapeCharacter(character, text, at),
    );
}

/** JSON text that is safe to print and to split into lines, and means the same. */
export function escapeJson(json: string): string {
  return json.replace(unsafeInJson, escapeUnit);
}

/** As JSON spells a character that it does not hold raw. */
export function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function escapeCharacter(character: string, text: string, at: number): string {
  if (character === joiner && joinsPictures(text, at)) return character;
  const named = shortNames().get(character);
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}

function joinsPictures(text: string, at: number): boolean {
  return (
    endsWithPicture.test(text.slice(Math.max(0, at - 3), at)) &&
    startsWithPicture.test(text.slice(at + 1, at + 3))
  );
}
