import {
  childrenOf,
  type Edit,
  isFunction,
  isVariable,
  nameOf,
  namesDeclaredBy,
  parseBody,
  type Syntax,
  withEdits,
} from "./syntax";

/**
 * The body of a function in which each name stands for one thing: what is declared at the top keeps its name, and of all else that has the name of something before it, or of something global,
 * each gets one of its own. So whatever names a thing may stand elsewhere and still name it.
 */
export function withUniqueNames(body: string): string {
  const { declared, places, global } = resolve(parseBody(body));
  const taken = new Set(global);
  const edits: Edit[] = [];
  for (const variable of declared) {
    let name = variable.name;
    for (let count = 2; taken.has(name); count += 1) name = `${variable.name}$${count}`;
    taken.add(name);
    variable.newName = name;
  }
  for (const { node, variable, isShorthand } of places)
    if (variable.newName !== variable.name)
      edits.push([
        node.start,
        node.end,
        isShorthand ? `${variable.name}: ${variable.newName}` : variable.newName,
      ]);
  return withEdits(body, edits);
}

interface Variable {
  readonly name: string;
  newName: string;
}

interface Place {
  readonly node: Syntax;
  readonly variable: Variable;
  /** As `{ name }`, where the name is that of a member as well. */
  readonly isShorthand: boolean;
}

interface Resolved {
  /** Those of the top first. */
  readonly declared: Variable[];
  readonly places: Place[];
  /** Names that nothing here declares. */
  readonly global: Set<string>;
}

interface Scope {
  readonly variables: Map<string, Variable>;
  readonly outer?: Scope;
}

function resolve(statements: readonly Syntax[]): Resolved {
  const resolved: Resolved = { declared: [], places: [], global: new Set() };
  const scopeWith = (names: Iterable<string>, outer?: Scope): Scope => {
    const variables = new Map<string, Variable>();
    for (const name of names) {
      if (variables.has(name)) continue;
      const variable = { name, newName: name };
      variables.set(name, variable);
      resolved.declared.push(variable);
    }
    return outer === undefined ? { variables } : { variables, outer };
  };
  const note = (node: Syntax, scope: Scope, isShorthand: boolean): void => {
    const name = nameOf(node);
    for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
      const variable = at.variables.get(name);
      if (variable === undefined) continue;
      resolved.places.push({ node, variable, isShorthand });
      return;
    }
    if (name === "eval") throw new Error("a unit evaluates text");
    resolved.global.add(name);
  };
  const look = (node: Syntax, parent: Syntax | undefined, scope: Scope, isShorthand = false): void => {
    if (parent !== undefined && isVariable(node, parent))
      return note(node, scope, isShorthand || parent.shorthand === true);
    let inner = scope;
    if (isFunction(node)) {
      const id = node.id as Syntax | null | undefined;
      if (node.type === "FunctionExpression" && id) inner = scopeWith([nameOf(id)], scope);
      if (id) note(id, inner, false);
      const { type, body } = node.body as Syntax;
      const own = type === "BlockStatement" ? (body as Syntax[]) : [];
      inner = scopeWith(
        [...(node.params as Syntax[]).flatMap((each) => [...namesDeclaredBy(each)]), ...functionWide(own)],
        inner,
      );
      for (const each of node.params as Syntax[]) look(each, node, inner);
      if (type !== "BlockStatement") return look(node.body as Syntax, node, inner);
      for (const each of own) look(each, node, inner);
      return;
    }
    if (node.type === "ClassExpression" && node.id) inner = scopeWith([nameOf(node.id as Syntax)], scope);
    else inner = scopeWith(namesInBlock(node), scope);
    // The names of a member and of what it is given stand in one place.
    if (node.type === "Property" && node.shorthand === true) {
      const value = node.value as Syntax;
      if (value.type !== "AssignmentPattern") return look(value, node, inner);
      look(value.left as Syntax, value, inner, true);
      return look(value.right as Syntax, value, inner);
    }
    for (const child of childrenOf(node)) look(child, node, inner);
  };
  const top = scopeWith(functionWide(statements));
  for (const each of statements) look(each, undefined, top);
  return resolved;
}

/** What statements declare for the function whose body they are. */
function functionWide(statements: readonly Syntax[]): string[] {
  return [...statements.flatMap((each) => [...namesOfVars(each)]), ...namesOfStatements(statements)];
}

function* namesOfVars(node: Syntax): Iterable<string> {
  if (isFunction(node) || /^Class/.test(node.type)) return;
  if (node.type === "VariableDeclaration" && node.kind === "var")
    for (const { id } of node.declarations as Syntax[]) yield* namesDeclaredBy(id as Syntax);
  for (const child of childrenOf(node)) yield* namesOfVars(child);
}

/** What a statement that is a scope of its own declares in it. */
function namesInBlock(node: Syntax): string[] {
  if (/^(?:BlockStatement|StaticBlock)$/.test(node.type)) return namesOfStatements(node.body as Syntax[]);
  if (node.type === "SwitchStatement")
    return (node.cases as Syntax[]).flatMap((each) => namesOfStatements(each.consequent as Syntax[]));
  if (node.type === "CatchClause" && node.param) return [...namesDeclaredBy(node.param as Syntax)];
  const head = (node.type === "ForStatement" ? node.init : /^For(?:In|Of)/.test(node.type) && node.left) as
    | Syntax
    | null
    | false
    | undefined;
  return head ? namesOfStatements([head]) : [];
}

/** Of those that are seen in the block that they stand in. */
function namesOfStatements(statements: readonly Syntax[]): string[] {
  return statements.flatMap((each) => {
    if (/^(?:Function|Class)Declaration$/.test(each.type)) return [nameOf(each.id as Syntax)];
    if (each.type !== "VariableDeclaration" || each.kind === "var") return [];
    return (each.declarations as Syntax[]).flatMap(({ id }) => [...namesDeclaredBy(id as Syntax)]);
  });
}
