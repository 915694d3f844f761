import type { JsonValue } from "./json";
import { normaliseStatus, statuses } from "./status";

/** A setting that the program obeys: what it is called, and which values it takes. */
export interface Setting<T extends JsonValue = JsonValue> {
  readonly key: string;
  /** The environment variable that stands above the files. */
  readonly variable: string;
  /** What it decides, without a full stop. */
  readonly summary: string;
  readonly usual: T;
  /** What completes "it must be". */
  readonly rule: string;
  /** A value as a YAML file holds it; undefined when it is not allowed. */
  read(value: unknown): T | undefined;
  /** A value as a command line or an environment variable spells it; undefined when it is not allowed. */
  parse(text: string): T | undefined;
}

export const lockTimeoutSetting: Setting<number> = {
  key: "lock.timeout_ms",
  variable: "BEADS_LOCK_TIMEOUT_MS",
  summary: "How long a command waits for the writers' lock",
  usual: 30_000,
  rule: "a whole number of milliseconds",
  read: (value) => (Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined),
  parse: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined),
};

export const autoFlushSetting: Setting<boolean> = {
  key: "sync.auto_flush",
  variable: "BEADS_SYNC_AUTO_FLUSH",
  summary: "Whether issues.jsonl is written by itself after a change",
  usual: true,
  rule: "true or false",
  read: (value) => (typeof value === "boolean" ? value : undefined),
  parse: (text) => booleanOf(text.toLowerCase()),
};

export const customStatusSetting: Setting<string[]> = {
  key: "status.custom",
  variable: "BEADS_STATUS_CUSTOM",
  summary: "Statuses that the project has beside those of bz",
  usual: [],
  rule: "names of lower-case letters, digits, `_` and `-`, separated by commas, none of which bz has itself",
  read(value) {
    const names = typeof value === "string" ? value.split(",") : value;
    if (!Array.isArray(names)) return undefined;
    const texts = names.map((name: unknown) => (typeof name === "string" ? name.trim() : ""));
    return texts.every(isStatusName) ? [...new Set(texts)] : undefined;
  },
  parse: (text) => customStatusSetting.read(text),
};

/** All of them, by key. A key that is not here decides nothing. */
export const settings: readonly Setting[] = [lockTimeoutSetting, customStatusSetting, autoFlushSetting];

function booleanOf(word: string): boolean | undefined {
  switch (word) {
    case "true":
    case "yes":
    case "on":
    case "1":
      return true;
    case "false":
    case "no":
    case "off":
    case "0":
      return false;
    default:
      return undefined;
  }
}

function isStatusName(text: string): boolean {
  return /^[a-z][a-z0-9_-]{0,31}$/.test(text) && !statuses.includes(normaliseStatus(text));
}
