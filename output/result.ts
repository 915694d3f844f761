import type { BzError } from "../model/errors";
import type { JsonValue } from "../model/json";
import type { Screen } from "./style";

/** What a command answers. It never knows in which form it is shown. */
export interface Result {
  /**
   * The one document of `--json`, from which every other form for programs is made, too. A function: some parts cost a look at
   * every issue, which text does not need.
   */
  data(): JsonValue;
  /** For people and pipes; ends with a line end unless it is empty. What comes from the store has to be escaped here. */
  text(screen: Screen): string;
  /** What `-q` prints, one a line. Without it `-q` prints the text. */
  readonly ids?: readonly string[];
  /** The records of JSON Lines, CSV and the like, where the list in the document is not all of them. */
  records?(): readonly JsonValue[];
  /** Of a list of issues: what is worth a column where not everything is. */
  readonly fields?: ShownFields;
  /** Said beside the text on stderr, never beside JSON or ids. */
  readonly notes?: readonly string[];
  /** Sentences for stderr in every form; they change no exit code. */
  readonly warnings?: readonly string[];
  /** What of the request could not be done. The data names it too; the exit code comes from here. */
  readonly failures?: readonly BzError[];
  /** Ids of what is durable by now, said when the answer itself cannot be written. */
  readonly saved?: readonly string[];
}

export interface ShownFields {
  /** The keys that the caller asked for, in that order; the records have no others. */
  readonly chosen?: readonly string[] | undefined;
  /** What the command adds to the keys of an issue and is worth a column. */
  readonly added: readonly string[];
}
