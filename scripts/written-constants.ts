import {
  childrenOf,
  type Edit,
  isVariable,
  nameOf,
  namesSetIn,
  parseBody,
  type Syntax,
  withEdits,
} from "./syntax";

/**
 * The body of a function with each number and text at its top, to which the sources give a name, written where it is used: to read the name takes the engine 470 instructions at each
 * place (Bun 1.4.5). Each name is to stand for one thing.
 */
export function withConstantsWritten(body: string): string {
  const statements = parseBody(body);
  const set = namesSetIn(statements);
  const written = new Map<string, string>();
  const edits: Edit[] = [];
  for (const { type, declarations, start, end } of statements) {
    const [only, ...others] = type === "VariableDeclaration" ? (declarations as Syntax[]) : [];
    const { id, init } = (only ?? {}) as { id?: Syntax; init?: Syntax };
    if (others.length > 0 || id?.type !== "Identifier" || !init || set.has(nameOf(id)) || !isWritten(init))
      continue;
    written.set(nameOf(id), body.slice(init.start, init.end));
    edits.push([start, end, ""]);
  }
  if (written.size === 0) return body;
  const look = (parent: Syntax): void => {
    for (const node of childrenOf(parent)) {
      const value = isVariable(node, parent) ? written.get(nameOf(node)) : undefined;
      if (value === undefined || parent.id === node) look(node);
      else
        edits.push([
          node.start,
          node.end,
          parent.shorthand === true ? `${nameOf(node)}: (${value})` : `(${value})`,
        ]);
    }
  };
  for (const each of statements) if (!edits.some(([start]) => start === each.start)) look(each);
  // What one of them is made of may be another.
  return withConstantsWritten(withEdits(body, edits));
}

function isWritten(node: Syntax): boolean {
  if (node.type === "Literal") return /^(?:number|string)$/.test(typeof node.value);
  if (node.type === "UnaryExpression") return node.operator === "-" && isWritten(node.argument as Syntax);
  return (
    node.type === "BinaryExpression" &&
    /^(?:[-+*|&]|<<)$/.test(String(node.operator)) &&
    isWritten(node.left as Syntax) &&
    isWritten(node.right as Syntax)
  );
}
