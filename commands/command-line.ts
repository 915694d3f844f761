import { BzError } from "../model/errors";
import { exitCodeOf, exitCodeOfAll, exitDone } from "../output/exit-code";
import { type Format, isForPrograms, isRecordFormat } from "../output/format";
import type { Progress } from "../output/progress";
import { formatErrors, formatWarning, renderData, renderTalk } from "../output/render";
import type { Result } from "../output/result";
import { blankScreen, type Screen, screenFor } from "../output/style";
import { standardError, standardInput, standardOutput } from "../output/writer";
import type { FastRest } from "../storage/fast/write";
import { type ParsedValues, parseArguments } from "./arguments";
import { type CalledCommand, calledVerb, findCalledCommand, namedCommand } from "./called-command";
import type { AnyCommand, Arguments } from "./command";
import type { VerbEntry } from "./command-entry";
import { Context } from "./context";
import type { FastLeft } from "./fast/call";
import { type GlobalValues, globalArguments } from "./global-arguments";
import { lagNote } from "./lag-note";
import { findManner, type Manner } from "./manner";
import { outputFailed } from "./output-failed";
import { readTextArguments } from "./text-arguments";
import { drawsText, guessedFormat, wantedFormat } from "./wanted-format";
import type { World } from "./world";

/** Runs one command line: reads it, answers on stdout and stderr, and gives the exit code. */
export async function runCommandLine(words: readonly string[], world: World): Promise<number> {
  const line = new CommandLine(words, world);
  try {
    await line.takeOnManner();
    const { context, exitCode } = await line.answerAndPrint();
    await line.settle(context);
    return exitCode;
  } catch (error) {
    return line.report(asBzError(error));
  }
}

/** Tells and does what the fast path leaves. Gives the exit code. */
export async function finishFastCall(left: FastLeft, world: World): Promise<number> {
  const { talk, rest, tellsLag = false } = left;
  const line = new CommandLine([], world);
  const error = errorOf(left);
  const exitCode = error === undefined ? exitDone : line.report(error);
  if (talk !== undefined) line.tell(talk);
  if (rest !== undefined) await line.settle({ settle: () => settleRest(rest, tellsLag, world) });
  return exitCode;
}

function errorOf({ failure, outputError, saved }: FastLeft): BzError | undefined {
  if (failure !== undefined) return new BzError(failure.code, failure.message, failure);
  return outputError === undefined ? undefined : outputFailed(saved, outputError);
}

async function settleRest(rest: FastRest, tellsLag: boolean, world: World): Promise<string | undefined> {
  const store = world.openStore({ cwd: world.currentDirectory(), env: world.env });
  store.takeOver(rest);
  const { lag } = await store.settle(tellsLag);
  return lag !== undefined && tellsLag ? lagNote(lag) : undefined;
}

interface LoadedCommand {
  readonly command: AnyCommand;
  readonly declared: Arguments;
}

interface Answer {
  readonly context: Context;
  readonly result: Result;
}

class CommandLine {
  readonly #words: readonly string[];
  readonly #flags: readonly string[];
  readonly #world: World;
  /** Undefined: its own. */
  #manner: Manner | undefined;
  /** A guess until the words are parsed, so that a usage error comes in the form that was asked for. */
  #format: Format;
  #hasColour: boolean;
  #mayPage: boolean;
  #progress: Progress | undefined;

  constructor(words: readonly string[], world: World) {
    const ending = words.indexOf("--");
    this.#words = words;
    this.#flags = ending === -1 ? words : words.slice(0, ending);
    this.#world = world;
    this.#format = guessedFormat(this.#flags, undefined);
    this.#hasColour = !this.#flags.includes("--no-color");
    this.#mayPage = !this.#flags.includes("--no-pager");
  }

  async takeOnManner(): Promise<void> {
    this.#manner = await findManner(this.#world);
  }

  /** On its own, so that the answer, which may hold all that was read, is no longer held when the store is tidied up. */
  async answerAndPrint(): Promise<{ context: Context; exitCode: number }> {
    const { context, result } = await this.#answer();
    return { context, exitCode: await this.#print(context, result) };
  }

  async #answer(): Promise<Answer> {
    const { words, reply } = this.#manner?.respell(this.#words) ?? { words: this.#words };
    if (reply !== undefined) return { context: this.#contextFor("", {}), result: reply };
    const called = findCalledCommand(words);
    if (this.#flags.includes("--help") || this.#flags.includes("-h")) {
      if (called.verb !== undefined) await this.#load(called.verb);
      return this.#run(await loadCommand(namedCommand("help")), { topic: called.topic }, {});
    }
    try {
      return await this.#call(called);
    } catch (error) {
      if (called.insteadOfVerb === undefined || !(error instanceof BzError)) throw error;
      const { withMeantVerb } = await import("./usage-errors");
      throw withMeantVerb(error, called, called.insteadOfVerb);
    }
  }

  async #print(context: Context, result: Result): Promise<number> {
    const stdout = isForPrograms(this.#format) ? blankScreen : this.#screen(standardOutput);
    this.#progress?.clear();
    const data = await renderData(result, this.#format, stdout);
    try {
      if (!(await this.#page(context, data))) this.#world.write(standardOutput, data);
    } catch (error) {
      return this.report(outputFailed(result.saved, error));
    }
    const warnings = [...context.notices, ...(result.warnings ?? [])];
    this.tell((style) => renderTalk({ ...result, warnings }, this.#format, style));
    const { failures = [] } = result;
    if (this.#manner === undefined) return exitCodeOfAll(failures);
    if (isForPrograms(this.#format)) this.#tellErrors(failures);
    return this.#manner.exitCodeOf(failures, true);
  }

  /** Shows in a pager what a person asked to see and has no room for. */
  async #page(context: Context, text: string): Promise<boolean> {
    const world = this.#world;
    if (this.#format !== "text" || !this.#mayPage || context.hasWritten) return false;
    if (!world.isTerminal(standardInput) || !world.isTerminal(standardOutput)) return false;
    const { isLongerThan, pagerCommand } = await import("../output/pager");
    const command = pagerCommand(world.env);
    const size = world.terminalSize(standardOutput);
    if (command === undefined || size === undefined || !isLongerThan(text, size)) return false;
    return (await world.page(command, text)) === "shown";
  }

  /** The answer has been given: what goes wrong from here on is worth a warning and changes nothing. */
  async settle(context: Pick<Context, "settle">): Promise<void> {
    try {
      const note = await context.settle();
      if (note !== undefined && this.#format === "text") this.tell(() => `${note}\n`);
    } catch (error) {
      const { messageAfterSaving } = await import("./saved-message");
      const message = messageAfterSaving(asBzError(error));
      const sentence = `the change is saved, but the store could not be tidied up after it: ${message}`;
      this.tell((style) => formatWarning(sentence, style));
    }
  }

  report(error: BzError): number {
    this.#progress?.clear();
    this.#tellErrors([error]);
    return this.#manner?.exitCodeOf([error], false) ?? exitCodeOf(error);
  }

  async #call(called: CalledCommand): Promise<Answer> {
    const loaded = await this.#load(calledVerb(called));
    const { command, declared } = loaded;
    const { name } = command.meta;
    const { values, globals } = parseArguments(name, called.words, declared, globalArguments);
    const own = declared.format;
    const drawing = own !== undefined && drawsText(own) ? values.format : undefined;
    this.#format = wantedFormat(globalsOf(globals), typeof drawing === "string" ? drawing : undefined);
    this.#hasColour = globals["no-color"] !== true;
    this.#mayPage = globals["no-pager"] !== true;
    if (globals.version === true) return this.#run(await loadCommand(namedCommand("version")), {}, globals);
    return this.#run(loaded, values, globals);
  }

  /** A command may have a `--format` of its own, which means something else. */
  async #load(verb: VerbEntry): Promise<LoadedCommand> {
    const loaded = await loadCommand(verb);
    const own = loaded.declared.format;
    if (own !== undefined) this.#format = guessedFormat(this.#flags, own);
    return loaded;
  }

  async #run(
    { command, declared }: LoadedCommand,
    values: ParsedValues,
    globals: ParsedValues,
  ): Promise<Answer> {
    if (typeof globals.directory === "string") this.#world.changeDirectory(globals.directory);
    const { name } = command.meta;
    const context = this.#contextFor(name, globals);
    const args = await readTextArguments(values, declared, this.#world);
    try {
      // The parser has just checked the values against the very declarations that the parameter's type is made from.
      const result = await command.run(context, args as never);
      return { context, result: this.#manner?.answer(result, name, this.#format) ?? result };
    } catch (error) {
      const instead = error instanceof BzError ? this.#manner?.answerInstead(error) : undefined;
      if (instead === undefined) throw error;
      return { context, result: instead };
    }
  }

  #contextFor(command: string, globals: ParsedValues): Context {
    return new Context(this.#world, {
      command,
      globals: globalsOf(globals),
      format: this.#format,
      knowsSessions: this.#manner?.knowsSessions ?? true,
      openProgress: () => this.#openProgress(),
      evaluate: (result) => this.#evaluate(result),
    });
  }

  async #openProgress(): Promise<Progress | undefined> {
    if (!this.#world.isTerminal(standardError)) return undefined;
    const { openProgress } = await import("../output/progress");
    this.#progress = await openProgress(this.#world);
    return this.#progress;
  }

  #evaluate(result: Result): Result {
    if (isForPrograms(this.#format)) {
      const data = result.data();
      const records = isRecordFormat(this.#format) ? result.records?.() : undefined;
      return { ...result, data: () => data, ...(records === undefined ? {} : { records: () => records }) };
    }
    const text =
      this.#format === "ids" && result.ids !== undefined ? "" : result.text(this.#screen(standardOutput));
    return { ...result, text: () => text };
  }

  #screen(descriptor: number): Screen {
    return screenFor({
      isTerminal: this.#world.isTerminal(descriptor),
      env: this.#world.env,
      isColourWanted: this.#hasColour,
      measure: () => this.#world.terminalSize(descriptor)?.columns,
    });
  }

  #tellErrors(errors: readonly BzError[]): void {
    const format = this.#format;
    this.tell(
      (style) => this.#manner?.formatErrors(errors, format, style) ?? formatErrors(errors, format, style),
    );
  }

  /** Whoever closed stderr does not want to hear; the exit code still speaks. */
  tell(format: (style: Screen["style"]) => string): void {
    try {
      const text = format(this.#screen(standardError).style);
      this.#world.write(standardError, text);
    } catch {
      return;
    }
  }
}

async function loadCommand(verb: VerbEntry): Promise<LoadedCommand> {
  const { command } = await verb.load();
  return { command, declared: command.args() };
}

function asBzError(error: unknown): BzError {
  if (error instanceof BzError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.name === "UnsupportedPlatformError") {
    return new BzError("UNSUPPORTED", message, { cause: error });
  }
  return new BzError("INTERNAL", `bz has a defect: ${message}`, {
    hint: "please report it with the command line; `bz doctor` tells whether the store is well",
    cause: error,
  });
}

function globalsOf(values: ParsedValues): GlobalValues {
  // As in `run`: parsed against these declarations.
  return values as unknown as GlobalValues;
}
