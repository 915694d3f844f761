import { BzError } from "../../model/errors";

/** Takes a sentence on what is against the promises. */
export type Accuse = (what: string) => void;

/** What readers gave of a damaged store. */
export interface Shown {
  readonly isRefused: boolean;
  /** Lines of issues that can be shown, those of a refused store one at a time. */
  readonly lines: Readonly<Record<string, string>>;
}

export function describe(error: unknown): string {
  if (error instanceof BzError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** A command that makes so many calls is one that never ends. */
export const neverEnding = ({ number }: { number: number }): { kind: "stop" } | undefined =>
  number > 100_000 ? { kind: "stop" } : undefined;
