import { parseMoments } from "./date-input";
import { BzError } from "./errors";
import { fold } from "./fold";
import { timeMsOf } from "./issue-facts";
import type { Condition } from "./issue-filter";
import { findQueryField, operatorsOf, type QueryField, queryFieldNames, queryFields } from "./query-fields";
import { failInQuery, type QueryComparison, type QueryExpression, type QueryWord } from "./query-language";
import { nearestSpellings } from "./spelling";

/** What only the caller knows. The functions throw a BzError for what cannot be. */
export interface QueryWorld {
  readonly nowMs: number;
  /** Whom `me` stands for. */
  readonly actor: string;
  readStatus(text: string): string;
  readType(text: string): string;
  readId(text: string): string;
}

/**
 * The condition that an expression says.
 * @param source the text of the expression, to point at a place of it
 * @throws BzError USAGE for an unknown field, an operator that a field does not know, or a value that it cannot have
 */
export function compileQuery(source: string, expression: QueryExpression, world: QueryWorld): Condition {
  if (expression.kind === "comparison") return compileComparison(source, expression, world);
  if (expression.kind === "not") return negated(compileQuery(source, expression.part, world));
  const parts = expression.parts.map((part) => compileQuery(source, part, world));
  return expression.kind === "and"
    ? (issue) => parts.every((holds) => holds(issue))
    : (issue) => parts.some((holds) => holds(issue));
}

/** The comparisons of an expression, whatever stands around them. */
export function comparisonsOf(expression: QueryExpression): QueryComparison[] {
  if (expression.kind === "comparison") return [expression];
  return (expression.kind === "not" ? [expression.part] : expression.parts).flatMap(comparisonsOf);
}

function compileComparison(source: string, comparison: QueryComparison, world: QueryWorld): Condition {
  const field = findQueryField(comparison.field.text);
  if (field === undefined) failForField(source, comparison.field);
  const reading: Reading = new Reading(source, field, world);
  const { operator, values } = comparison;
  const [value] = values;
  if (value === undefined) {
    if (field.kind === "flag") return (issue) => field.holds(issue, world.nowMs);
    reading.fail(comparison.field, `there is no operator behind ${field.name}`, operatorsOf(field));
  }
  if (operator === "is" || !operatorsOf(field).includes(operator))
    reading.fail(comparison.field, `${field.name} is not compared by ${operator}`, operatorsOf(field));
  switch (operator) {
    case "!=":
      return negated(reading.condition("=", value));
    case "!~":
      return negated(reading.condition("~", value));
    case "in":
    case "not in": {
      const each = values.map((one) => reading.condition("=", one));
      const holds: Condition = (issue) => each.some((fits) => fits(issue));
      return operator === "in" ? holds : negated(holds);
    }
    default:
      return reading.condition(operator, value);
  }
}

type PlainOperator = "=" | "<" | "<=" | ">" | ">=" | "~";

/** Reads the values of one field. */
class Reading {
  readonly #source: string;
  readonly #field: QueryField;
  readonly #world: QueryWorld;

  constructor(source: string, field: QueryField, world: QueryWorld) {
    this.#source = source;
    this.#field = field;
    this.#world = world;
  }

  condition(operator: PlainOperator, value: QueryWord): Condition {
    const field = this.#field;
    const { nowMs } = this.#world;
    const isNone = !value.isQuoted && value.text.toLowerCase() === "none";
    if (field.kind === "flag") {
      const wanted = this.#read(value, readSwitch);
      return (issue) => field.holds(issue, nowMs) === wanted;
    }
    if (isNone && operator !== "=") this.fail(value, `none is compared by = and != alone`, ["=", "!="]);
    if (field.kind === "text") {
      const isThere = (text: string | undefined): text is string => text !== undefined && text !== "";
      if (isNone) return (issue) => !field.texts(issue, nowMs).some(isThere);
      const wanted = operator === "~" ? fold(value.text) : this.#text(field.values, value);
      if (operator === "~")
        return (issue) =>
          field.texts(issue, nowMs).some((text) => isThere(text) && fold(text).includes(wanted));
      return (issue) => field.texts(issue, nowMs).some((text) => (text ?? "") === wanted);
    }
    if (field.kind === "number") {
      if (isNone) return (issue) => field.number(issue) === undefined;
      const wanted = this.#read(value, (text) => field.parse(text));
      return (issue) => isOn(operator, field.number(issue), wanted, wanted);
    }
    if (isNone) return (issue) => issue[field.time] === undefined;
    const [firstMs, lastMs] = this.#read(value, (text) => parseMoments(text, nowMs));
    return (issue) => isOn(operator, timeMsOf(issue, field.time), firstMs, lastMs);
  }

  fail(place: QueryWord, message: string, expected: readonly string[]): never {
    failInQuery(this.#source, place, message, { expected });
  }

  #text(kind: (QueryField & { kind: "text" })["values"], value: QueryWord): string {
    const { actor, readStatus, readType, readId } = this.#world;
    if (kind === "person") return !value.isQuoted && value.text.toLowerCase() === "me" ? actor : value.text;
    if (kind === "status") return this.#read(value, readStatus);
    if (kind === "type") return this.#read(value, readType);
    return kind === "id" ? this.#read(value, readId) : value.text;
  }

  /** Says of what cannot be read where it stands. */
  #read<T>(value: QueryWord, read: (text: string) => T): T {
    try {
      return read(value.text);
    } catch (error) {
      if (!(error instanceof BzError)) throw error;
      const nearest = error.context.nearest;
      const spellings = Array.isArray(nearest) ? nearest.filter((each) => typeof each === "string") : [];
      return failInQuery(this.#source, value, error.message, { hint: error.hint, nearest: spellings });
    }
  }
}

function failForField(source: string, word: QueryWord): never {
  const names = queryFieldNames();
  const nearest = nearestSpellings(word.text.toLowerCase(), names);
  const known = queryFields.map(({ name }) => name).join(", ");
  const hint =
    nearest.length > 0 ? `did you mean ${nearest.join(" or ")}?` : `fields are ${known} and metadata.KEY`;
  failInQuery(source, word, `there is no field "${word.text}"`, { hint, nearest, expected: names });
}

function negated(holds: Condition): Condition {
  return (issue) => !holds(issue);
}

/** Whether a number or moment stands to a span, whose ends belong to it, as the operator says. What is not there stands nowhere. */
function isOn(operator: PlainOperator, value: number | undefined, first: number, last: number): boolean {
  if (value === undefined) return false;
  if (operator === "<") return value < first;
  if (operator === "<=") return value <= last;
  if (operator === ">") return value > last;
  return operator === ">=" ? value >= first : value >= first && value <= last;
}

function readSwitch(text: string): boolean {
  if (/^(?:true|yes)$/i.test(text)) return true;
  if (/^(?:false|no)$/i.test(text)) return false;
  throw new BzError("USAGE", `"${text}" is neither true nor false`, { hint: "write true or false" });
}
