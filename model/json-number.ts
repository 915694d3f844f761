/**
 * The first number in a JSON text that a reader would round or overflow: past 2^53, with too many digits, or beyond 1e308. Undefined when
 * every number keeps its value. Expects a text that JSON.parse accepts.
 */
export function findInexactNumber(text: string): string | undefined {
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at);
    } else if (isDigit(code) || code === minus) {
      const end = endOfNumber(text, at);
      const number = text.slice(at, end);
      if (decimalOf(number) !== decimalOf(String(Number(number)))) return number;
      at = end;
    } else {
      at += 1;
    }
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1;
  return at + 1;
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && (isDigit(text.charCodeAt(at)) || "+-.eE".includes(text.charAt(at)))) at += 1;
  return at;
}

/** One spelling for each decimal value: sign, digits without zeros at either end, exponent. Infinity is none and stays as it is. */
export function decimalOf(number: string): string {
  const match = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(number);
  if (match === null) return number;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const digits = whole + fraction;
  let first = 0;
  while (first < digits.length && digits.charCodeAt(first) === zero) first += 1;
  if (first === digits.length) return "0";
  let last = digits.length;
  while (digits.charCodeAt(last - 1) === zero) last -= 1;
  const power = Number(exponent) - fraction.length + digits.length - last;
  return `${sign}${digits.slice(first, last)}e${power}`;
}

function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}

const quote = 0x22;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;
const backslash = 0x5c;
