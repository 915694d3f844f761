/**
 * The text of a unit of the fast path without what takes the engine long when it does it for the first time in a process (instructions, Bun 1.4.5): `Math` and `performance`,
 * objects that are made when a function that mentions them is first called, 110,000 and 140,000; a private name 5,800, which a plain one does not take; and a field that is declared before it is
 * set 1,800. Types have been checked by then, so that nobody can tell the difference.
 */
export function cheapAtFirstUse(text: string): string {
  return [...shadows(text), withoutPrivateNames(text)].join("\n");
}

/** Declarations in front of the text, of what it would else take from the global object. */
function shadows(text: string): string[] {
  const used = new Set(Array.from(text.matchAll(/\bMath\.(\w+)/g), ([, name = ""]) => name));
  const members = [...used].map((name) => {
    const member = plainMath[name as keyof typeof plainMath];
    if (member === undefined) throw new Error(`a unit uses Math.${name}, which is not known here`);
    return `${name}: ${member}`;
  });
  const lines = members.length === 0 ? [] : [`const Math = { ${members.join(", ")} };`];
  if (/\bperformance\.now\(\)/.test(text))
    lines.push("const performance = { now: () => Bun.nanoseconds() / 1e6 };");
  return lines;
}

/** As the engine's, but for the sign of zero. Mostly two numbers are compared, and parts cut off small ones. */
export const plainMath = {
  max: (one = Number.NEGATIVE_INFINITY, other = Number.NEGATIVE_INFINITY, ...more: number[]): number => {
    // The sum of NaN and whatever.
    let greatest = one >= other ? one : one < other ? other : one + other;
    if (more.length > 0)
      for (const value of more) if (value > greatest || Number.isNaN(value)) greatest = value;
    return greatest;
  },
  min: (one = Number.POSITIVE_INFINITY, other = Number.POSITIVE_INFINITY, ...more: number[]): number => {
    let least = one <= other ? one : one > other ? other : one + other;
    if (more.length > 0) for (const value of more) if (value < least || Number.isNaN(value)) least = value;
    return least;
  },
  floor: (value: number): number => {
    const whole = value | 0;
    const rest = value - whole;
    if (rest >= 0 && rest < 1) return whole;
    const part = value % 1;
    // Of what is infinite it is NaN.
    if (part >= 0) return value - part;
    return part < 0 ? value - part - 1 : value;
  },
  ceil: (value: number): number => {
    const whole = value | 0;
    const rest = value - whole;
    if (rest <= 0 && rest > -1) return whole;
    const part = value % 1;
    if (part <= 0) return value - part;
    return part > 0 ? value - part + 1 : value;
  },
  round: (value: number): number => {
    const part = value % 1;
    const whole = value - part;
    if (part >= 0.5) return whole + 1;
    if (part < -0.5) return whole - 1;
    return Number.isNaN(part) ? value : whole;
  },
  imul: (one: number, other: number): number =>
    ((one & 0xffff) * other + ((((one >>> 16) * other) & 0xffff) << 16)) | 0,
  abs: (value: number): number => (value < 0 ? -value : value),
  sqrt: (value: number): number => (value < 0 ? Number.NaN : value ** 0.5),
  clz32: (value: number): number => {
    let count = 32;
    for (let left = value >>> 0; left !== 0; left >>>= 1) count -= 1;
    return count;
  },
};

function withoutPrivateNames(text: string): string {
  const names = new Set(Array.from(text.matchAll(privateMember), ([, name = ""]) => name));
  const plain = text
    .replace(privateMember, (declared, name) => declared.replace(`#${name}`, `$${name}`))
    .replace(privateUse, (_, name) => `$${name}`)
    .replace(declaredOnly, "");
  for (const name of names)
    if (plain.includes(`#${name}`)) throw new Error(`#${name} is written in a way that is not known here`);
  return plain;
}

/** On a line of its own in a class, as the bundler writes it. */
const privateMember = /^(?: {2})+(?:static |async |get |set |\*)*#(\w+)/gm;
const privateUse = /(?<=[\w$)\]]\??\.)#(\w+)/g;
const declaredOnly = /^(?: {2})+(?!return;|break;|continue;)[\w$]+;\n/gm;
