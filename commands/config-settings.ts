import { BzError } from "../model/errors";
import type { JsonObject, JsonValue } from "../model/json";
import { type Setting, settings } from "../model/setting";
import { formatSetting } from "../model/setting-input";
import type { openConfiguration } from "../storage/beside-store";
import type { Arguments } from "./command";

/** What the verbs of `config` share. */
export type Settings = ReturnType<Awaited<ReturnType<typeof openConfiguration>>["settings"]>;
export type FoundValue = ReturnType<Settings["of"]>;

export const keyArgument = {
  type: "positional",
  required: true,
  suggests: settings.map(({ key }) => key),
  description: settings.map(({ key }) => key).join(", "),
} as const satisfies Arguments[string];

export const userArgument = {
  type: "boolean",
  description: "In your own file, for all projects that do not say otherwise",
} as const satisfies Arguments[string];

export function settingRow(setting: Setting, { value, source, path }: FoundValue): JsonObject {
  return {
    key: setting.key,
    value,
    source,
    ...(path === undefined ? {} : { path }),
    default: setting.usual,
    env: setting.variable,
    description: setting.summary,
  };
}

/** An empty list is shown as such; nothing else is empty. */
export function shownValue(value: JsonValue): string {
  const text = formatSetting(value);
  return text === "" ? "(none)" : text;
}

/** Where a value comes from, for people. */
export function sourceOf(setting: Setting, { source, path }: FoundValue): string {
  if (source === "flag") return "--lock-timeout";
  if (source === "env") return setting.variable;
  return path ?? source;
}

/** The value that counts after a change of the file at `path`, and what there is to say about it. The change is made: nothing here may fail. */
export function effectiveAfter(
  settings: Settings,
  setting: Setting,
  path: string,
): { readonly value: JsonValue; readonly source: string; readonly warnings: string[] } {
  try {
    const found = settings.of(setting);
    const source = sourceOf(setting, found);
    const isOverruled = found.path !== path && found.source !== "default";
    const sentence = `${setting.key} is ${shownValue(found.value)} all the same: ${source} says so`;
    return { value: found.value, source, warnings: isOverruled ? [sentence] : [] };
  } catch (error) {
    if (!(error instanceof BzError)) throw error;
    return { value: null, source: "nowhere", warnings: [error.message] };
  }
}
