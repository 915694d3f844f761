import {
  childrenOf,
  type Edit,
  isVariable,
  nameOf,
  namesDeclaredBy,
  nodesIn,
  parseBody,
  type Syntax,
  withEdits,
} from "./syntax";

/**
 * The body of a function with each number at its top, which the sources give a name, written where it is used: to read the name takes the engine 470 instructions at each place
 * (Bun 1.4.5). Each name is to stand for one thing.
 */
export function withConstantsWritten(body: string): string {
  const statements = parseBody(body);
  const set = new Set(statements.flatMap((each) => [...nodesIn(each)]).flatMap((each) => [...namesSetBy(each)]));
  const written = new Map<string, string>();
  const edits: Edit[] = [];
  for (const { type, declarations, start, end } of statements) {
    const [only, ...others] = type === "VariableDeclaration" ? (declarations as Syntax[]) : [];
    const { id, init } = (only ?? {}) as { id?: Syntax; init?: Syntax };
    if (others.length > 0 || id?.type !== "Identifier" || !init || set.has(nameOf(id)) || !isNumber(init)) continue;
    written.set(nameOf(id), body.slice(init.start, init.end));
    edits.push([start, end, ""]);
  }
  if (written.size === 0) return body;
  const look = (parent: Syntax): void => {
    for (const node of childrenOf(parent)) {
      const value = isVariable(node, parent) ? written.get(nameOf(node)) : undefined;
      if (value === undefined || parent.id === node) look(node);
      else
        edits.push([node.start, node.end, parent.shorthand === true ? `${nameOf(node)}: (${value})` : `(${value})`]);
    }
  };
  for (const each of statements) if (!edits.some(([start]) => start === each.start)) look(each);
  // What one of them is made of may be another.
  return withConstantsWritten(withEdits(body, edits));
}

function* namesSetBy({ type, left, argument }: Syntax): Iterable<string> {
  const target = (type === "UpdateExpression" ? argument : left) as Syntax | undefined;
  if (/^(?:AssignmentExpression|UpdateExpression|For(?:In|Of)Statement)$/.test(type) && target)
    if (target.type !== "MemberExpression" && target.type !== "VariableDeclaration") yield* namesDeclaredBy(target);
}

function isNumber(node: Syntax): boolean {
  if (node.type === "Literal") return typeof node.value === "number";
  if (node.type === "UnaryExpression") return node.operator === "-" && isNumber(node.argument as Syntax);
  return (
    node.type === "BinaryExpression" &&
    /^(?:[-+*|&]|<<)$/.test(String(node.operator)) &&
    isNumber(node.left as Syntax) &&
    isNumber(node.right as Syntax)
  );
}
