const digits = "0123456789";

/** Whether that is all a text is, up to `most` of them. In plain words, as nearly every call asks: a regular expression is compiled at its first use in each process. */
export function isDigits(text: string, most: number): boolean {
  if (text === "" || text.length > most) return false;
  for (let at = 0; at < text.length; at += 1) if (!digits.includes(text[at] ?? "")) return false;
  return true;
}
