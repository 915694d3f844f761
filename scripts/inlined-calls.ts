import { isConstant, type Standing, type Surroundings, standingOf } from "./evaluation-order";
import {
  childrenOf,
  type Edit,
  isFunction,
  isVariable,
  nameOf,
  namesDeclaredBy,
  nodesIn,
  parseBody,
  type Syntax,
  withEdits,
} from "./syntax";

/**
 * The body of a function with each function that is called in one place, and named in no other, put there. A function takes the engine 2,750 instructions and 640 bytes of its heap when it is
 * first called, and the call 1,500 (Bun 1.4.5). Each name is to stand for one thing (`withUniqueNames`). What is evaluated, and in which order, stays as it was.
 */
export function withCallsInlined(body: string): string {
  const names = newNames();
  for (let text = body; ; ) {
    const next = withSomeInlined(text, names);
    if (next === text) return text;
    text = next;
  }
}

type NewNames = (kind: string) => string;

/** No name in the sources has a dollar. */
function newNames(): NewNames {
  let count = 0;
  return (kind) => `$${kind}${(count += 1)}`;
}

/** What is known of a text, of which each name stands for one thing. */
interface Reading extends Surroundings {
  readonly text: string;
  /** All that name a variable, its declaration among them. */
  readonly places: ReadonlyMap<string, readonly Syntax[]>;
  readonly functions: readonly NamedFunction[];
  /** What names a member that only a class knows of, its declaration among them. */
  readonly members: ReadonlyMap<string, readonly Syntax[]>;
}

interface NamedFunction {
  readonly name: string;
  readonly node: Syntax;
  /** With the declaration of its name. */
  readonly statement: Syntax;
  /** Where it is a method that only the class knows of. */
  readonly ofClass?: Syntax;
}

/** What puts a function where it is called, or takes a step towards that; all of it within the ranges. */
interface Step {
  readonly edits: readonly Edit[];
  readonly ranges: readonly (readonly [start: number, end: number])[];
}

function withSomeInlined(text: string, names: NewNames): string {
  const reading = read(text);
  const steps: Step[] = [];
  const taken: [start: number, end: number][] = [];
  for (const each of reading.functions) {
    const call = onlyCallOf(each, reading);
    const step = call && stepTowards(each, call, reading, names);
    if (!step || step.ranges.some(([start, end]) => taken.some(([from, to]) => start <= to && from <= end)))
      continue;
    steps.push(step);
    for (const [start, end] of step.ranges) taken.push([start, end]);
  }
  return withEdits(
    text,
    steps.flatMap(({ edits }) => edits),
  );
}

function read(text: string): Reading {
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
  for (const statement of parseBody(text)) look(statement, undefined);
  return {
    text,
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

function* namesSetBy(node: Syntax): Iterable<string> {
  const { type, left, argument } = node as Syntax & Record<string, Syntax>;
  if (type === "UpdateExpression" && argument?.type === "Identifier") yield nameOf(argument);
  else if (type === "AssignmentExpression" || (/^For(?:In|Of)/.test(type) && !isDeclaration(left)))
    yield* namesSetIn(left);
}

function* namesSetIn(pattern: Syntax | undefined): Iterable<string> {
  if (pattern && pattern.type !== "MemberExpression") yield* namesDeclaredBy(pattern);
}

function isDeclaration(node: Syntax | undefined): boolean {
  return node?.type === "VariableDeclaration";
}

function namedFunction(node: Syntax, parents: ReadonlyMap<Syntax, Syntax>): NamedFunction | undefined {
  if (node.type === "MethodDefinition") {
    const name = nameOf(node.key as Syntax);
    const isOwn = node.kind === "method" && node.static !== true && node.computed !== true && name.startsWith("$");
    const ofClass = parents.get(node);
    return isOwn && ofClass ? { name, node: node.value as Syntax, statement: node, ofClass } : undefined;
  }
  if (node.type === "FunctionDeclaration")
    return { name: nameOf(node.id as Syntax), node, statement: node };
  if (node.type !== "VariableDeclaration") return undefined;
  const [only, ...others] = node.declarations as (Syntax & Record<"id" | "init", Syntax | null>)[];
  const { id, init } = only ?? {};
  if (others.length > 0 || id?.type !== "Identifier" || !init || !isFunction(init)) return undefined;
  return { name: nameOf(id), node: init, statement: node };
}

/** The only thing that names a function, if that calls it from somewhere else. */
function onlyCallOf(called: NamedFunction, reading: Reading): Syntax | undefined {
  const { name, node, statement, ofClass } = called;
  if (ofClass !== undefined) return onlyCallOfMethod(called, ofClass, reading);
  if (!reading.isFixed(name)) return undefined;
  const uses = (reading.places.get(name) ?? []).filter(
    (each) => each !== node.id && reading.parentOf(each)?.id !== each,
  );
  const [only, ...others] = uses;
  if (only === undefined || others.length > 0 || isWithin(only, statement)) return undefined;
  return isMovable(node, false) ? callOf(only, reading) : undefined;
}

/** The only thing that names a method which only its class knows of (`cheapAtFirstUse` gives it a dollar), if that calls it for the same object. */
function onlyCallOfMethod(
  { name, node, statement }: NamedFunction,
  ofClass: Syntax,
  reading: Reading,
): Syntax | undefined {
  const [only, ...others] = (reading.members.get(name) ?? []).filter((each) => each !== statement.key);
  if (only === undefined || others.length > 0 || isWithin(only, statement)) return undefined;
  const member = reading.parentOf(only);
  if (member?.type !== "MemberExpression" || (member.object as Syntax).type !== "ThisExpression") return undefined;
  let around: Syntax | undefined = member;
  while (around !== undefined && (!isFunction(around) || around.type === "ArrowFunctionExpression"))
    around = reading.parentOf(around);
  const method = around && reading.parentOf(around);
  if (method?.type !== "MethodDefinition" || method.static === true || reading.parentOf(method) !== ofClass)
    return undefined;
  return isMovable(node, true) ? callOf(member, reading) : undefined;
}

/** What calls a thing with a list of values, if it is called. */
function callOf(callee: Syntax, reading: Reading): Syntax | undefined {
  const call = reading.parentOf(callee);
  if (call?.type !== "CallExpression" || call.callee !== callee || call.optional === true) return undefined;
  return (call.arguments as Syntax[]).some((each) => each.type === "SpreadElement") ? undefined : call;
}

function isWithin(node: Syntax, outer: Syntax): boolean {
  return node.start >= outer.start && node.end <= outer.end;
}

/** Whether a function does the same elsewhere. */
function isMovable(node: Syntax, isSameObject: boolean): boolean {
  if (node.async === true || node.generator === true) return false;
  const { id, params } = node as Syntax & { id: Syntax | null; params: Syntax[] };
  if (node.type === "FunctionExpression" && id) return false;
  const isKnown = (param: Syntax): boolean =>
    param.type === "AssignmentPattern"
      ? (param.left as Syntax).type === "Identifier"
      : /^(?:Identifier|ObjectPattern|ArrayPattern)$/.test(param.type);
  return params.every(isKnown) && [...nodesIn(node)].every((each) => !(isBound.test(each.type) && !(isSameObject && each.type === "ThisExpression")) && !isArguments(each));
}

/** To the function it stands in. */
const isBound = /^(?:ThisExpression|Super|MetaProperty)$/;

function isArguments(node: Syntax): boolean {
  return node.type === "Identifier" && node.name === "arguments";
}

function stepTowards(
  called: NamedFunction,
  call: Syntax,
  reading: Reading,
  names: NewNames,
): Step | undefined {
  const removed: Edit = [called.statement.start, called.statement.end, ""];
  const range = [called.statement.start, called.statement.end] as const;
  const expression = asExpression(called.node, call, reading);
  if (expression !== undefined)
    return {
      edits: [removed, [call.start, call.end, expression]],
      ranges: [range, [call.start, call.end]],
    };
  const standing = standingOf(call, reading);
  if (standing === undefined) return undefined;
  const { statement, end } = standing;
  if (statement.type === "ArrowFunctionExpression") return asBlock(statement, reading);
  const place = placeOf(statement, reading);
  if (place === undefined) return undefined;
  const { text } = reading;
  const temporaries = standing.before.map((each) => ({ each, name: names("before") }));
  const lines = temporaries.map(({ each, name }) => `const ${name} = ${text.slice(each.start, each.end)};`);
  const spilled = temporaries.map(({ each, name }): Edit => [each.start, each.end, name]);
  const { instead, front, edits } = standing.choice
    ? chosen(standing.choice, standing, reading, names)
    : inlined(called.node, call, standing, reading, names);
  const added = standing.choice ? [] : [removed];
  const ranges = standing.choice ? [] : [range];
  const opening = place === "alone" ? "{\n" : "";
  const closing = place === "alone" ? "\n}" : "";
  const before = `${opening}${[...lines, ...front].join("\n")}\n`;
  if (instead === undefined) {
    return {
      edits: [...added, [statement.start, statement.end, `${before}${closing}`]],
      ranges: [...ranges, [statement.start, statement.end]],
    };
  }
  return {
    edits: [
      ...added,
      [statement.start, statement.start, before],
      ...spilled,
      ...edits,
      [instead.node.start, instead.node.end, instead.name],
      ...(closing === "" ? [] : [[statement.end, statement.end, closing] as const]),
    ],
    ranges: [...ranges, [statement.start, place === "alone" ? statement.end : end]],
  };
}

/** What stands before a statement, and what of the statement is replaced by a name; undefined where nothing of it is left. */
interface Moved {
  readonly front: readonly string[];
  readonly instead: { readonly node: Syntax; readonly name: string } | undefined;
  readonly edits: readonly Edit[];
}

/** Whether a statement stands among others, or alone as in the branch of an `if`; undefined where nothing can be put before it. */
function placeOf(statement: Syntax, reading: Reading): "among others" | "alone" | undefined {
  const parent = reading.parentOf(statement);
  if (parent === undefined) return undefined;
  if (/^(?:BlockStatement|SwitchCase)$/.test(parent.type)) return "among others";
  if (isDeclaration(statement)) return undefined;
  const isBranch = parent.type === "IfStatement" || parent.body === statement;
  return isBranch && parent.type !== "LabeledStatement" ? "alone" : undefined;
}

/** What an arrow returns, as a statement. */
function asBlock(arrow: Syntax, { text }: Reading): Step {
  const { start, end } = arrow.body as Syntax;
  const from = text.lastIndexOf("=>", start) + 2;
  return {
    edits: [[from, arrow.end, ` {\nreturn (${text.slice(start, end)});\n}`]],
    ranges: [[arrow.start, arrow.end]],
  };
}

/** A choice between expressions, as one between statements. */
function chosen(choice: Syntax, { statement }: Standing, { text }: Reading, names: NewNames): Moved {
  const textOf = (node: unknown): string => text.slice((node as Syntax).start, (node as Syntax).end);
  const isReturned = statement.type === "ReturnStatement" && statement.argument === choice;
  const isStatement = statement.type === "ExpressionStatement" && statement.expression === choice;
  const name = names("chosen");
  const take = (node: unknown): string =>
    isReturned
      ? `return (${textOf(node)});`
      : isStatement
        ? `(${textOf(node)});`
        : `${name} = (${textOf(node)});`;
  const instead = isReturned || isStatement ? undefined : { node: choice, name };
  if (choice.type === "ConditionalExpression") {
    const decided = `if (${textOf(choice.test)}) {\n${take(choice.consequent)}\n} else {\n${take(choice.alternate)}\n}`;
    return { front: instead === undefined ? [decided] : [`let ${name};`, decided], instead, edits: [] };
  }
  const operator = String(choice.operator);
  const isOpen = operator.startsWith("??")
    ? `${name} === undefined || ${name} === null`
    : `${operator.startsWith("&&") ? "" : "!"}${name}`;
  if (choice.type === "AssignmentExpression") {
    const front = [
      `let ${name} = ${textOf(choice.left)};`,
      `if (${isOpen}) {\n${name} = (${textOf(choice.right)});\n${textOf(choice.left)} = ${name};\n}`,
      ...(isReturned ? [`return ${name};`] : []),
    ];
    return { front, instead, edits: [] };
  }
  return {
    front: [
      `let ${name} = (${textOf(choice.left)});`,
      `if (${isOpen}) {\n${take(choice.right)}\n}`,
      ...(isReturned ? [`return ${name};`] : []),
    ],
    instead,
    edits: [],
  };
}

/** The body of a function, where it is called. */
function inlined(
  callee: Syntax,
  call: Syntax,
  { statement }: Standing,
  reading: Reading,
  names: NewNames,
): Moved {
  const isReturned = statement.type === "ReturnStatement" && statement.argument === call;
  const isStatement = statement.type === "ExpressionStatement" && statement.expression === call;
  const result = isReturned || isStatement ? undefined : names("result");
  const { lines, values } = givenTo(callee, call, reading, names);
  const block = callee.body as Syntax;
  if (block.type !== "BlockStatement") {
    const value = `(${withValues(block, values, [], reading)});`;
    const taken = isReturned ? `return ${value}` : result === undefined ? value : `${result} = ${value}`;
    const front = [...(result === undefined ? [] : [`let ${result};`]), `{\n${[...lines, taken].join("\n")}\n}`];
    return { front, instead: result === undefined ? undefined : { node: call, name: result }, edits: [] };
  }
  const statements = block.body as Syntax[];
  const last = statements[statements.length - 1];
  if (isReturned) {
    const text = textBetween(block, values, [], reading);
    const end = last && /^(?:Return|Throw)Statement$/.test(last.type) ? "" : "return;";
    return { front: [`{\n${[...lines, text, end].join("\n")}\n}`], instead: undefined, edits: [] };
  }
  const label = names("end");
  let isLeft = false;
  const returns = returnsIn(block).flatMap((each): Edit[] => {
    const argument = each.argument as Syntax | null;
    if (each !== last) isLeft = true;
    const leave = each === last ? "" : ` break ${label};`;
    if (argument === null) return [[each.start, each.end, `{${leave}}`]];
    return [
      [each.start, argument.start, result === undefined ? "{ (" : `{ ${result} = (`],
      [argument.end, each.end, `);${leave} }`],
    ];
  });
  const text = textBetween(block, values, returns, reading);
  const front = [
    ...(result === undefined ? [] : [`let ${result};`]),
    `${isLeft ? `${label}: ` : ""}{\n${[...lines, text].join("\n")}\n}`,
  ];
  return { front, instead: result === undefined ? undefined : { node: call, name: result }, edits: [] };
}

function* ownNodes(node: Syntax): Iterable<Syntax> {
  yield node;
  for (const child of childrenOf(node)) if (!isFunction(child)) yield* ownNodes(child);
}

function returnsIn(block: Syntax): Syntax[] {
  return [...ownNodes(block)].filter((each) => each.type === "ReturnStatement");
}

/** What is between the braces. */
function textBetween(
  block: Syntax,
  values: ReadonlyMap<string, string>,
  edits: readonly Edit[],
  reading: Reading,
): string {
  return withValues(block, values, edits, reading).slice(1, -1);
}

function withValues(
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
function givenTo(
  callee: Syntax,
  call: Syntax,
  reading: Reading,
  names: NewNames,
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
      else evaluated.push(`let ${name} = ${valueText};`);
    } else if (param.type === "AssignmentPattern") {
      const name = nameOf(param.left as Syntax);
      const usual = withValues(param.right as Syntax, values, [], reading);
      if (value === undefined) then.push(`let ${name} = ${usual};`);
      else {
        evaluated.push(`let ${name} = ${valueText};`);
        then.push(`if (${name} === undefined) ${name} = ${usual};`);
      }
    } else if (value && membersOf(param, value) !== undefined) {
      for (const { name, value: each } of membersOf(param, value) ?? [])
        evaluated.push(name === undefined ? `(${textOf(each)});` : `let ${name} = ${textOf(each)};`);
    } else if (isSame) then.push(`let ${withValues(param, values, [], reading)} = ${valueText};`);
    else {
      const name = names("given");
      evaluated.push(`const ${name} = ${valueText};`);
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
function asExpression(callee: Syntax, call: Syntax, reading: Reading): string | undefined {
  const params = callee.params as Syntax[];
  const given = call.arguments as Syntax[];
  if (given.length > params.length || !given.every((each) => isConstant(each, reading))) return undefined;
  if (!params.every((each) => each.type === "Identifier" && reading.isFixed(nameOf(each)))) return undefined;
  const { type, body } = callee.body as Syntax;
  const [only, ...others] = type === "BlockStatement" ? (body as Syntax[]) : [];
  const returned = type === "BlockStatement" ? only?.argument : callee.body;
  if (others.length > 0 || !returned || (only && only.type !== "ReturnStatement")) return undefined;
  // What is called or tagged as a member would be given the object.
  if (/^(?:Member|Chain)Expression$/.test((returned as Syntax).type) && isNamedPlace(call, reading)) return undefined;
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
function membersOf(pattern: Syntax, object: Syntax): { name: string | undefined; value: Syntax }[] | undefined {
  if (pattern.type !== "ObjectPattern" || object.type !== "ObjectExpression") return undefined;
  const nameOfKey = (property: Syntax): string | undefined => {
    const isPlain = property.kind === "init" && property.computed !== true && property.method !== true;
    return isPlain && (property.key as Syntax).type === "Identifier" ? nameOf(property.key as Syntax) : undefined;
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
