import { hash53 } from "./hash";
import type { Issue } from "./issue";
import { newIssueId, prefixOfId } from "./issue-id";
import { formatMembers, type Member, readElements, readMembers } from "./json-members";
import type { State } from "./state";
import { instantMs } from "./time";

export interface RenameOptions {
  /** The one that all get. */
  readonly prefix: string;
  readonly random: (length: number) => Uint8Array;
}

/**
 * New ids for the issues that have another prefix: the old one with the prefix exchanged or, where a different issue has that, one that is made from the
 * old one. So the same file gives the same ids again, and a second import finds what the first one made.
 */
export function renamesFor(
  issues: readonly Issue[],
  state: State,
  options: RenameOptions,
): Map<string, string> {
  return new Renaming(issues, state, options).renamed;
}

class Renaming {
  readonly renamed = new Map<string, string>();
  readonly #state: State;
  readonly #options: RenameOptions;
  readonly #foreign = new Map<string, Issue>();
  readonly #used = new Set<string>();
  readonly #count: number;

  constructor(issues: readonly Issue[], state: State, options: RenameOptions) {
    this.#state = state;
    this.#options = options;
    this.#count = state.count + issues.length;
    for (const issue of issues) {
      if (prefixOfId(issue.id) === options.prefix) this.#used.add(issue.id);
      else if (!this.#foreign.has(issue.id)) this.#foreign.set(issue.id, issue);
    }
    for (const id of this.#foreign.keys()) this.#rename(id);
  }

  #rename(id: string): string {
    const known = this.renamed.get(id);
    if (known !== undefined) return known;
    const { prefix, random } = this.#options;
    const wanted = [this.#likeBefore(id), `${prefix}-${hash53(id).toString(36)}`];
    const taken = (candidate: string) => this.#used.has(candidate) || this.#state.has(candidate);
    const chosen =
      wanted.find((candidate) => this.#isFree(candidate, id)) ??
      newIssueId(prefix, this.#count, random, taken);
    this.#used.add(chosen);
    this.renamed.set(id, chosen);
    return chosen;
  }

  /** A child keeps beginning with what its parent is called. */
  #likeBefore(id: string): string {
    const dot = id.lastIndexOf(".");
    const stem = id.slice(0, Math.max(0, dot));
    if (this.#foreign.has(stem)) return this.#rename(stem) + id.slice(dot);
    return `${this.#options.prefix}-${id.slice(id.lastIndexOf("-") + 1)}`;
  }

  /** An issue that an earlier import renamed has kept its birthday. */
  #isFree(candidate: string, id: string): boolean {
    if (this.#used.has(candidate)) return false;
    const known = this.#state.issue(candidate);
    const birthday = this.#foreign.get(id)?.created_at ?? "";
    return known === undefined || instantMs(known.created_at) === instantMs(birthday);
  }
}

/** Rewrites the ids that name issues, and nothing else: texts that mention one are the user's words. */
export function renameIds(line: string, renamed: ReadonlyMap<string, string>): string {
  const members = unstamped(line).map((member) => {
    if (member.key === "id") return renameMember(member, renamed);
    if ((member.key !== "dependencies" && member.key !== "comments") || !member.raw.startsWith("["))
      return member;
    const elements = readElements(member.raw).map((element) => renameInElement(element, renamed));
    return { key: member.key, raw: `[${elements.join(",")}]` };
  });
  return formatMembers(members);
}

const referenceKeys: ReadonlySet<string> = new Set(["issue_id", "depends_on_id", "depends_on", "target_id"]);

function renameInElement(element: string, renamed: ReadonlyMap<string, string>): string {
  if (!element.startsWith("{")) return element;
  return formatMembers(
    readMembers(element).map((member) =>
      referenceKeys.has(member.key) ? renameMember(member, renamed) : member,
    ),
  );
}

function renameMember(member: Member, renamed: ReadonlyMap<string, string>): Member {
  const value: unknown = JSON.parse(member.raw);
  const id = typeof value === "string" ? renamed.get(value) : undefined;
  return id === undefined ? member : { key: member.key, raw: JSON.stringify(id) };
}

/** The line as that of another issue. */
export function withId(line: string, id: string): string {
  const others = unstamped(line).filter((member) => member.key !== "id");
  return formatMembers([{ key: "id", raw: JSON.stringify(id) }, ...others]);
}

/** Under another id the line is another issue: the stamps, with their checksum and ids, are those of the old one. */
function unstamped(line: string): Member[] {
  return readMembers(line).filter((member) => member.key !== "_stamp");
}
