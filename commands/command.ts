import type { ArgDef } from "citty";
import type { Result } from "../output/result";
import type { AnswerName } from "../output/schema/answers";
import type { Context } from "./context";

/**
 * One argument of a command: citty's declaration, from which help is rendered, and two words of our own that the strict parser
 * (`arguments.ts`) obeys. An alias of one letter is a short flag (`-t`), a longer one another long flag.
 */
export type Argument = ArgDef & {
  /** May be given several times; each value is also split at commas. The last positional may repeat, too, without splitting. */
  readonly repeat?: true;
  /** Free text: `-` reads it from stdin, `@FILE` from a file, `@@` stands for a leading `@`. A positional knows only `-`. */
  readonly text?: true;
  /** Words that a shell may offer; others are taken, too. What the values of most arguments are is known by their names. */
  readonly suggests?: readonly string[];
};

export type Arguments = Record<string, Argument>;

/** What `run` gets for each declaration. Undefined: not given. */
export type Values<A extends Arguments> = { readonly [Key in keyof A]: Value<A[Key]> };

type Value<A extends Argument> = A extends { repeat: true }
  ? A extends { required: true }
    ? readonly string[]
    : readonly string[] | undefined
  : A extends { type: "boolean" }
    ? boolean | undefined
    : A extends { type: "enum"; options: readonly (infer Option)[] }
      ? Option | undefined
      : A extends { required: true }
        ? string
        : string | undefined;

/** A command: what it takes, how it is used, what it does. `run` answers; it never prints. */
export interface Command<A extends Arguments> {
  readonly meta: CommandMeta;
  args(): A;
  /** The schema of its JSON, by name: `bz schema` prints it, and the contract test holds the command to it. */
  readonly answer: AnswerName;
  /** Whole command lines. */
  readonly examples: readonly string[];
  run(context: Context, args: Values<A>): Result | Promise<Result>;
}

export interface CommandMeta {
  readonly name: string;
  /** One or more sentences for `--help`. */
  readonly description: string;
}

/** A command whose arguments only itself knows, as the table holds it. */
export interface AnyCommand {
  readonly meta: CommandMeta;
  args(): Arguments;
  readonly answer: AnswerName;
  readonly examples: readonly string[];
  run(context: Context, args: never): Result | Promise<Result>;
}

/** Declares a command, so that `run` sees exactly the arguments that were declared. */
export function defineBz<const A extends Arguments>(command: Command<A>): Command<A> {
  return command;
}
