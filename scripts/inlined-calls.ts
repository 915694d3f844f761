import { type Standing, standingOf } from "./evaluation-order";
import { asExpression, givenTo, withValues } from "./given-values";
import { type NamedFunction, onlyCallOf, type Reading, read } from "./named-functions";
import { makersOfOthers } from "./seldom-run";
import { type Edit, type NewName, newNames, ownNodesIn, type Syntax, withEdits } from "./syntax";

/**
 * The body of a function with each function that is called in one place, and named in no other, put there. A function takes the engine 2,750 instructions and 640 bytes of its heap when it is
 * first called, and the call 1,500 (Bun 1.4.5). Each name is to stand for one thing (`withUniqueNames`). What is evaluated, and in which order, stays as it was.
 */
export function withCallsInlined(body: string): string {
  const newName = newNames(body);
  for (let text = body; ; ) {
    const next = withSomeInlined(text, newName);
    if (next === text) return text;
    text = next;
  }
}

/** What puts a function where it is called, or takes a step towards that; all of it within the ranges. */
interface Step {
  readonly edits: readonly Edit[];
  readonly ranges: readonly (readonly [start: number, end: number])[];
}

function withSomeInlined(text: string, newName: NewName): string {
  const reading = read(text);
  const steps: Step[] = [];
  const taken: [start: number, end: number][] = [];
  for (const each of reading.functions) {
    if (makersOfOthers.includes(each.name)) continue;
    const call = onlyCallOf(each, reading);
    const step = call && stepTowards(each, call, reading, newName);
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

function stepTowards(
  called: NamedFunction,
  call: Syntax,
  reading: Reading,
  newName: NewName,
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
  const temporaries = standing.before.map((each) => ({ each, name: newName("before") }));
  const lines = temporaries.map(({ each, name }) => `const ${name} = (${text.slice(each.start, each.end)});`);
  const spilled = temporaries.map(({ each, name }): Edit => [each.start, each.end, name]);
  const { instead, front } = standing.choice
    ? chosen(standing.choice, standing, reading, newName)
    : inlined(called.node, call, standing, reading, newName);
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
}

/** Whether a statement stands among others, or alone as in the branch of an `if`; undefined where nothing can be put before it. */
function placeOf(statement: Syntax, reading: Reading): "among others" | "alone" | undefined {
  const parent = reading.parentOf(statement);
  if (parent === undefined) return undefined;
  if (/^(?:BlockStatement|SwitchCase)$/.test(parent.type)) return "among others";
  if (statement.type === "VariableDeclaration") return undefined;
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
function chosen(choice: Syntax, { statement }: Standing, { text }: Reading, newName: NewName): Moved {
  const textOf = (node: unknown): string => text.slice((node as Syntax).start, (node as Syntax).end);
  const isReturned = statement.type === "ReturnStatement" && statement.argument === choice;
  const isStatement = statement.type === "ExpressionStatement" && statement.expression === choice;
  const name = newName("chosen");
  const take = (node: unknown): string =>
    isReturned
      ? `return (${textOf(node)});`
      : isStatement
        ? `(${textOf(node)});`
        : `${name} = (${textOf(node)});`;
  const instead = isReturned || isStatement ? undefined : { node: choice, name };
  if (choice.type === "ConditionalExpression") {
    const decided = `if (${textOf(choice.test)}) {\n${take(choice.consequent)}\n} else {\n${take(choice.alternate)}\n}`;
    return { front: instead === undefined ? [decided] : [`let ${name};`, decided], instead };
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
    return { front, instead };
  }
  return {
    front: [
      `let ${name} = (${textOf(choice.left)});`,
      `if (${isOpen}) {\n${take(choice.right)}\n}`,
      ...(isReturned ? [`return ${name};`] : []),
    ],
    instead,
  };
}

/** The body of a function, where it is called. */
function inlined(
  callee: Syntax,
  call: Syntax,
  { statement }: Standing,
  reading: Reading,
  newName: NewName,
): Moved {
  const isReturned = statement.type === "ReturnStatement" && statement.argument === call;
  const isStatement = statement.type === "ExpressionStatement" && statement.expression === call;
  const result = isReturned || isStatement ? undefined : newName("result");
  const { lines, values } = givenTo(callee, call, reading, newName);
  const block = callee.body as Syntax;
  if (block.type !== "BlockStatement") {
    const value = `(${withValues(block, values, [], reading)});`;
    const taken = isReturned ? `return ${value}` : result === undefined ? value : `${result} = ${value}`;
    const front = [
      ...(result === undefined ? [] : [`let ${result};`]),
      `{\n${[...lines, taken].join("\n")}\n}`,
    ];
    return { front, instead: result === undefined ? undefined : { node: call, name: result } };
  }
  const statements = block.body as Syntax[];
  const last = statements[statements.length - 1];
  if (isReturned) {
    const text = textBetween(block, values, [], reading);
    const end = last && /^(?:Return|Throw)Statement$/.test(last.type) ? "" : "return;";
    return { front: [`{\n${[...lines, text, end].join("\n")}\n}`], instead: undefined };
  }
  const label = newName("end");
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
  return { front, instead: result === undefined ? undefined : { node: call, name: result } };
}

function returnsIn(block: Syntax): Syntax[] {
  return [...ownNodesIn(block)].filter((each) => each.type === "ReturnStatement");
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
