import { type Node, parse } from "acorn";

/** A node of the tree that acorn makes of a text (ESTree), and what belongs to its type. */
export type Syntax = Node & Record<string, unknown>;

/** From, to, and what stands there instead. */
export type Edit = readonly [start: number, end: number, text: string];

/** The statements of the body of a function, which may return. */
export function parseBody(body: string): Syntax[] {
  const program = parse(body, {
    ecmaVersion: "latest",
    sourceType: "module",
    allowReturnOutsideFunction: true,
  });
  return program.body as unknown as Syntax[];
}

export function* childrenOf(node: Syntax): Iterable<Syntax> {
  for (const value of Object.values(node))
    for (const each of Array.isArray(value) ? value : [value]) if (isSyntax(each)) yield each;
}

/** A node and all below it, each behind the one that it stands in. */
export function* nodesIn(node: Syntax): Iterable<Syntax> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesIn(child);
}

/** The same without what is in the functions below it. */
export function* ownNodesIn(node: Syntax): Iterable<Syntax> {
  yield node;
  for (const child of childrenOf(node)) if (!isFunction(child)) yield* ownNodesIn(child);
}

export function isFunction(node: Syntax): boolean {
  return /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

export function nameOf(node: Syntax): string {
  return String(node.name);
}

/** The name that a statement at the top declares, the first one of several; undefined where it declares none, or a pattern. */
export function nameAtTop({ id, declarations }: Syntax): string | undefined {
  const named = (id ?? (declarations as Syntax[] | undefined)?.[0]?.id) as Syntax | undefined;
  return named?.type === "Identifier" ? nameOf(named) : undefined;
}

/** Whether a node is an identifier that reads or sets a variable, rather than the name of a member. */
export function isVariable(node: Syntax, parent: Syntax): boolean {
  if (node.type !== "Identifier") return false;
  if (parent.type === "MemberExpression") return parent.property !== node || parent.computed === true;
  if (/^(?:Property|MethodDefinition|PropertyDefinition)$/.test(parent.type))
    return parent.value === node || parent.computed === true;
  return !/^(?:LabeledStatement|BreakStatement|ContinueStatement)$/.test(parent.type);
}

/** The names that a pattern declares: of a variable, a parameter, a function, a class. */
export function* namesDeclaredBy(pattern: Syntax): Iterable<string> {
  if (pattern.type === "Identifier") yield nameOf(pattern);
  else if (pattern.type === "AssignmentPattern") yield* namesDeclaredBy(pattern.left as Syntax);
  else if (pattern.type === "Property") yield* namesDeclaredBy(pattern.value as Syntax);
  else for (const child of childrenOf(pattern)) yield* namesDeclaredBy(child);
}

/** The names that a node gives another value. */
export function* namesSetBy({ type, left, argument }: Syntax): Iterable<string> {
  if (!/^(?:AssignmentExpression|UpdateExpression|For(?:In|Of)Statement)$/.test(type)) return;
  const target = (type === "UpdateExpression" ? argument : left) as Syntax;
  if (!/^(?:VariableDeclaration|MemberExpression)$/.test(target.type)) yield* namesDeclaredBy(target);
}

/** The same of all that is in some statements. */
export function namesSetIn(statements: readonly Syntax[]): Set<string> {
  const names = new Set<string>();
  for (const statement of statements)
    for (const node of nodesIn(statement)) for (const name of namesSetBy(node)) names.add(name);
  return names;
}

export function isWithin(node: Syntax, outer: Syntax): boolean {
  return node.start >= outer.start && node.end <= outer.end;
}

export type NewName = (kind: string) => string;

/** Names that the text has not. No name in the sources has a dollar. */
export function newNames(text: string): NewName {
  let count = 0;
  const newName: NewName = (kind) => {
    count += 1;
    const name = `$${kind}${count}`;
    return text.includes(name) ? newName(kind) : name;
  };
  return newName;
}

/** Has an expression evaluated before all that is in a block, before a statement, or before another expression. */
export function before({ type, start, end }: Syntax, first: string): Edit[] {
  if (type === "BlockStatement") return [[start + 1, start + 1, `${first};`]];
  const [opening, closing] = /Statement$/.test(type) ? [`{${first};`, "}"] : [`(${first}, `, ")"];
  return [
    [start, start, opening],
    [end, end, closing],
  ];
}

/** @param edits none of which reaches into another one */
export function withEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const [start, end, replacement] of [...edits].sort(inOrder)) {
    if (start < at) throw new Error(`two edits of ${text.slice(start, end)}`);
    parts.push(text.slice(at, start), replacement);
    at = end;
  }
  return parts.join("") + text.slice(at);
}

/** What is put in before something stands before what replaces it. */
function inOrder([start, end]: Edit, [otherStart, otherEnd]: Edit): number {
  return start - otherStart || end - otherEnd;
}

function isSyntax(value: unknown): value is Syntax {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
