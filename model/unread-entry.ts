import type { Entry } from "./entry";
import type { Issue } from "./issue";
import type { UnreadPut } from "./operation";

/** An issue all of which an operation says whose line nobody keeps. */
export class UnreadEntry implements Entry {
  readonly id: string;
  readonly pending = undefined;
  issue: Issue | undefined;
  readonly #put: UnreadPut;

  constructor(
    put: UnreadPut,
    readonly version: number,
  ) {
    this.id = put.id;
    this.#put = put;
  }

  get line(): string {
    return this.#put.line;
  }
}
