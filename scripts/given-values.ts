import { isConstant } from "./evaluation-order";
import type { Reading } from "./named-functions";
import { type Edit, isWithin, type NewName, nameOf, type Syntax, withEdits } from "./syntax";

/** A piece of a text, with what stands for names in it. */
export function withValues(
  node: Syntax,
  values: ReadonlyMap<string, string>,
  edits: readonly Edit[],
  { text, places, parentOf }: Reading,
): string {
  const all = [...edits];
  for (const [name, value] of values)
    for (const each of places.get(name) ?? []) {
      if (!isWithin(each, node)) continue;
      all.push([each.start, each.end, parentOf(each)?.shorthand === true ? `${name}: ${value}` : value]);
    }
  return withEdits(
    text.slice(node.start, node.end),
    all.map(([start, end, other]) => [start - node.start, end - node.start, other]),
  );
}

/** What a function is given: names that stand for what is the same anywhere, and what is evaluated before its body. */
export function givenTo(
  callee: Syntax,
  call: Syntax,
  reading: Reading,
  newName: NewName,
): { lines: string[]; values: Map<string, string> } {
  const { text } = reading;
  const textOf = ({ start, end }: Syntax): string => text.slice(start, end);
  const [params, given] = [callee.params as Syntax[], call.arguments as Syntax[]];
  const evaluated: string[] = [];
  const then: string[] = [];
  const values = new Map<string, string>();
  for (const [index, param] of params.entries()) {
    const value = given[index];
    const isSame = value === undefined || isConstant(value, reading);
    const valueText = value === undefined ? "undefined" : textOf(value);
    if (param.type === "Identifier") {
      const name = nameOf(param);
      if (isSame && reading.isFixed(name)) values.set(name, inBrackets(value, valueText));
      else evaluated.push(`let ${name} = (${valueText});`);
    } else if (param.type === "AssignmentPattern") {
      const name = nameOf(param.left as Syntax);
      const usual = withValues(param.right as Syntax, values, [], reading);
      if (value === undefined) then.push(`let ${name} = ${usual};`);
      else {
        evaluated.push(`let ${name} = (${valueText});`);
        then.push(`if (${name} === undefined) ${name} = ${usual};`);
      }
    } else if (value && membersOf(param, value) !== undefined) {
      for (const { name, value: each } of membersOf(param, value) ?? [])
        evaluated.push(name === undefined ? `(${textOf(each)});` : `let ${name} = ${textOf(each)};`);
    } else if (isSame) then.push(`let ${withValues(param, values, [], reading)} = (${valueText});`);
    else {
      const name = newName("given");
      evaluated.push(`const ${name} = (${valueText});`);
      then.push(`let ${withValues(param, values, [], reading)} = ${name};`);
    }
  }
  for (const each of given.slice(params.length)) evaluated.push(`(${textOf(each)});`);
  return { lines: [...evaluated, ...then], values };
}

function inBrackets(value: Syntax | undefined, text: string): string {
  return value === undefined || value.type === "Identifier" ? text : `(${text})`;
}

/** A function that returns one expression, as that expression, where what it is given is the same anywhere. */
export function asExpression(callee: Syntax, call: Syntax, reading: Reading): string | undefined {
  const params = callee.params as Syntax[];
  const given = call.arguments as Syntax[];
  if (given.length > params.length || !given.every((each) => isConstant(each, reading))) return undefined;
  if (!params.every((each) => each.type === "Identifier" && reading.isFixed(nameOf(each)))) return undefined;
  const { type, body } = callee.body as Syntax;
  const [only, ...others] = type === "BlockStatement" ? (body as Syntax[]) : [];
  const returned = type === "BlockStatement" ? only?.argument : callee.body;
  if (others.length > 0 || !returned || (only && only.type !== "ReturnStatement")) return undefined;
  // What is called or tagged as a member would be given the object.
  if (/^(?:Member|Chain)Expression$/.test((returned as Syntax).type) && isNamedPlace(call, reading))
    return undefined;
  const values = new Map(
    params.map((each, index) => {
      const value = given[index];
      const text = value === undefined ? "undefined" : reading.text.slice(value.start, value.end);
      return [nameOf(each), inBrackets(value, text)];
    }),
  );
  return `(${withValues(returned as Syntax, values, [], reading)})`;
}

function isNamedPlace(node: Syntax, reading: Reading): boolean {
  const parent = reading.parentOf(node);
  return parent?.callee === node || parent?.tag === node || parent?.operator === "delete";
}

/** What an object is made of that nobody sees but who takes it apart, in the order in which it is made. */
function membersOf(
  pattern: Syntax,
  object: Syntax,
): { name: string | undefined; value: Syntax }[] | undefined {
  if (pattern.type !== "ObjectPattern" || object.type !== "ObjectExpression") return undefined;
  const nameOfKey = (property: Syntax): string | undefined => {
    const isPlain = property.kind === "init" && property.computed !== true && property.method !== true;
    return isPlain && (property.key as Syntax).type === "Identifier"
      ? nameOf(property.key as Syntax)
      : undefined;
  };
  const wanted = new Map<string | undefined, Syntax>();
  for (const each of pattern.properties as Syntax[]) wanted.set(nameOfKey(each), each.value as Syntax);
  const given = new Set((object.properties as Syntax[]).map(nameOfKey));
  const isPlain =
    wanted.size === (pattern.properties as Syntax[]).length &&
    given.size === (object.properties as Syntax[]).length &&
    !given.has(undefined) &&
    !given.has("__proto__") &&
    [...wanted].every(([key, value]) => given.has(key) && value.type === "Identifier");
  if (!isPlain) return undefined;
  return (object.properties as Syntax[]).map((each) => {
    const name = wanted.get(nameOfKey(each));
    return { name: name && nameOf(name), value: each.value as Syntax };
  });
}
