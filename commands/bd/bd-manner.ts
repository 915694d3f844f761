import { BzError } from "../../model/errors";
import { isJsonObject, type JsonValue } from "../../model/json";
import { bdDocument, listIn } from "../../output/bd-document";
import { formatBdErrors } from "../../output/bd-errors";
import { bdVersion } from "../../output/bd-reports";
import { escapeText } from "../../output/escape";
import { type Format, isForPrograms } from "../../output/format";
import { formatErrors } from "../../output/render";
import type { Result } from "../../output/result";
import type { Style } from "../../output/style";
import type { Manner } from "../manner";
import type { World } from "../world";
import { respell } from "./respell";
import { directoryOf } from "./spellings";

/** bz as its callers know bd: that tool's spellings, JSON, errors and exit codes. */
export class BdManner implements Manner {
  readonly knowsSessions = false;
  readonly #env: World["env"];
  readonly #isNamedBd: boolean;
  #words: readonly string[] = [];
  #form: string | undefined;
  #command = "";

  constructor(env: World["env"], { isNamedBd }: { readonly isNamedBd: boolean }) {
    this.#env = env;
    this.#isNamedBd = isNamedBd;
  }

  respell(words: readonly string[]): ReturnType<Manner["respell"]> {
    const { words: meant, form, needless } = respell([...this.#place(words), ...words]);
    this.#words = meant;
    this.#form = form;
    return { words: meant, reply: needless === undefined ? undefined : needlessReply(needless) };
  }

  answer(result: Result, command: string, format: Format): Result {
    this.#command = command;
    if (format !== "json") return { ...result, text: this.#text(result) };
    const document = result.data();
    const { failures = [] } = result;
    if (failures.length > 0 && listIn(document)?.length === 0) throw allOf(failures);
    const shown = this.#enveloped(bdDocument(this.#form ?? command, document));
    return { ...result, data: () => shown };
  }

  answerInstead(error: BzError): Result | undefined {
    if (error.code !== "NOTHING_READY" || !this.#words.includes("ready")) return undefined;
    return { data: () => [], text: () => "", ids: [], notes: [error.message] };
  }

  formatErrors(errors: readonly BzError[], format: Format, style: Style): string {
    const told = errors.map((error) => this.#renamed(error));
    return isForPrograms(format) ? formatBdErrors(told) : formatErrors(told, format, style);
  }

  /** Whoever asks to be shown several gets those that are there. */
  exitCodeOf(errors: readonly BzError[], hasAnswer: boolean): number {
    return errors.length === 0 || (hasAnswer && this.#command === "show") ? 0 : 1;
  }

  /** The older variable names the file of a database in the workspace. */
  #place(words: readonly string[]): string[] {
    const { BEADS_DIR, BEADS_DB } = this.#env;
    const isNamed = words.some((word) => /^--(?:db|data)(?:=|$)/.test(word));
    return BEADS_DIR || !BEADS_DB || isNamed ? [] : [`--data=${directoryOf(BEADS_DB)}`];
  }

  #enveloped(data: JsonValue): JsonValue {
    return this.#env.BD_JSON_ENVELOPE === "1" ? { schema_version: 1, data } : data;
  }

  /** Commands to go on with have to be there under the name that they are given. */
  #renamed(error: BzError): BzError {
    const { code, message, hint } = error;
    return !this.#isNamedBd || hint === undefined
      ? error
      : new BzError(code, message, { hint: underName("bd", hint) });
  }

  /** What clients read out of text: the version, and the id of what was created. */
  #text(result: Result): Result["text"] {
    if (this.#command === "version") return () => `bd version ${bdVersion} (${buildIn(result.data())})\n`;
    if (this.#isNamedBd && (this.#command === "prime" || this.#command === "onboard"))
      return (screen) => underName("bd", result.text(screen));
    const [id] = result.saved ?? [];
    if (this.#command !== "create" || id === undefined || this.#words.includes("--silent"))
      return result.text;
    return () => `Created issue: ${escapeText(id)}\n`;
  }
}

/** When nothing could be done there is no answer beside the errors. */
function allOf(failures: readonly BzError[]): BzError {
  const [first] = failures;
  const message = failures.map((failure) => failure.message).join("; ");
  return new BzError(first?.code ?? "INVALID", message, { hint: first?.hint });
}

/** The command lines in a text, under another name: those in backquotes, and those that a line begins with. */
function underName(name: string, text: string): string {
  return text.replaceAll(/(^|\\n|`)bz (?=[a-z])/gm, `$1${name} `);
}

function needlessReply(sentence: string): Result {
  return {
    data: () => ({ status: "not_needed", message: sentence }),
    text: () => `${sentence}\n`,
    ids: [],
  };
}

function buildIn(document: JsonValue): string {
  const build = bdDocument("version", document);
  return isJsonObject(build) && typeof build.build === "string" ? build.build : "bz";
}
