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
    let at: Scope | undefined = scope;
    while (at !== undefined && !at.variables.has(name)) at = at.outer;
    const variable = at?.variables.get(name);
    if (variable !== undefined) resolved.places.push({ node, variable, isShorthand });
    else if (name === "eval") throw new Error("a unit evaluates text");
    else resolved.global.add(name);
  };
  const lookInFunction = (node: Syntax, scope: Scope): void => {
    const { id, params, body } = node as Syntax & { id?: Syntax | null; params: Syntax[]; body: Syntax };
    const named = id && node.type === "FunctionExpression" ? scopeWith([nameOf(id)], scope) : scope;
    if (id) note(id, named, false);
    const isBlock = body.type === "BlockStatement";
    const statements = isBlock ? (body.body as Syntax[]) : [];
    const given = params.flatMap((each) => [...namesDeclaredBy(each)]);
    const inner = scopeWith([...given, ...functionWide(statements)], named);
    for (const each of params) look(each, node, inner);
    if (!isBlock) look(body, node, inner);
    else for (const each of statements) look(each, body, inner);
  };
  // The name of a member and what the variable is given otherwise stand in one place.
  const lookInShorthand = (property: Syntax, scope: Scope): void => {
    const value = property.value as Syntax;
    if (value.type !== "AssignmentPattern") note(value, scope, true);
    else {
      note(value.left as Syntax, scope, true);
      look(value.right as Syntax, value, scope);
    }
  };
  const look = (node: Syntax, parent: Syntax, scope: Scope): void => {
    if (isVariable(node, parent)) note(node, scope, false);
    else if (isFunction(node)) lookInFunction(node, scope);
    else if (node.type === "Property" && node.shorthand === true) lookInShorthand(node, scope);
    else {
      const inner = scopeWith(namesIn(node), scope);
      for (const child of childrenOf(node)) look(child, node, inner);
    }
  };
  const top = scopeWith(functionWide(statements));
  for (const each of statements) look(each, each, top);
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

/** What is seen within a node and nowhere else. */
function namesIn(node: Syntax): string[] {
  if (node.type === "ClassExpression" && node.id) return [nameOf(node.id as Syntax)];
  if (/^(?:BlockStatement|StaticBlock)$/.test(node.type)) return namesOfStatements(node.body as Syntax[]);
  if (node.type === "SwitchStatement")
    return (node.cases as Syntax[]).flatMap((each) => namesOfStatements(each.consequent as Syntax[]));
  if (node.type === "CatchClause" && node.param) return [...namesDeclaredBy(node.param as Syntax)];
  if (node.type === "ForStatement" && node.init) return namesOfStatements([node.init as Syntax]);
  return /^For(?:In|Of)Statement$/.test(node.type) ? namesOfStatements([node.left as Syntax]) : [];
}

/** Of those that are seen in the block that they stand in. */
function namesOfStatements(statements: readonly Syntax[]): string[] {
  return statements.flatMap((each) => {
    if (/^(?:Function|Class)Declaration$/.test(each.type)) return [nameOf(each.id as Syntax)];
    if (each.type !== "VariableDeclaration" || each.kind === "var") return [];
    return (each.declarations as Syntax[]).flatMap(({ id }) => [...namesDeclaredBy(id as Syntax)]);
  });
}
