import { BzError } from "./errors";
import { nearestSpellings } from "./spelling";

/** What an issue has to be, as `bz query` is told it. */
export type QueryExpression =
  | { readonly kind: "and" | "or"; readonly parts: readonly QueryExpression[] }
  | { readonly kind: "not"; readonly part: QueryExpression }
  | QueryComparison;

export interface QueryComparison {
  readonly kind: "comparison";
  readonly field: QueryWord;
  /** `is`: the field alone, which has to be one that is true or false. */
  readonly operator: QueryOperator | "is";
  /** One, but for `in` and `not in`; none for `is`. */
  readonly values: readonly QueryWord[];
}

export const queryOperators = ["=", "!=", "<", "<=", ">", ">=", "~", "!~", "in", "not in"] as const;

export type QueryOperator = (typeof queryOperators)[number];

/** A word of the expression and where it stands, so that whoever has no use for it can point at it. */
export interface QueryWord {
  readonly text: string;
  /** In quotes nothing has a meaning of its own: `none` is nobody, `"none"` somebody of that name. */
  readonly isQuoted: boolean;
  readonly at: number;
  readonly length: number;
}

const longestExpression = 20_000;
const deepestNesting = 64;

/**
 *     expression  = conjunction { "or" conjunction }
 *     conjunction = term { "and" term }
 *     term        = "not" term | "(" expression ")" | field [ operator value | [ "not" ] "in" "(" value { "," value } ")" ]
 *
 * Words of the grammar are read in any case. A value is a word, or text in single or double quotes in which a backslash stands before a quote or another one.
 * @throws BzError USAGE pointing at the first place that cannot be read, and nothing else whatever the text
 */
export function parseQueryExpression(source: string): QueryExpression {
  if (source.length > longestExpression) {
    throw new BzError(
      "USAGE",
      `an expression has ${longestExpression} characters at most, not ${source.length}`,
      {
        hint: "`in (...)` takes many values; `--id` and other filters can stand beside an expression",
      },
    );
  }
  return new Parser(source).parse();
}

/** The expression as text that is read as the same one. */
export function formatQueryExpression(expression: QueryExpression): string {
  if (expression.kind === "not")
    return `not ${formatPart(expression.part, expression.part.kind !== "comparison")}`;
  if (expression.kind === "comparison") return formatComparison(expression);
  const { kind, parts } = expression;
  return parts.map((part) => formatPart(part, part.kind === "and" || part.kind === "or")).join(` ${kind} `);
}

/** @throws always: BzError USAGE or INVALID that points at a place of the expression */
export function failInQuery(
  source: string,
  place: Pick<QueryWord, "at" | "length">,
  message: string,
  {
    hint,
    expected = [],
    nearest = [],
  }: { hint?: string | undefined; expected?: readonly string[]; nearest?: readonly string[] } = {},
): never {
  throw new BzError("USAGE", message, {
    hint: hint ?? (expected.length > 0 ? `expected ${expected.join(", ")}` : undefined),
    excerpt: { text: source, at: place.at, length: place.length },
    context: { expression: source, position: place.at, expected: [...expected], nearest: [...nearest] },
  });
}

function formatPart(part: QueryExpression, isGroup: boolean): string {
  const text = formatQueryExpression(part);
  return isGroup ? `(${text})` : text;
}

function formatComparison({ field, operator, values }: QueryComparison): string {
  if (operator === "is") return field.text;
  const list = values.map(formatWord).join(", ");
  if (operator === "in" || operator === "not in") return `${field.text} ${operator} (${list})`;
  return `${field.text} ${operator} ${list}`;
}

function formatWord({ text, isQuoted }: QueryWord): string {
  return isQuoted ? `"${text.replace(/["\\]/g, "\\$&")}"` : text;
}

type TokenKind = "word" | "quoted" | "operator" | "(" | ")" | "," | "end";

interface Token extends QueryWord {
  readonly kind: TokenKind;
}

const tokenPattern =
  /\s*(?:([(),])|(<=|>=|==|<>|!=|!~|[=<>~])|"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'|([^\s(),=<>~!"']+))/y;
const spellings: ReadonlyMap<string, QueryOperator> = new Map([
  ...queryOperators.map((operator): [string, QueryOperator] => [operator, operator]),
  ["==", "="],
  ["<>", "!="],
]);
const symbols = ["=", "!=", "<", "<=", ">", ">=", "~", "!~", "in", "not in"];

class Parser {
  readonly #source: string;
  #token: Token;
  #end = 0;

  constructor(source: string) {
    this.#source = source;
    this.#token = this.#read();
  }

  parse(): QueryExpression {
    const expression = this.#expression(0);
    if (this.#is("end")) return expression;
    if (this.#is(")")) this.#fail("this parenthesis closes nothing", []);
    this.#failToGoOn(["and", "or"]);
  }

  #expression(depth: number): QueryExpression {
    return this.#junction("or", () => this.#junction("and", () => this.#term(depth)));
  }

  #junction(kind: "and" | "or", read: () => QueryExpression): QueryExpression {
    const first = read();
    const parts = [first];
    while (this.#takeKeyword(kind)) parts.push(read());
    return parts.length === 1 ? first : { kind, parts };
  }

  #term(depth: number): QueryExpression {
    if (depth > deepestNesting) this.#fail(`more than ${deepestNesting} levels are nested here`, []);
    if (this.#takeKeyword("not")) return { kind: "not", part: this.#term(depth + 1) };
    const opening = this.#token;
    if (opening.kind !== "(") return this.#comparison();
    this.#advance();
    const expression = this.#expression(depth + 1);
    if (this.#is(")")) this.#advance();
    else if (this.#is("end"))
      failInQuery(this.#source, opening, "this parenthesis is not closed", { expected: [")"] });
    else this.#failToGoOn(["and", "or", ")"]);
    return expression;
  }

  #comparison(): QueryComparison {
    const field = this.#token;
    if (field.kind !== "word" || isKeyword(field.text))
      this.#fail(field.kind === "end" ? "a field is missing here" : "this is not a field", [
        "a field",
        "not",
        "(",
      ]);
    this.#advance();
    const { kind, text } = this.#token;
    if (kind === "end" || kind === ")" || this.#isKeyword("and") || this.#isKeyword("or"))
      return { kind: "comparison", field: wordOf(field), operator: "is", values: [] };
    const isNegated = this.#takeKeyword("not");
    if (this.#takeKeyword("in")) {
      const operator = isNegated ? "not in" : "in";
      return { kind: "comparison", field: wordOf(field), operator, values: this.#list() };
    }
    if (isNegated) this.#fail(`"not" behind a field goes on with "in"`, ["in"]);
    const operator = kind === "operator" ? spellings.get(text) : undefined;
    if (operator === undefined) {
      if (junctions.has(text)) this.#failToGoOn([]);
      const nearest = nearestSpellings(text, ["and", "or", "in"]);
      const hint = nearest.length > 0 ? `did you mean ${nearest.join(" or ")}?` : undefined;
      this.#fail(`there is no operator behind ${field.text}`, symbols, hint);
    }
    this.#advance();
    return { kind: "comparison", field: wordOf(field), operator, values: [this.#value()] };
  }

  #list(): QueryWord[] {
    if (!this.#is("(")) this.#fail(`"in" needs a list in parentheses`, ["("]);
    this.#advance();
    const values = [this.#value()];
    while (this.#is(",")) {
      this.#advance();
      values.push(this.#value());
    }
    if (!this.#is(")")) this.#fail("the list does not go on like this", [",", ")"]);
    this.#advance();
    return values;
  }

  #value(): QueryWord {
    const token = this.#token;
    if (token.kind === "quoted" || (token.kind === "word" && !isKeyword(token.text))) {
      this.#advance();
      return wordOf(token);
    }
    const isWord = token.kind === "word";
    this.#fail(
      isWord
        ? `"${token.text}" is a word of the language; as a value it stands in quotes`
        : "a value is missing here",
      [isWord ? `"${token.text}"` : "a value"],
    );
  }

  #is(kind: TokenKind): boolean {
    return this.#token.kind === kind;
  }

  #isKeyword(keyword: string): boolean {
    return this.#is("word") && this.#token.text.toLowerCase() === keyword;
  }

  #takeKeyword(keyword: string): boolean {
    const isThere = this.#isKeyword(keyword);
    if (isThere) this.#advance();
    return isThere;
  }

  #advance(): void {
    this.#token = this.#read();
  }

  #read(): Token {
    tokenPattern.lastIndex = this.#end;
    const match = tokenPattern.exec(this.#source);
    if (match === null) return this.#readEnd();
    const [all, bracket, operator, double, single, word = ""] = match;
    const length = all.trimStart().length;
    const at = this.#end + all.length - length;
    this.#end += all.length;
    const place = { at, length, isQuoted: false };
    if (bracket === "(" || bracket === ")" || bracket === ",")
      return { kind: bracket, text: bracket, ...place };
    if (operator !== undefined) return { kind: "operator", text: operator, ...place };
    const quoted = double ?? single;
    if (quoted === undefined) return { kind: "word", text: word, ...place };
    return { kind: "quoted", text: quoted.replace(/\\([\s\S])/g, "$1"), ...place, isQuoted: true };
  }

  /** Nothing but white space, or something that begins no token: a quote that does not end, a lone `!`. */
  #readEnd(): Token {
    const rest = this.#source.slice(this.#end);
    const at = this.#end + rest.length - rest.trimStart().length;
    if (rest.trim() === "")
      return { kind: "end", text: "", isQuoted: false, at: this.#source.length, length: 1 };
    const isQuote = this.#source[at] !== "!";
    failInQuery(
      this.#source,
      { at, length: 1 },
      isQuote ? "this quote does not end" : `"!" alone means nothing`,
      {
        expected: isQuote ? [this.#source[at] ?? ""] : ["not", "!=", "!~"],
      },
    );
  }

  #failToGoOn(expected: readonly string[]): never {
    const { text } = this.#token;
    const meant = junctions.get(text);
    if (meant !== undefined) this.#fail(`"${text}" is written as "${meant}"`, [meant]);
    this.#fail(`the expression cannot go on with "${text}"`, expected);
  }

  #fail(message: string, expected: readonly string[], hint?: string): never {
    failInQuery(this.#source, this.#token, message, { expected, hint });
  }
}

const keywords: ReadonlySet<string> = new Set(["and", "or", "not", "in"]);
const junctions: ReadonlyMap<string, string> = new Map([
  ["&", "and"],
  ["&&", "and"],
  ["|", "or"],
  ["||", "or"],
]);

function isKeyword(text: string): boolean {
  return keywords.has(text.toLowerCase());
}

function wordOf({ text, isQuoted, at, length }: Token): QueryWord {
  return { text, isQuoted, at, length };
}
