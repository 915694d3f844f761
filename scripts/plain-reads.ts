import {
  type Edit,
  isFunction,
  type NewName,
  nameOf,
  namesSetIn,
  newNames,
  nodesIn,
  parseBody,
  type Syntax,
  withEdits,
} from "./syntax";

/**
 * The body of a function with names that are taken out of an object, without more ado, read one by one: two of them take the engine 2,350 instructions when it does that for the first time,
 * and two plain reads 900 to 1,600 (Bun 1.4.5). Each name is to stand for one thing. Of what is null it is another error.
 */
export function withPlainReads(body: string): string {
  const newName = newNames(body);
  const statements = parseBody(body);
  const set = namesSetIn(statements);
  const edits: Edit[] = [];
  for (const node of statements.flatMap((each) => [...nodesIn(each)])) {
    if (isFunction(node)) edits.push(...readsOfParams(node, newName, body));
    if (node.type !== "VariableDeclaration") continue;
    // Behind brackets around it, a declarator ends later than what it is given.
    for (const { id, init, end } of node.declarations as (Syntax & Record<"id" | "init", Syntax>)[]) {
      if (!isPlain(id) || !init) continue;
      if (init.type === "ThisExpression" || (init.type === "Identifier" && !set.has(nameOf(init)))) {
        edits.push([id.start, end, readsOf(id, body.slice(init.start, init.end), body)]);
        continue;
      }
      const object = newName("read");
      edits.push([id.start, id.end, object], [end, end, `, ${readsOf(id, object, body)}`]);
    }
  }
  return withEdits(body, edits);
}

/** What a function takes out of what it is given. */
function readsOfParams(node: Syntax, newName: NewName, body: string): Edit[] {
  const { params, body: block } = node as Syntax & { params: Syntax[]; body: Syntax };
  // The one answers with an error, and the other later.
  if (block.type !== "BlockStatement" || node.generator === true || node.async === true) return [];
  if (!params.every((each) => each.type === "Identifier" || isPlain(each))) return [];
  const taken = params.filter(isPlain).map((each) => ({ each, object: newName("read") }));
  if (taken.length === 0) return [];
  const reads = taken.map(({ each, object }) => `let ${readsOf(each, object, body)};`);
  return [
    ...taken.map(({ each, object }): Edit => [each.start, each.end, object]),
    [block.start + 1, block.start + 1, `\n${reads.join("\n")}`],
  ];
}

/** Names of members, and what each becomes. */
function isPlain(pattern: Syntax): boolean {
  const properties = pattern.properties as Syntax[];
  return (
    pattern.type === "ObjectPattern" &&
    properties.length > 0 &&
    properties.every(
      (each) =>
        each.type === "Property" && each.computed !== true && (each.value as Syntax).type === "Identifier",
    )
  );
}

function readsOf(pattern: Syntax, object: string, body: string): string {
  return (pattern.properties as Syntax[])
    .map(({ key, value }) => {
      const { type, start, end } = key as Syntax;
      const name = body.slice(start, end);
      return `${nameOf(value as Syntax)} = ${object}${type === "Identifier" ? `.${name}` : `[${name}]`}`;
    })
    .join(", ");
}
