import fc from "fast-check";
import type { JsonValue } from "../../model/json";

export const anyKey: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "toString", 'a"b', "a\\", "é", "source_repo", "content_hash"),
  fc.string({ maxLength: 6 }),
);

/** Any JSON value, lone surrogates, odd keys and nesting among them. */
export const anyJson: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.string({ unit: "binary" }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(anyKey, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

/** Raw texts that JSON.parse and JSON.stringify would not give back. */
export const rawTexts = [
  "12345678901234567890123",
  "1.0",
  "1e2",
  '"\\u0041\\u003c"',
  '"\\ud800"',
  '[ 1 ,{"a" : 2} ]',
  '{"b":1,"b":2}',
  "null",
  '""',
] as const;

export const day = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
export const dayText = "2026-01-02T03:04:05.678Z";

/** A line as other tools write it. */
export function plainLine(id: string, more = ""): string {
  return `{"id":"${id}","title":"T","status":"open","priority":2,"issue_type":"task","created_at":"${dayText}","updated_at":"${dayText}"${more}}`;
}
