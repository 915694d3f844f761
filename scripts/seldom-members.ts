import {
  before,
  type Edit,
  isWithin,
  nameAtTop,
  nameOf,
  newNames,
  nodesIn,
  parseBody,
  type Syntax,
  withEdits,
} from "./syntax";

/**
 * The body of a function with a mark at the beginning of every method and accessor of its classes, and wherever a member of one of their names is asked for: whoever runs it finds out which are
 * needed.
 * @param mark an expression, given the name of what is run (`nameOfMember`, `nameOfAsking`)
 */
export function withMemberMarks(body: string, mark: (name: string) => string): string {
  const { members, askings } = read(body);
  const edits: Edit[] = [];
  for (const { ofClass, name, node } of members)
    edits.push(...before((node.value as Syntax).body as Syntax, mark(nameOfMember(ofClass, name))));
  for (const [name, asked] of askings)
    for (const { object } of asked ?? []) edits.push(...before(object as Syntax, mark(nameOfAsking(name))));
  return withEdits(body, edits);
}

/**
 * The body of a function in which the methods and accessors that are seldom asked for are given to their classes when somebody does. The engine makes an object of each that stands in a class,
 * which with what it decodes takes it 4,000 instructions (Bun 1.4.5), and of those of a unit of the fast path a third and more are not run. Which member an asking means is not known: all that
 * ask for one of that name see to it that it is there. Who reaches a member by a name that is put together is not to be in a unit.
 * @param run what a usual call runs, as `withMemberMarks` names it
 * @param classes of which nothing else is handed an object: who asks that for a member is in the body
 */
export function withSeldomMembersApart(
  body: string,
  run: ReadonlySet<string>,
  classes: readonly string[],
): string {
  const { members, askings } = read(body);
  const seldom = members.filter(
    ({ ofClass, name, isMovable }) =>
      isMovable &&
      classes.includes(ofClass) &&
      askings.get(name) !== undefined &&
      !run.has(nameOfAsking(name)) &&
      !run.has(nameOfMember(ofClass, name)),
  );
  if (seldom.length === 0) return body;
  const newName = newNames(body);
  const [give, given, onto, from, each] = ["give", "given", "onto", "from", "each"].map(newName);
  const edits: Edit[] = seldom.map(({ node }) => [node.start, node.end, ""]);
  const isMoved = (place: Syntax): boolean => seldom.some(({ node }) => isWithin(place, node));
  for (const name of new Set(seldom.map((member) => member.name)))
    for (const asking of askings.get(name) ?? [])
      if (!isMoved(asking)) edits.push(...before(asking.object as Syntax, `${give}()`));
  const byClass = Map.groupBy(seldom, ({ ofClass }) => ofClass);
  const gifts = Array.from(byClass, ([ofClass, moved]) => {
    const texts = moved.map(({ node }) => body.slice(node.start, node.end));
    return `[${ofClass}, class {\n${texts.join("\n")}\n}]`;
  });
  return `${withEdits(body, edits).trimEnd()}
var ${given} = false;
function ${give}() {
if (${given}) return;
${given} = true;
for (const [${onto}, ${from}] of [${gifts.join(", ")}])
for (const ${each} of Object.getOwnPropertyNames(${from}.prototype))
if (${each} !== "constructor") Object.defineProperty(${onto}.prototype, ${each}, Object.getOwnPropertyDescriptor(${from}.prototype, ${each}));
}
`;
}

interface Member {
  readonly ofClass: string;
  readonly name: string;
  readonly node: Syntax;
  /** Whether it does the same when it is given to its class later. */
  readonly isMovable: boolean;
}

interface Reading {
  readonly members: readonly Member[];
  /** By name, what asks for a member of it; undefined where one of them is no place for a mark, or names it in another way. */
  readonly askings: ReadonlyMap<string, readonly Syntax[] | undefined>;
}

function read(body: string): Reading {
  const statements = parseBody(body);
  const members = statements.flatMap(membersOf);
  const askings = new Map<string, Syntax[] | undefined>(members.map(({ name }) => [name, []]));
  for (const statement of statements)
    for (const node of nodesIn(statement)) {
      const asked = nameAskedBy(node);
      const found = asked === undefined ? undefined : askings.get(asked);
      if (found !== undefined && !isShort(node.object as Syntax)) found.push(node);
      else if (asked !== undefined) askings.set(asked, undefined);
      for (const name of namesOtherwise(node)) askings.set(name, undefined);
    }
  return { members, askings };
}

function nameAskedBy({ type, computed, property }: Syntax): string | undefined {
  return type === "MemberExpression" && computed !== true ? nameOf(property as Syntax) : undefined;
}

/** By which a member may be asked for as well, or be another one of the object itself. */
function namesOtherwise({ type, value, key, properties }: Syntax): string[] {
  if (type === "Literal") return typeof value === "string" ? [value] : [];
  if (type === "PropertyDefinition") return [nameOf(key as Syntax)];
  if (type !== "ObjectPattern") return [];
  return (properties as Syntax[]).flatMap((each) =>
    each.type === "Property" ? [nameOf(each.key as Syntax)] : [],
  );
}

/** Of a class at the top. */
function membersOf(statement: Syntax): Member[] {
  const ofClass = nameAtTop(statement);
  const [only] = (statement.declarations as Syntax[] | undefined) ?? [];
  const node = (statement.type === "ClassDeclaration" ? statement : only?.init) as Syntax | null | undefined;
  if (ofClass === undefined || !node || !/^Class/.test(node.type)) return [];
  const members = (node.body as Syntax).body as Syntax[];
  return members.filter(isMember).map((each) => ({
    ofClass,
    name: nameOf(each.key as Syntax),
    node: each,
    isMovable: ![...nodesIn(each)].some(({ type }) =>
      /^(?:Super|MetaProperty|PrivateIdentifier)$/.test(type),
    ),
  }));
}

/** Of the objects of a class, with a name that is plain. */
function isMember({ type, kind, computed, key, ...others }: Syntax): boolean {
  const isOfObjects = kind !== "constructor" && others.static !== true;
  return type === "MethodDefinition" && isOfObjects && !computed && (key as Syntax).type === "Identifier";
}

/** Whether nothing is asked for where something before it is not there, or of what is not an object of its own. */
function isShort(object: Syntax): boolean {
  if (object.type === "Super") return true;
  if (object.type === "MemberExpression") return object.optional === true || isShort(object.object as Syntax);
  if (object.type === "CallExpression") return object.optional === true || isShort(object.callee as Syntax);
  return false;
}

function nameOfMember(ofClass: string, name: string): string {
  return `${ofClass}.${name}`;
}

function nameOfAsking(name: string): string {
  return `.${name}`;
}
