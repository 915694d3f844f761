import { branchMarks } from "./branch-marks";
import {
  before,
  childrenOf,
  type Edit,
  isFunction,
  isVariable,
  nameAtTop,
  nameOf,
  namesDeclaredBy,
  namesSetBy,
  nodesIn,
  parseBody,
  type Syntax,
  withEdits,
} from "./syntax";
import { calledFunctions, nameOfCall } from "./usual-calls-apart";

/** What stands at the top of a text: a function, a class, a variable, or what is evaluated and has no name. */
interface Statement {
  readonly node: Syntax;
  readonly kind: "function" | "class" | "value" | "nameless";
  readonly name: string;
  readonly uses: readonly Use[];
}

/** Where a name of the top is used. */
interface Use {
  readonly name: string;
  readonly node: Syntax;
  readonly parent: Syntax;
  /** Only when a function is called: not when the text is evaluated. */
  readonly isDeferred: boolean;
}

/**
 * The body of a function with a mark at the beginning of every function in it: whoever runs it finds out what is run.
 * @param mark an expression, given the name at the top that the function belongs to
 */
export function withMarks(body: string, mark: (name: string) => string): string {
  const edits: Edit[] = [];
  const statements = readStatements(body);
  for (const { node, name, kind } of statements) {
    if (kind === "nameless") continue;
    for (const each of nodesIn(node))
      if (isFunction(each)) edits.push(...before(each.body as Syntax, mark(name)));
  }
  for (const [name, { calls }] of calledFunctions(statements.map(({ node }) => node)))
    for (const [index, { start, end }] of calls.entries())
      edits.push([start, end, `(${mark(nameOfCall(name, index))}, ${name})`]);
  edits.push(
    ...branchMarks(
      statements.map(({ node }) => node),
      mark,
    ),
  );
  return withEdits(body, edits);
}

/**
 * The body of a function with what is seldom run in a function of its own, which is called when something of it is asked for, and another with what is run by whoever waits. The engine makes an
 * object for each function and decodes it (2,000 instructions and 270 bytes, Bun 1.4.5) whether it is called or not, and two thirds of those in a unit of the fast path are not. The functions, the
 * classes and the order in which they are evaluated stay as they were.
 * @param run the names at the top that a usual call ran something of; undefined where that is not known
 * @param waiting those that a call did which had to wait
 */
export function withSeldomRunApart(
  body: string,
  run: ReadonlySet<string> | undefined,
  waiting: ReadonlySet<string> = new Set(),
): string {
  if (run === undefined) return body;
  const apart = withOthersApart(body, new Set([...run, ...waiting]), seldomNames);
  return withOthersApart(apart, new Set([...run, seldomNames.ask, seldomNames.make]), waitingNames);
}

/** No name in the sources has a dollar. */
const seldomNames = { ask: "$seldom", made: "$seldomMade", make: "$makeSeldom" };
const waitingNames = { ask: "$waiting", made: "$waitingMade", make: "$makeWaiting" };
export const makerOfSeldom = seldomNames.make;
/** To be called, and not to stand where they are called. */
export const makersOfOthers: readonly string[] = [seldomNames.make, waitingNames.make];

function withOthersApart(
  body: string,
  run: ReadonlySet<string>,
  { ask, made, make }: typeof seldomNames,
): string {
  const statements = readStatements(body);
  const seldom = findSeldom(statements, new Set([...run, ...ambiguousNames(statements)]));
  if (seldom.size === 0) return body;
  const edits: Edit[] = [];
  const asked = new Set<string>();
  for (const { node, name, uses } of statements) {
    if (seldom.has(name)) edits.push([node.start, node.end, ""]);
    else
      for (const use of uses) {
        if (!seldom.has(use.name)) continue;
        asked.add(use.name);
        edits.push(askingFor(use, ask));
      }
  }
  const moved = statements.filter(({ name }) => seldom.has(name));
  return [
    withEdits(body, edits).trimEnd(),
    `var ${made};`,
    // Apart from the rest: whoever calls a function has an object made of each one that is declared in it, whatever it returns before.
    `function ${ask}() {`,
    `return ${made} ??= ${make}();`,
    "}",
    `function ${make}() {`,
    ...moved.map(({ node }) => body.slice(node.start, node.end)),
    `return { ${[...asked].join(", ")} };`,
    "}",
    "",
  ].join("\n");
}

/**
 * The body of a function with each list of constants at its top, and each set of them, made where it is used, and kept. A list takes a block of memory of the engine for its length, as soon as a
 * text names it.
 */
export function withListsMadeWhenUsed(body: string): string {
  const statements = readStatements(body);
  const ambiguous = ambiguousNames(statements);
  const edits: Edit[] = [];
  const makers: string[] = [];
  for (const { node, name, kind } of statements) {
    if (kind !== "value" || ambiguous.has(name)) continue;
    const { id, init } = declaratorOf(node);
    const uses = statements.flatMap((each) => each.uses.filter((use) => use.name === name));
    if (!isListOfConstants(init) || uses.some(({ isDeferred }) => !isDeferred)) continue;
    edits.push([id.end, init.end, ""]);
    const list = body.slice(init.start, init.end);
    const [only, ...others] = uses;
    if (only !== undefined && others.length === 0) {
      edits.push(insteadOf(only, `(${name} ??= ${list})`));
      continue;
    }
    makers.push(`function $make_${name}() {\nreturn ${name} = ${list};\n}\n`);
    for (const use of uses) edits.push(insteadOf(use, `(${name} ?? $make_${name}())`));
  }
  return `${withEdits(body, edits).trimEnd()}\n${makers.join("")}`;
}

function readStatements(body: string): Statement[] {
  const found = parseBody(body).map((node) => ({ node, ...nameAndKind(node) }));
  const names = new Set(found.flatMap(({ name, kind }) => (kind === "nameless" ? [] : [name])));
  return found.map((each) => ({ ...each, uses: usesIn(each.node, names) }));
}

function nameAndKind(node: Syntax): Pick<Statement, "name" | "kind"> {
  const name = nameAtTop(node);
  const kind = name && kindOfNamed(node);
  return name && kind ? { name, kind } : { name: `at ${node.start}`, kind: "nameless" };
}

/** Undefined where it stands for more than that name, or gets its value later. */
function kindOfNamed(node: Syntax): Statement["kind"] | undefined {
  if (node.type === "FunctionDeclaration") return "function";
  if (node.type === "ClassDeclaration") return "class";
  const [only, ...others] = node.declarations as Syntax[];
  if (others.length > 0 || !only?.init) return undefined;
  return (only.init as Syntax).type === "ClassExpression" ? "class" : "value";
}

function declaratorOf(node: Syntax): { id: Syntax; init: Syntax } {
  const [only] = node.declarations as Syntax[];
  return { id: only?.id as Syntax, init: only?.init as Syntax };
}

function usesIn(statement: Syntax, names: ReadonlySet<string>): Use[] {
  const found: Use[] = [];
  const look = (parent: Syntax, isDeferred: boolean): void => {
    const isInside = isDeferred || isFunction(parent);
    for (const node of childrenOf(parent)) {
      const isDeclared = node === parent.id && parent.type !== "Property";
      if (!isDeclared && isVariable(node, parent) && names.has(nameOf(node)))
        found.push({ name: nameOf(node), node, parent, isDeferred: isInside });
      look(node, isInside);
    }
  };
  look(statement, false);
  return found;
}

/** Names that are declared more than once, or set: what one of them stands for depends on where it is used. */
function ambiguousNames(statements: readonly Statement[]): Set<string> {
  const declared = new Set<string>();
  const ambiguous = new Set<string>();
  const declare = (pattern: Syntax): void => {
    for (const name of namesDeclaredBy(pattern)) {
      if (declared.has(name)) ambiguous.add(name);
      declared.add(name);
    }
  };
  for (const statement of statements)
    for (const node of nodesIn(statement.node)) {
      const { id, params, param } = node as Record<string, Syntax | undefined>;
      if (id) declare(id);
      if (isFunction(node)) for (const each of params as unknown as Syntax[]) declare(each);
      if (node.type === "CatchClause" && param) declare(param);
      for (const name of namesSetBy(node)) ambiguous.add(name);
    }
  return ambiguous;
}

/** Whatever is neither run, nor evaluated or named by something that stays, nor of more than one meaning; of values those that only such things use. */
function findSeldom(statements: readonly Statement[], fixed: ReadonlySet<string>): Set<string> {
  const byName = new Map(statements.map((each) => [each.name, each]));
  const often = new Set<string>();
  const open: Statement[] = [];
  const keep = (statement: Statement | undefined): void => {
    if (statement === undefined || often.has(statement.name)) return;
    often.add(statement.name);
    open.push(statement);
  };
  for (const each of statements) {
    const isMovable =
      each.kind === "value" ? isWithoutTrace(declaratorOf(each.node).init) : each.kind !== "nameless";
    if (!isMovable || fixed.has(each.name)) keep(each);
  }
  for (let statement = open.pop(); statement !== undefined; statement = open.pop())
    for (const use of statement.uses) {
      const used = byName.get(use.name);
      if (!use.isDeferred || used?.kind === "value" || !isCalled(use)) keep(used);
    }
  return new Set(statements.map(({ name }) => name).filter((name) => !often.has(name)));
}

/** Rather than named, as by who hands it on. */
function isCalled({ node, parent }: Use): boolean {
  return /^(?:Call|New)Expression$/.test(parent.type) && parent.callee === node;
}

/** Whether nobody can tell when it is evaluated. */
function isWithoutTrace(node: Syntax): boolean {
  switch (node.type) {
    case "Literal":
    case "Identifier":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return true;
    case "ArrayExpression":
    case "ObjectExpression":
    case "TemplateLiteral":
    case "UnaryExpression":
    case "Property":
    case "TemplateElement":
      return [...childrenOf(node)].every(isWithoutTrace);
    case "NewExpression":
      return /^(?:Set|Map)$/.test(nameOf(node.callee as Syntax)) && isEachWithoutTrace(node.arguments);
    case "CallExpression":
      return nameOf(node.callee as Syntax) === "onDemand" && isEachWithoutTrace(node.arguments);
    default:
      return false;
  }
}

function isEachWithoutTrace(nodes: unknown): boolean {
  return (nodes as Syntax[]).every(isWithoutTrace);
}

function isListOfConstants(node: Syntax): boolean {
  if (node.type === "NewExpression") {
    const [list, ...others] = node.arguments as Syntax[];
    const isCollection = /^(?:Set|Map)$/.test(nameOf(node.callee as Syntax));
    return isCollection && list !== undefined && others.length === 0 && isListOfConstants(list);
  }
  if (node.type !== "ArrayExpression") return false;
  const elements = node.elements as Syntax[];
  return (
    elements.length > 0 &&
    elements.every((each) => each?.type === "Literal" || (each && isListOfConstants(each)))
  );
}

function askingFor(use: Use, ask: string): Edit {
  // Without brackets `new` would call the one that is asked.
  return insteadOf(
    use,
    use.parent.type === "NewExpression" ? `(${ask}().${use.name})` : `${ask}().${use.name}`,
  );
}

function insteadOf({ name, node, parent }: Use, text: string): Edit {
  return [node.start, node.end, parent.shorthand === true ? `${name}: ${text}` : text];
}
