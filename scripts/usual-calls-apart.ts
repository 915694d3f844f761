import { type Edit, nameOf, nodesIn, parseBody, type Syntax, withEdits } from "./syntax";

/**
 * The body of a function in which a function that is usually called in one place, of several, is there twice: for that place, so that it can stand there (`withCallsInlined`), and as it was for the
 * others. Each name is to stand for one thing.
 * @param run what a usual call runs: functions at the top by their names, and calls as `nameOfCall` names them
 * @returns the body, whose names have to be made unique again, and what is run of it
 */
export function withUsualCallsApart(
  body: string,
  run: ReadonlySet<string>,
): { readonly body: string; readonly run: ReadonlySet<string> } {
  const statements = parseBody(body);
  const edits: Edit[] = [];
  const others: string[] = [];
  const left = new Set(run);
  for (const [name, { declaration, calls }] of calledFunctions(statements)) {
    const usual = calls.filter((_, index) => run.has(nameOfCall(name, index)));
    const [only, ...more] = usual;
    if (only === undefined || more.length > 0 || calls.length === 1) continue;
    if (only.start >= declaration.start && only.end <= declaration.end) continue;
    const { start, end } = declaration.id as Syntax;
    edits.push([start, end, `$usual_${name}`], [only.start, only.end, `$usual_${name}`]);
    others.push(`${body.slice(declaration.start, declaration.end)}\n`);
    left.delete(name);
    left.add(`$usual_${name}`);
  }
  return { body: `${others.join("")}${withEdits(body, edits)}`, run: left };
}

/** The call of a function at the top that is in the text behind so many others. */
export function nameOfCall(name: string, index: number): string {
  return `${name}@${index}`;
}

interface CalledFunction {
  readonly declaration: Syntax;
  /** The names that are called. */
  readonly calls: readonly Syntax[];
}

/** The functions at the top that are called, in the order of the text. */
export function calledFunctions(statements: readonly Syntax[]): Map<string, CalledFunction> {
  const found = new Map<string, { declaration: Syntax; calls: Syntax[] }>();
  for (const declaration of statements)
    if (declaration.type === "FunctionDeclaration")
      found.set(nameOf(declaration.id as Syntax), { declaration, calls: [] });
  for (const statement of statements)
    for (const { type, callee } of nodesIn(statement))
      if (type === "CallExpression" && (callee as Syntax).type === "Identifier")
        found.get(nameOf(callee as Syntax))?.calls.push(callee as Syntax);
  return found;
}
