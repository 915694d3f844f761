import { BzError } from "./errors";
import type { JsonValue } from "./json";
import { type Setting, settings } from "./setting";
import { nearestSpellings, spellingHint } from "./spelling";

/** @throws BzError INVALID naming the keys that were perhaps meant */
export function findSetting(key: string): Setting {
  const found = settings.find((setting) => setting.key === key);
  if (found !== undefined) return found;
  const keys = settings.map((setting) => setting.key);
  throw new BzError("INVALID", `there is no setting "${key}"`, {
    hint: spellingHint(key, keys),
    context: { key, valid: keys, nearest: nearestSpellings(key, keys) },
  });
}

/** @throws BzError INVALID saying what the value must be */
export function parseSetting(setting: Setting, text: string): JsonValue {
  const value = setting.parse(text.trim());
  if (value !== undefined) return value;
  throw new BzError("INVALID", `${setting.key} cannot be "${text}"`, {
    hint: `it must be ${setting.rule}`,
    context: { key: setting.key, value: text },
  });
}

/** A value as `parse` reads it. */
export function formatSetting(value: JsonValue): string {
  return Array.isArray(value) ? value.join(",") : String(value);
}
