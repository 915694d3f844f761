import { seldomMark, statementsOf } from "./branch-marks";
import { type Reading, read } from "./named-functions";
import {
  childrenOf,
  type Edit,
  isFunction,
  isVariable,
  isWithin,
  type NewName,
  nameAtTop,
  nameOf,
  namesSetBy,
  newNames,
  nodesIn,
  type Syntax,
  withEdits,
} from "./syntax";

/**
 * The body of a function with each marked branch in a function of its own, as far as it can be, where it is long enough. The engine decodes a function with all its branches, and makes room
 * for what they name, when it is first called. Each name is to stand for one thing.
 * @param run the names at the top that a usual call runs something of
 */
export function withSeldomBranchesApart(body: string, run: ReadonlySet<string>): string {
  return new Mover(read(body), run).moved();
}

/** Some statements that stand one behind the other, or an expression. */
interface Piece {
  readonly nodes: readonly Syntax[];
  readonly kind: "statements" | "expression";
  /** Whether the function ends behind it. */
  readonly isLast: boolean;
}

/** How a piece is called. */
interface Calling {
  /** What is seen in it of the function that it stands in. */
  readonly given: readonly string[];
  readonly usesThis: boolean;
  readonly result: "nothing" | "what is returned" | { readonly name: string };
}

class Mover {
  readonly #reading: Reading;
  readonly #run: ReadonlySet<string>;
  readonly #newName: NewName;
  readonly #edits: Edit[] = [];
  readonly #functions: string[] = [];
  readonly #functionOf = new Map<Syntax, Syntax | undefined>();
  /** Where the names that are not declared at the top are. */
  readonly #declared = new Map<string, Syntax>();

  constructor(reading: Reading, run: ReadonlySet<string>) {
    this.#reading = reading;
    this.#run = run;
    this.#newName = newNames(reading.text);
    const isAtTop = (id: Syntax, node: Syntax): boolean =>
      reading.statements.includes(node) && (!isFunction(node) || id === node.id);
    const note = (node: Syntax, around: Syntax | undefined): void => {
      this.#functionOf.set(node, around);
      for (const id of declaredIn(node)) if (!isAtTop(id, node)) this.#declared.set(nameOf(id), node);
      const inner = isFunction(node) ? node : around;
      for (const child of childrenOf(node)) note(child, inner);
    };
    for (const each of reading.statements) note(each, undefined);
  }

  moved(): string {
    const { statements, text } = this.#reading;
    for (const each of statements) this.#look(each, this.#run.has(nameAtTop(each) ?? ""));
    return `${this.#functions.join("")}${withEdits(text, this.#edits)}`;
  }

  #look(node: Syntax, isMoving: boolean): void {
    const list = statementsOf(node);
    const at = list.findIndex(isMark);
    const [mark] = list.slice(at, at + 1);
    if (at >= 0 && mark) {
      this.#edits.push([mark.start, mark.end, ""]);
      for (const each of list.slice(0, at)) this.#look(each, isMoving);
      if (isMoving) this.#moveStatements(list.slice(at + 1), this.#isBody(node));
      return;
    }
    if (node.type === "SequenceExpression") {
      const [first, second] = node.expressions as Syntax[];
      if (first && second && isMarkName(first)) {
        this.#edits.push([first.start, first.end + 2, ""]);
        if (isMoving) this.#moveExpression(second);
        return;
      }
    }
    for (const child of childrenOf(node)) this.#look(child, isMoving);
  }

  #isBody(node: Syntax): boolean {
    const around = this.#reading.parentOf(node);
    return around !== undefined && isFunction(around);
  }

  /** As many as can be moved together, and what can be moved of the others. */
  #moveStatements(list: readonly Syntax[], isToEnd: boolean): void {
    for (let from = 0; from < list.length; ) {
      let to = list.length;
      for (; to > from; to -= 1) {
        const nodes = list.slice(from, to);
        if (this.#move({ nodes, kind: "statements", isLast: isToEnd && to === list.length })) break;
      }
      const first = list[from];
      if (to > from || !first) from = to;
      else {
        this.#moveParts(first);
        from += 1;
      }
    }
  }

  #moveExpression(node: Syntax): void {
    const isMoved = !isFunction(node) && this.#move({ nodes: [node], kind: "expression", isLast: false });
    if (!isMoved) this.#moveParts(node);
  }

  #moveParts(node: Syntax): void {
    const list = statementsOf(node);
    if (list.length > 0) {
      this.#moveStatements(list, this.#isBody(node));
      return;
    }
    for (const child of childrenOf(node)) {
      if (isFunction(child) || /^Class/.test(child.type)) continue;
      if (child.type === "BlockStatement") this.#moveParts(child);
      else if (/Statement$/.test(child.type)) this.#moveStatements([child], false);
      else if (isReplaceable(child, node)) this.#moveExpression(child);
      else this.#moveParts(child);
    }
  }

  #move(piece: Piece): boolean {
    const [first] = piece.nodes;
    const last = piece.nodes[piece.nodes.length - 1];
    if (!first || !last) return false;
    const { text } = this.#reading;
    const weight = piece.nodes.reduce((sum, each) => sum + [...nodesIn(each)].length, 0);
    if (weight < leastWeight) return false;
    const calling = this.#callingOf(piece);
    if (calling === undefined) return false;
    const { given, usesThis, result } = calling;
    if (weight < leastWeight + given.length) return false;
    const name = this.#newName("branch");
    const content = withEdits(
      text.slice(first.start, last.end),
      piece.nodes.flatMap(thisIn).map(({ start, end }) => [start - first.start, end - first.start, "$this"]),
    );
    const call = `${name}(${[...(usesThis ? ["this"] : []), ...given].join(", ")})`;
    const params = [...(usesThis ? ["$this"] : []), ...given].join(", ");
    const returned = typeof result === "object" ? `\nreturn ${result.name};` : "";
    this.#functions.push(
      piece.kind === "expression"
        ? `function ${name}(${params}) {\nreturn ${content};\n}\n`
        : `function ${name}(${params}) {\n${content}${returned}\n}\n`,
    );
    const taken =
      typeof result === "object" ? `${result.name} = ` : result === "what is returned" ? "return " : "";
    this.#edits.push([first.start, last.end, piece.kind === "expression" ? call : `${taken}${call};`]);
    return true;
  }

  /** How a piece can be called; undefined where it has to stay. */
  #callingOf({ nodes, kind, isLast }: Piece): Calling | undefined {
    const [first] = nodes;
    const around = first && this.#functionOf.get(first);
    if (!first || !around) return undefined;
    const leaving = leavingOf(nodes);
    if (leaving === "elsewhere" || (leaving === "by return" && !isLast && !alwaysLeaves(nodes)))
      return undefined;
    const isReturned = leaving === "by return";
    const isIn = (node: Syntax): boolean => nodes.some((each) => isWithin(node, each));
    const { places, isFixed } = this.#reading;
    const given = new Set<string>();
    const setNames = new Set<string>();
    for (const node of nodes.flatMap((each) => [...nodesIn(each)])) {
      if (isBound(node)) return undefined;
      for (const id of declaredIn(node)) if (!(places.get(nameOf(id)) ?? []).every(isIn)) return undefined;
      for (const name of namesSetBy(node)) setNames.add(name);
      const parent = this.#reading.parentOf(node);
      if (!parent || !isVariable(node, parent)) continue;
      const name = nameOf(node);
      const declaration = this.#declared.get(name);
      if (declaration === undefined || isIn(declaration)) continue;
      const isHoisted = declaration.type === "FunctionDeclaration";
      if (!isHoisted && declaration.start >= first.start) return undefined;
      const isOwn = (place: Syntax): boolean => this.#functionOf.get(place) === around;
      if (!isFixed(name) && !(places.get(name) ?? []).every(isOwn)) return undefined;
      given.add(name);
    }
    const usesThis = nodes.some((each) => thisIn(each).length > 0);
    const changed = [...setNames].filter((name) => given.has(name));
    if (changed.length > 0) {
      if (kind === "expression" || this.#isTried(first, around)) return undefined;
      if (!isReturned && (isLast || changed.length === 1)) {
        const [name = ""] = changed;
        return { given: [...given], usesThis, result: isLast ? "nothing" : { name } };
      }
      if (!isReturned) return undefined;
    }
    return { given: [...given], usesThis, result: isReturned ? "what is returned" : "nothing" };
  }

  #isTried(node: Syntax, around: Syntax): boolean {
    for (let each: Syntax | undefined = node; each && each !== around; each = this.#reading.parentOf(each))
      if (each.type === "TryStatement") return true;
    return false;
  }
}

/** From so many nodes of the tree on, not counting what it is given, a call is cheaper: a `claim` took the same with 5, and 30,000 instructions more with 20. */
const leastWeight = 8;

function isMark(node: Syntax): boolean {
  return node.type === "ExpressionStatement" && isMarkName(node.expression as Syntax);
}

function isMarkName(node: Syntax): boolean {
  return node.type === "Identifier" && node.name === seldomMark;
}

/** Whether a node means something else in another function, or cannot be in one. */
function isBound({ type, name, await: isAwaited }: Syntax): boolean {
  if (type === "Identifier") return name === "arguments";
  return isAwaited === true || /^(?:Super|MetaProperty|AwaitExpression|YieldExpression|Class\w+)$/.test(type);
}

/** The names that a node itself declares. */
function declaredIn(node: Syntax): Syntax[] {
  const { type, id, params, param, declarations } = node as unknown as Record<string, Syntax | undefined> & {
    type: string;
    params?: Syntax[];
    declarations?: Syntax[];
  };
  if (type === "VariableDeclaration") return (declarations ?? []).flatMap((each) => idsIn(each.id as Syntax));
  if (type === "CatchClause") return param ? idsIn(param) : [];
  const own = id && /^(?:Function|Class)/.test(type) ? [id] : [];
  return isFunction(node) ? [...own, ...(params ?? []).flatMap(idsIn)] : own;
}

/** As `namesDeclaredBy`, where they are declared. */
function idsIn(pattern: Syntax): Syntax[] {
  if (pattern.type === "Identifier") return [pattern];
  if (pattern.type === "AssignmentPattern") return idsIn(pattern.left as Syntax);
  if (pattern.type === "Property") return idsIn(pattern.value as Syntax);
  return [...childrenOf(pattern)].flatMap(idsIn);
}

/** `this` of the function that a piece stands in. */
function thisIn(node: Syntax): Syntax[] {
  if (node.type === "ThisExpression") return [node];
  if (isFunction(node) && node.type !== "ArrowFunctionExpression") return [];
  return [...childrenOf(node)].flatMap(thisIn);
}

/** How some statements may be left before their end. */
function leavingOf(nodes: readonly Syntax[]): "never" | "by return" | "elsewhere" {
  let found: "never" | "by return" = "never";
  const isFound = (
    node: Syntax,
    labels: readonly string[],
    isInLoop: boolean,
    isInSwitch: boolean,
  ): boolean => {
    const { type } = node;
    if (type === "ReturnStatement") found = "by return";
    if (type === "BreakStatement" || type === "ContinueStatement") {
      const label = node.label as Syntax | null;
      if (label) return !labels.includes(nameOf(label));
      return !(isInLoop || (isInSwitch && type === "BreakStatement"));
    }
    const inner = type === "LabeledStatement" ? [...labels, nameOf(node.label as Syntax)] : labels;
    const isLoop = isInLoop || /^(?:For|ForOf|ForIn|While|DoWhile)Statement$/.test(type);
    const isSwitch = isInSwitch || type === "SwitchStatement";
    for (const child of childrenOf(node))
      if (!isFunction(child) && isFound(child, inner, isLoop, isSwitch)) return true;
    return false;
  };
  return nodes.some((each) => isFound(each, [], false, false)) ? "elsewhere" : found;
}

/** Whether nothing behind some statements is reached from them. */
function alwaysLeaves(nodes: readonly Syntax[]): boolean {
  const last = nodes[nodes.length - 1];
  if (!last) return false;
  const { type, consequent, alternate, body } = last as unknown as Record<string, Syntax | undefined> &
    Syntax;
  if (/^(?:Return|Throw)Statement$/.test(type)) return true;
  if (type === "BlockStatement") return alwaysLeaves(body as unknown as Syntax[]);
  return (
    type === "IfStatement" && !!alternate && alwaysLeaves([consequent as Syntax]) && alwaysLeaves([alternate])
  );
}

/** Whether an expression that stands there may be a call instead. */
function isReplaceable(node: Syntax, parent: Syntax): boolean {
  switch (parent.type) {
    case "VariableDeclarator":
      return parent.init === node;
    case "ReturnStatement":
    case "ThrowStatement":
    case "SpreadElement":
    case "ExpressionStatement":
    case "ArrayExpression":
      return node.type !== "SpreadElement";
    case "IfStatement":
    case "ConditionalExpression":
      return true;
    case "AssignmentExpression":
    case "LogicalExpression":
    case "ForOfStatement":
      return parent.right === node;
    case "CallExpression":
    case "NewExpression":
      return parent.callee !== node && node.type !== "SpreadElement";
    case "Property":
      return (
        parent.value === node && parent.kind === "init" && parent.method !== true && parent.shorthand !== true
      );
    default:
      return false;
  }
}
