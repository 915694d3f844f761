import { BzError } from "../model/errors";
import { spellingHint } from "../model/spelling";
import type { Format } from "../output/format";
import type { Result } from "../output/result";
import type { Style } from "../output/style";
import type { World } from "./world";

/** How bz is talked to and answers where it stands in for another tool. Everything in between is the same. */
export interface Manner {
  /** Whether its callers say which session they are. */
  readonly knowsSessions: boolean;
  /**
   * The same request in the words of bz, or what is answered without running anything.
   * @throws BzError USAGE
   */
  respell(words: readonly string[]): {
    readonly words: readonly string[];
    readonly reply?: Result | undefined;
  };
  /**
   * The answer in the form that callers of the other tool expect.
   * @param command what ran
   * @throws BzError when nothing of what was asked for could be done
   */
  answer(result: Result, command: string, format: Format): Result;
  /** What is answered in place of an error, where the other tool knows no such error. */
  answerInstead(error: BzError): Result | undefined;
  /** One error, or what of several things failed. */
  formatErrors(errors: readonly BzError[], format: Format, style: Style): string;
  /** @param hasAnswer something of what was asked for could be done */
  exitCodeOf(errors: readonly BzError[], hasAnswer: boolean): number;
}

/**
 * The manner that `BZ_COMPAT` asks for, or the name under which the program was called. Undefined: its own.
 * @throws BzError USAGE when BZ_COMPAT names none
 */
export async function findManner({ env, calledAs }: World): Promise<Manner | undefined> {
  const wanted = env.BZ_COMPAT || (isNamedBd(calledAs) ? "bd" : "bz");
  if (wanted === "bz") return undefined;
  if (wanted === "bd")
    return new (await import("./bd/bd-manner")).BdManner(env, { isNamedBd: isNamedBd(calledAs) });
  throw new BzError("USAGE", `BZ_COMPAT cannot be "${wanted}"`, {
    hint: spellingHint(wanted, ["bd", "bz"]),
    context: { valid: ["bd", "bz"] },
  });
}

function isNamedBd(calledAs: string): boolean {
  return calledAs === "bd" || calledAs.endsWith("/bd");
}
