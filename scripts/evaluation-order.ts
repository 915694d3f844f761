import { isFunction, nameOf, type Syntax } from "./syntax";

/** Where a call stands in a text. */
export interface Surroundings {
  parentOf(node: Syntax): Syntax | undefined;
  /** Whether a name stands for the same value as long as it is seen. */
  isFixed(name: string): boolean;
}

/** An expression, what is evaluated before it in its statement and may matter, and the part of the statement that it is evaluated in. */
export interface Standing {
  readonly statement: Syntax;
  /** What may be evaluated instead of it: it stands in one of the branches. */
  readonly choice?: Syntax;
  /** Evaluated before it, or before the choice. */
  readonly before: readonly Syntax[];
  /** Where the part ends. */
  readonly end: number;
}

/**
 * How an expression can be evaluated before its statement instead, with nothing else in another order.
 * @returns undefined where that cannot be
 */
export function standingOf(expression: Syntax, around: Surroundings): Standing | undefined {
  let before: Syntax[] = [];
  let choice: Syntax | undefined;
  let child = expression;
  for (;;) {
    const node = around.parentOf(child);
    if (node === undefined) return undefined;
    const head = headOf(node);
    if (head !== undefined)
      return head === child
        ? { statement: node, before, end: head.end, ...(choice === undefined ? {} : { choice }) }
        : undefined;
    const operands = operandsBefore(node, child, around);
    if (operands === undefined) return undefined;
    if (operands === "choice") {
      choice = node;
      before = [];
    } else {
      const mattering = operands.filter((each) => !isInert(each, around));
      if (mattering.some((each) => each.type === "SpreadElement")) return undefined;
      before = [...mattering, ...before];
    }
    child = node;
  }
}

/** Of a statement, what is evaluated first and once. */
function headOf(node: Syntax): Syntax | undefined {
  switch (node.type) {
    case "ExpressionStatement":
      return node.expression as Syntax;
    case "ReturnStatement":
    case "ThrowStatement":
      return node.argument as Syntax;
    case "IfStatement":
      return node.test as Syntax;
    case "SwitchStatement":
      return node.discriminant as Syntax;
    case "ForOfStatement":
    case "ForInStatement":
      return node.await === true ? undefined : (node.right as Syntax);
    case "VariableDeclaration":
      return (node.declarations as Syntax[])[0];
    case "ArrowFunctionExpression":
      return node.body as Syntax;
    default:
      return undefined;
  }
}

/** What an expression evaluates before one of its parts, which may be done before the whole of it; undefined where that may not be. */
function operandsBefore(
  node: Syntax,
  child: Syntax,
  around: Surroundings,
): readonly Syntax[] | "choice" | undefined {
  const { object, property, left, right, callee } = node as Record<string, Syntax>;
  switch (node.type) {
    case "ChainExpression":
    case "SpreadElement":
      return [];
    case "UnaryExpression":
      return node.operator === "delete" ? undefined : [];
    case "VariableDeclarator":
      return child === node.init ? [] : undefined;
    case "MemberExpression":
      // Of what may be no object nothing is evaluated behind it.
      if (child === property && node.optional !== true && object && isName(object)) return [object];
      return child === object ? [] : undefined;
    case "BinaryExpression":
      return child === left || left === undefined ? [] : [left];
    case "LogicalExpression":
      return child === left ? [] : "choice";
    case "ConditionalExpression":
      return child === node.test ? [] : "choice";
    case "CallExpression":
    case "NewExpression":
      if (child === callee) return [];
      if (
        node.optional === true ||
        callee === undefined ||
        !(callee.type === "Identifier" || isBuiltIn(callee))
      )
        return undefined;
      return [callee, ...listBefore(node.arguments, child)];
    case "ArrayExpression":
      return listBefore(node.elements, child);
    case "SequenceExpression":
      return listBefore(node.expressions, child);
    case "TemplateLiteral":
      return (node.expressions as Syntax[])[0] === child ? [] : undefined;
    case "Property":
      return child === node.value && node.computed !== true ? [] : undefined;
    case "ObjectExpression":
      return valuesOf(listBefore(node.properties, child));
    case "AssignmentExpression":
      if (child !== right || left === undefined) return undefined;
      if (left.type !== "Identifier" && !isPlainMember(left, around)) return undefined;
      if (node.operator === "=") return [];
      return /^(?:\?\?|&&|\|\|)=$/.test(String(node.operator)) ? "choice" : undefined;
    default:
      return undefined;
  }
}

function listBefore(nodes: unknown, child: Syntax): Syntax[] {
  const list = nodes as (Syntax | null)[];
  return list.slice(0, list.indexOf(child)).filter((each) => each !== null);
}

function valuesOf(properties: readonly Syntax[]): Syntax[] | undefined {
  if (properties.some((each) => each.type === "Property" && each.computed === true)) return undefined;
  return properties.map((each) => (each.type === "Property" ? (each.value as Syntax) : each));
}

function isPlainMember(node: Syntax, around: Surroundings): boolean {
  return node.type === "MemberExpression" && node.computed !== true && isInert(node.object as Syntax, around);
}

function isName(node: Syntax): boolean {
  return /^(?:Identifier|ThisExpression)$/.test(node.type);
}

/** Whether nobody can tell when it is evaluated. */
function isInert(node: Syntax, around: Surroundings): boolean {
  return isFunction(node) || node.type === "ThisExpression" || isBuiltIn(node) || isConstant(node, around);
}

/** A function of the language's own objects, which nobody exchanges. */
function isBuiltIn({ type, object, property, computed }: Syntax): boolean {
  if (type !== "MemberExpression" || computed === true) return false;
  const { type: objectType, name } = object as Syntax;
  return (
    objectType === "Identifier" && builtIns.has(String(name)) && (property as Syntax).type === "Identifier"
  );
}

const builtIns = new Set(["Array", "JSON", "Math", "Number", "Object", "String"]);

/** Whether it is the same value wherever it stands, and nothing but a name or a literal. */
export function isConstant(node: Syntax, around: Surroundings): boolean {
  if (node.type === "Literal") return node.regex === undefined;
  if (node.type === "UnaryExpression")
    return /^(?:-|!|void)$/.test(String(node.operator)) && (node.argument as Syntax).type === "Literal";
  return node.type === "Identifier" && nameOf(node) !== "arguments" && around.isFixed(nameOf(node));
}
