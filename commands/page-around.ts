/** What stands around a part of a list. */
export interface PageAround {
  /** How every document of a list ends. */
  readonly page: { readonly total: number; readonly returned: number; readonly truncated: boolean };
  /** Beside text. */
  readonly notes: readonly string[];
}

/** `whenEmpty` is said when there is nothing at all. */
export function pageAround(
  returned: number,
  total: number,
  { offset }: { readonly offset: number },
  whenEmpty: string,
): PageAround {
  const left = Math.max(0, total - offset - returned);
  const page = { total, returned, truncated: left > 0 };
  if (total === 0) return { page, notes: [whenEmpty] };
  if (offset >= total) return { page, notes: [`--offset ${offset} is behind the end: there are ${total}`] };
  return { page, notes: left === 0 ? [] : [`${left} more; -n 0 shows all`] };
}

/** What is said in place of an empty list. */
export const noIssues = "no issues";
export const noneReady = "nothing is ready";
