import { escapeText } from "./escape";
import type { Screen } from "./style";
import { formatTable } from "./table";

/** A search under a name, as the words that it was saved with. */
export interface NamedQuery {
  readonly name: string;
  readonly description?: string | undefined;
  readonly expression?: string | undefined;
  readonly flags: readonly string[];
}

/** Saved queries: a table on a terminal, one plain line each in a pipe. */
export function formatQueries(queries: readonly NamedQuery[], screen: Screen): string {
  if (!screen.isTerminal)
    return queries
      .map((query) => [query.name, wordsOf(query), query.description ?? ""].filter((part) => part !== ""))
      .map((parts) => `${parts.map(escapeText).join("  ")}\n`)
      .join("");
  const columns = [
    { heading: "NAME", cell: ({ name }: NamedQuery) => escapeText(name), paint: screen.style.bold },
    { heading: "FINDS", cell: (query: NamedQuery) => escapeText(wordsOf(query)), isFlexible: true as const },
    { heading: "DESCRIPTION", cell: ({ description = "" }: NamedQuery) => escapeText(description) },
  ];
  const isAnyDescribed = queries.some(({ description }) => description !== undefined);
  return formatTable(isAnyDescribed ? columns : columns.slice(0, 2), queries, screen);
}

function wordsOf({ expression, flags }: NamedQuery): string {
  return [...(expression === undefined ? [] : [expression]), ...flags].join(" ");
}
