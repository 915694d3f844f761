import { BzError } from "../model/errors";
import type { Issue } from "../model/issue";
import type { IssueFacts } from "../model/issue-facts";
import type { IssueSource } from "../model/issue-source";
import type { State } from "../model/state";
import { factsOfColumns } from "./column-facts";
import type { ColumnsBuilder } from "./columns-builder";

/** All issues of a state while they are written into a snapshot: their facts are taken from its columns, so that no line is parsed again. */
export class WrittenIssues implements IssueSource {
  readonly #state: State;
  readonly #columns: ColumnsBuilder;

  constructor(state: State, columns: ColumnsBuilder) {
    this.#state = state;
    this.#columns = columns;
  }

  get count(): number {
    return this.#columns.ids.length;
  }

  ids(): readonly string[] {
    return this.#columns.ids;
  }

  allFacts(issueOf: (id: string) => Issue | undefined): readonly IssueFacts[] {
    return factsOfColumns(this.#columns.columns, [this.#columns.ids], (id) => {
      const issue = issueOf(id);
      if (issue === undefined) throw new BzError("CORRUPT", `the line of ${id} is gone from the snapshot`);
      return issue;
    });
  }

  has(id: string): boolean {
    return this.#state.has(id);
  }

  line(id: string): string | undefined {
    return this.#state.line(id);
  }

  version(id: string): number {
    return this.#state.version(id);
  }

  idsMentioning(id: string): readonly string[] {
    return this.#state.idsMentioning(id);
  }
}
