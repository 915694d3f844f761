import { type Edit, nameOf, nodesIn, parseBody, type Syntax, withEdits } from "./syntax";

/**
 * The texts without the methods and accessors of their classes that nobody names in any of them: a class that a unit of the fast path shares with the whole program has many, and the engine
 * makes an object of each (4,000 instructions, Bun 1.4.5). The units hand each other objects, so that all of them count. Who reaches a member by a name that is put together is not to be in a unit.
 */
export function withoutUnusedMembers(bodies: ReadonlyMap<string, string>): Map<string, string> {
  const named = new Set(calledByTheEngine);
  const members: { readonly unit: string; readonly name: string; readonly node: Syntax }[] = [];
  for (const [unit, body] of bodies) {
    const keys = new Set<Syntax>();
    for (const statement of parseBody(body))
      for (const node of nodesIn(statement)) {
        if (node.type === "MethodDefinition" && node.kind !== "constructor" && node.computed !== true) {
          const key = node.key as Syntax;
          keys.add(key);
          members.push({ unit, name: nameOf(key), node });
        } else if (/^(?:Private)?Identifier$/.test(node.type) && !keys.has(node)) named.add(nameOf(node));
        else if (node.type === "Literal" && typeof node.value === "string") named.add(node.value);
      }
  }
  const unused = members.filter(({ name }) => !named.has(name));
  const left = new Map(bodies);
  for (const [unit, body] of bodies) {
    const edits = unused
      .filter((each) => each.unit === unit)
      .map(({ node }): Edit => [node.start, node.end, ""]);
    left.set(unit, withEdits(body, edits));
  }
  // What only an unused member names is unused as well.
  return unused.length === 0 ? left : withoutUnusedMembers(left);
}

/** Of iterators, promises and values that become text. */
const calledByTheEngine = ["next", "return", "then", "toJSON", "toString", "valueOf"];
