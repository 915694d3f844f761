import { makerOfSeldom } from "./seldom-run";
import {
  childrenOf,
  type Edit,
  isVariable,
  nameOf,
  namesDeclaredBy,
  namesSetIn,
  nodesIn,
  parseBody,
  type Syntax,
  withEdits,
} from "./syntax";

export interface WithSeldomElsewhere {
  readonly body: string;
  /** The text of a CommonJS module; undefined where nothing is seldom run. */
  readonly seldom: string | undefined;
}

/**
 * Takes what is seldom run (`withSeldomRunApart`) out of the body of a unit, into a file. Of a script the engine sums up every letter, and reads all of its bytecode, whether that is run or not
 * (15 instructions for each letter, Bun 1.4.5).
 * @param body of which each name stands for one thing
 * @param file as the body is to require it
 */
export function withSeldomInFile(body: string, file: string): WithSeldomElsewhere {
  const statements = parseBody(body);
  const maker = statements.find(
    ({ type, id }) => type === "FunctionDeclaration" && nameOf(id as Syntax) === makerOfSeldom,
  );
  if (maker === undefined) return { body, seldom: undefined };
  const atTop = new Map(statements.flatMap((each) => (each === maker ? [] : namesAtTop(each))));
  for (const name of namesDeclaredIn(maker))
    if (atTop.has(name)) throw new Error(`${name} stands for two things`);
  const given = new Set<string>();
  const shared = new Set<string>();
  const edits: Edit[] = [];
  const look = (parent: Syntax): void => {
    for (const node of childrenOf(parent)) {
      look(node);
      const name = nameOf(node);
      const isFixed = isVariable(node, parent) ? atTop.get(name) : undefined;
      if (isFixed === true) given.add(name);
      if (isFixed !== false) continue;
      shared.add(name);
      edits.push([node.start, node.end, inPlaceOf(name, node, parent)]);
    }
  };
  look(maker);
  const { start, end } = maker.body as Syntax;
  const areSet = namesSetIn(statements);
  const access = Array.from(shared, (name) => {
    const getter = `get ${name}() { return ${name}; }`;
    return areSet.has(name) ? `${getter}, set ${name}($value) { ${name} = $value; }` : getter;
  });
  const values = [`{ ${access.join(", ")} }`, ...given];
  return {
    body: withEdits(body, [
      [start + 1, end - 1, `\nreturn require(${JSON.stringify(file)})(${values.join(", ")});\n`],
    ]),
    seldom: `module.exports = (${["$shared", ...given].join(", ")}) => ${withEdits(body.slice(0, end), edits).slice(start)};\n`,
  };
}

/** Also where it is set, in that file or in the other. */
function inPlaceOf(name: string, node: Syntax, parent: Syntax): string {
  const text = `$shared.${name}`;
  if (parent.shorthand === true) return `${name}: ${text}`;
  // Without brackets it would be called for the object.
  return parent.type === "CallExpression" && parent.callee === node ? `(0, ${text})` : text;
}

/** The names that a statement declares, and whether each stands for the same from the beginning, or cannot be read before. */
function namesAtTop({ type, kind, id, declarations }: Syntax): [name: string, isFixed: boolean][] {
  if (/^(?:Function|Class)Declaration$/.test(type)) return [[nameOf(id as Syntax), true]];
  if (type !== "VariableDeclaration") return [];
  return (declarations as Syntax[]).flatMap((each) =>
    Array.from(namesDeclaredBy(each.id as Syntax), (name): [string, boolean] => [name, kind === "const"]),
  );
}

function* namesDeclaredIn(statement: Syntax): Iterable<string> {
  for (const node of nodesIn(statement)) {
    const { id, params, param } = node as Syntax & { id?: Syntax; params?: Syntax[]; param?: Syntax };
    if (id) yield* namesDeclaredBy(id);
    for (const each of params ?? []) yield* namesDeclaredBy(each);
    if (param) yield* namesDeclaredBy(param);
  }
}
