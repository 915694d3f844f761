import { type Edit, nameOf, nodesIn, parseBody, type Syntax, withEdits } from "./syntax";

/**
 * The body of a function whose classes set their fields in the constructor. The engine makes a function of what is written beside the members, of which it keeps no bytecode: it is parsed when
 * the first object is made, 15,000 to 30,000 instructions (Bun 1.4.5). Each name is to stand for one thing.
 */
export function withFieldsSet(body: string): string {
  const classes = parseBody(body)
    .flatMap((each) => [...nodesIn(each)])
    .filter(({ type }) => /^Class(?:Declaration|Expression)$/.test(type));
  return withEdits(
    body,
    classes.flatMap((each) => editsOf(each, body)),
  );
}

function editsOf({ superClass, body: block }: Syntax, body: string): Edit[] {
  const members = (block as Syntax).body as Syntax[];
  const fields = members.filter(({ type, static: isStatic }) => type === "PropertyDefinition" && !isStatic);
  // Behind the constructor of another class is where they would belong then.
  if (superClass || fields.length === 0 || !fields.every(isSettable)) return [];
  const texts = fields.map(({ key, value }) => `this.${nameOf(key as Syntax)} = ${textOf(value, body)};`);
  const made = members.find(({ kind }) => kind === "constructor");
  const edits = fields.map(({ start, end }): Edit => [start, end, ""]);
  if (made === undefined) {
    const { start } = block as Syntax;
    edits.push([start + 1, start + 1, `\nconstructor() {\n${texts.join("\n")}\n}\n`]);
  } else {
    const { start } = (made.value as Syntax).body as Syntax;
    edits.push([start + 1, start + 1, `\n${texts.join("\n")}`]);
  }
  return edits;
}

/** What nobody can tell from what is made a little later. */
function isSettable({ key, computed, value }: Syntax): boolean {
  if (computed === true || (key as Syntax).type !== "Identifier" || !value) return false;
  const { type, elements, callee, arguments: given } = value as Syntax;
  if (type === "Literal" || type === "ArrowFunctionExpression") return true;
  if (type === "ArrayExpression") return (elements as Syntax[]).length === 0;
  const isCollection = type === "NewExpression" && /^(?:Map|Set)$/.test(nameOf(callee as Syntax));
  return isCollection && (given as Syntax[]).length === 0;
}

function textOf(value: unknown, body: string): string {
  const { start, end } = value as Syntax;
  return body.slice(start, end);
}
