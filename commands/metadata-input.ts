import { BzError } from "../model/errors";
import type { JsonValue } from "../model/json";
import { findInexactNumber } from "../model/json-number";
import { refuseRepeatedKeys } from "../model/repeated-keys";

/** Any JSON whose numbers can be kept as they are written. */
export function parseMetadata(text: string, name = "--metadata"): JsonValue {
  const value = parseJson(text, name);
  const inexact = findInexactNumber(text);
  if (inexact === undefined) {
    refuseRepeatedKeys(text, name);
    return value;
  }
  throw new BzError("INVALID", `${name}: the number ${inexact} would be stored as ${Number(inexact)}`, {
    hint: `write it as a string: "${inexact}"`,
    context: { number: inexact },
  });
}

function parseJson(text: string, name: string): JsonValue {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BzError("INVALID", `${name} is not JSON: ${reason}`, {
      hint: 'write it in quotes, as in --metadata \'{"key":"value"}\', or name a file: --metadata @FILE',
      cause: error,
    });
  }
}
