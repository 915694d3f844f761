import { literalText } from "../text-arguments";

/** What a flag of bd means: the words of bz that stand for it, none where bz has no need of it. */
export interface FlagMeaning {
  readonly takesValue: boolean;
  /** `value`: what was given; of a switch `true`, or what stands behind its `=`. */
  write(value: string): readonly string[];
}

/** A switch for something that bz does anyway, or has no use for. */
export const ignored: FlagMeaning = { takesValue: false, write: () => [] };

/** The same with a value. */
export const ignoredValue: FlagMeaning = { takesValue: true, write: () => [] };

export function renamedSwitch(...words: readonly string[]): FlagMeaning {
  return { takesValue: false, write: (value) => (/^(false|no|off|0)$/i.test(value) ? [] : words) };
}

export function renamed(flag: string): FlagMeaning {
  return { takesValue: true, write: (value) => [`${flag}=${value}`] };
}

/** Text as it is, whatever it begins with: `@` names no file here, and a hyphen no flag. */
export function literal(flag: string): FlagMeaning {
  return { takesValue: true, write: (value) => [`${flag}=${literalText(value)}`] };
}

/** The same, but for a hyphen alone, which bd takes for stdin in a few places. */
export function literalOrStdin(flag: string): FlagMeaning {
  return { takesValue: true, write: (value) => (value === "-" ? [`${flag}=-`] : literal(flag).write(value)) };
}

/** Text from a file, or with `-` from stdin. */
export function fromFile(flag: string): FlagMeaning {
  return { takesValue: true, write: (value) => [value === "-" ? `${flag}=-` : `${flag}=@${value}`] };
}

export function written(write: FlagMeaning["write"]): FlagMeaning {
  return { takesValue: true, write };
}

/** Positional, since bz has no flag for it. */
export const positional: FlagMeaning = { takesValue: true, write: (value) => [value] };
