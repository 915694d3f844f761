import {
  before,
  childrenOf,
  type Edit,
  isFunction,
  nameAtTop,
  ownNodesIn,
  parseBody,
  type Syntax,
  withEdits,
} from "./syntax";

/** What a function may come by or not: some statements to the end of their block, or an expression. */
interface Branch {
  readonly start: number;
  readonly end: number;
  /** Puts a mark there. */
  marked(mark: string): Edit[];
  readonly isFunction?: true;
}

/** Edits that put a mark into each branch of the functions in some statements. */
export function branchMarks(statements: readonly Syntax[], mark: (name: string) => string): Edit[] {
  return [...namedBranches(statements)].flatMap(([name, branch]) => branch.marked(mark(name)));
}

/** The body of a function with a mark in each branch that no usual call comes by, and that is in no other one. */
export function withSeldomBranchesMarked(body: string, run: ReadonlySet<string>): string {
  const edits: Edit[] = [];
  const seldom: Branch[] = [];
  for (const [name, each] of namedBranches(parseBody(body))) {
    if (run.has(name)) continue;
    if (seldom.some(({ start, end }) => each.start >= start && each.end <= end)) continue;
    seldom.push(each);
    if (each.isFunction !== true) edits.push(...each.marked(seldomMark));
  }
  return withEdits(body, edits);
}

/** No name in the sources has a dollar. */
export const seldomMark = "$seldomRun";

/** By the names at the top that they belong to, and how many are before them there. */
function* namedBranches(statements: readonly Syntax[]): Iterable<readonly [name: string, branch: Branch]> {
  for (const statement of statements)
    for (const [index, branch] of branchesIn(statement).entries())
      yield [`${nameAtTop(statement)}/${index}`, branch];
}

function branchesIn(statement: Syntax): Branch[] {
  const found: Branch[] = [];
  const look = (node: Syntax, isInFunction: boolean): void => {
    const isInside = isInFunction || isFunction(node);
    if (isFunction(node)) found.push({ ...branchAt(node.body as Syntax), isFunction: true });
    if (isInside) found.push(...armsOf(node), ...restsIn(node));
    for (const child of childrenOf(node)) look(child, isInside);
  };
  look(statement, false);
  return found;
}

function branchAt(node: Syntax): Branch {
  const { start, end } = node;
  return { start, end, marked: (mark) => before(node, mark) };
}

function armsOf(node: Syntax): Branch[] {
  const arms = ((): unknown[] => {
    switch (node.type) {
      case "IfStatement":
      case "ConditionalExpression":
        return [node.consequent, node.alternate];
      case "ForStatement":
      case "ForOfStatement":
      case "ForInStatement":
      case "WhileStatement":
      case "CatchClause":
        return [node.body];
      case "LogicalExpression":
        return [node.right];
      case "AssignmentExpression":
        return /^(?:\?\?|\|\||&&)=$/.test(String(node.operator)) ? [node.right] : [];
      default:
        return [];
    }
  })() as (Syntax | null)[];
  return arms.filter((each) => each !== null).map(branchAt);
}

/** What stands behind something that may leave it. */
function restsIn(node: Syntax): Branch[] {
  const list = statementsOf(node);
  return list.flatMap(({ start }, index) => {
    const previous = list[index - 1];
    if (previous === undefined ? node.type !== "SwitchCase" : !mayLeave(previous)) return [];
    return [{ start, end: node.end, marked: (mark: string) => [[start, start, `${mark};`] as const] }];
  });
}

export function statementsOf(node: Syntax): Syntax[] {
  if (node.type === "BlockStatement") return node.body as Syntax[];
  return node.type === "SwitchCase" ? (node.consequent as Syntax[]) : [];
}

function mayLeave(node: Syntax): boolean {
  for (const each of ownNodesIn(node))
    if (/^(?:Return|Throw|Break|Continue)Statement$/.test(each.type)) return true;
  return false;
}
