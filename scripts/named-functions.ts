import type { Surroundings } from "./evaluation-order";
import {
  childrenOf,
  isFunction,
  isVariable,
  isWithin,
  nameOf,
  namesDeclaredBy,
  namesSetBy,
  nodesIn,
  parseBody,
  type Syntax,
} from "./syntax";

/** What is known of a text, of which each name stands for one thing. */
export interface Reading extends Surroundings {
  readonly text: string;
  readonly statements: readonly Syntax[];
  /** All that name a variable, its declaration among them. */
  readonly places: ReadonlyMap<string, readonly Syntax[]>;
  readonly functions: readonly NamedFunction[];
  /** What names a member that only a class knows of, its declaration among them. */
  readonly members: ReadonlyMap<string, readonly Syntax[]>;
}

export interface NamedFunction {
  readonly name: string;
  /** The name where it is declared. */
  readonly id: Syntax;
  readonly node: Syntax;
  /** With the declaration of its name. */
  readonly statement: Syntax;
  /** Where it is a method that only the class knows of. */
  readonly ofClass?: Syntax;
}

/** @param text of which each name stands for one thing */
export function read(text: string): Reading {
  const parents = new Map<Syntax, Syntax>();
  const places = new Map<string, Syntax[]>();
  const set = new Set<string>();
  const members = new Map<string, Syntax[]>();
  const functions: NamedFunction[] = [];
  const look = (node: Syntax, parent: Syntax | undefined): void => {
    if (parent !== undefined) {
      parents.set(node, parent);
      if (node.type === "Identifier") addTo(isVariable(node, parent) ? places : members, node);
    }
    for (const name of namesSetBy(node)) set.add(name);
    if (parent !== undefined && node.kind === "var")
      for (const { id } of node.declarations as Syntax[])
        for (const name of namesDeclaredBy(id as Syntax)) set.add(name);
    const named = namedFunction(node, parents);
    if (named !== undefined) functions.push(named);
    for (const child of childrenOf(node)) look(child, node);
  };
  const statements = parseBody(text);
  for (const statement of statements) look(statement, undefined);
  return {
    text,
    statements,
    places,
    functions,
    members,
    parentOf: (node) => parents.get(node),
    isFixed: (name) => !set.has(name),
  };
}

function addTo(places: Map<string, Syntax[]>, node: Syntax): void {
  const name = nameOf(node);
  const found = places.get(name);
  if (found === undefined) places.set(name, [node]);
  else found.push(node);
}

function namedFunction(node: Syntax, parents: ReadonlyMap<Syntax, Syntax>): NamedFunction | undefined {
  if (node.type === "MethodDefinition") {
    const key = node.key as Syntax;
    const isPlain = node.kind === "method" && node.static !== true && node.computed !== true;
    const ofClass = parents.get(node);
    if (!isPlain || !ofClass || !nameOf(key).startsWith("$")) return undefined;
    return { name: nameOf(key), id: key, node: node.value as Syntax, statement: node, ofClass };
  }
  if (node.type === "FunctionDeclaration") {
    const id = node.id as Syntax;
    return { name: nameOf(id), id, node, statement: node };
  }
  if (node.type !== "VariableDeclaration") return undefined;
  const [only, ...others] = node.declarations as (Syntax & Record<"id" | "init", Syntax | null>)[];
  const { id, init } = only ?? {};
  if (others.length > 0 || id?.type !== "Identifier" || !init || !isFunction(init)) return undefined;
  return { name: nameOf(id), id, node: init, statement: node };
}

/** The only thing that names a function, if that calls it from somewhere else. */
export function onlyCallOf(called: NamedFunction, reading: Reading): Syntax | undefined {
  const { name, id, node, statement, ofClass } = called;
  if (!reading.isFixed(name)) return undefined;
  const [only, ...others] = ((ofClass ? reading.members : reading.places).get(name) ?? []).filter(
    (each) => each !== id,
  );
  if (only === undefined || others.length > 0 || isWithin(only, statement)) return undefined;
  if (ofClass === undefined) return isMovable(node, false) ? callOf(only, reading) : undefined;
  const member = reading.parentOf(only);
  if (member === undefined || !isOfSameObject(member, ofClass, reading)) return undefined;
  return isMovable(node, true) ? callOf(member, reading) : undefined;
}

/** Whether a member is taken of what the methods of a class are called for, in one of them. */
function isOfSameObject(member: Syntax, ofClass: Syntax, { parentOf }: Reading): boolean {
  if (member.type !== "MemberExpression" || (member.object as Syntax).type !== "ThisExpression") return false;
  for (let around = parentOf(member); around !== undefined; around = parentOf(around)) {
    if (/^(?:PropertyDefinition|StaticBlock)$/.test(around.type)) return false;
    if (!isFunction(around) || around.type === "ArrowFunctionExpression") continue;
    const method = parentOf(around);
    return method?.type === "MethodDefinition" && method.static !== true && parentOf(method) === ofClass;
  }
  return false;
}

/** What calls a thing with a list of values, if it is called. */
function callOf(callee: Syntax, reading: Reading): Syntax | undefined {
  const call = reading.parentOf(callee);
  if (call?.type !== "CallExpression" || call.callee !== callee || call.optional === true) return undefined;
  return (call.arguments as Syntax[]).some((each) => each.type === "SpreadElement") ? undefined : call;
}

/** @param isSameObject whether what it is called for is the same there
 * @returns whether a function does the same elsewhere */
function isMovable(node: Syntax, isSameObject: boolean): boolean {
  if (node.async === true || node.generator === true) return false;
  const { id, params } = node as Syntax & { id: Syntax | null; params: Syntax[] };
  if (node.type === "FunctionExpression" && id) return false;
  const isKnown = (param: Syntax): boolean =>
    param.type === "AssignmentPattern"
      ? (param.left as Syntax).type === "Identifier"
      : /^(?:Identifier|ObjectPattern|ArrayPattern)$/.test(param.type);
  const isBound = isSameObject ? /^(?:Super|MetaProperty)$/ : /^(?:ThisExpression|Super|MetaProperty)$/;
  return (
    params.every(isKnown) &&
    [...nodesIn(node)].every((each) => !isBound.test(each.type) && !isArguments(each))
  );
}

function isArguments(node: Syntax): boolean {
  return node.type === "Identifier" && node.name === "arguments";
}
