import type { Finished } from "../helpers/bz-process";

/** A command line that changes something. Its facts must be true of the store afterwards: all of them or none. */
export interface Attempt {
  /** Under which session it runs: the history tells by it which transaction it was. */
  readonly session: string;
  readonly words: readonly string[];
  readonly facts: readonly string[];
  /** What is known of its facts: "open" while it runs and after it was killed, until a reader has looked. */
  state: "open" | "present" | "absent";
}

/** What a reader was shown. */
export interface Look {
  readonly issues: ReadonlyMap<string, Issue>;
  /** The sessions of the attempts that it shows. */
  readonly sessions: ReadonlySet<string>;
  readonly wrong: readonly string[];
}

export interface Issue {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly priority: number;
  readonly description?: string;
  readonly notes?: string;
  readonly assignee?: string;
  readonly close_reason?: string;
  readonly labels?: readonly string[];
  readonly comments?: readonly { readonly text: string }[];
}

/**
 * What was asked of a tracker and what was answered, kept by a process that is no part of it. Facts are only ever added, so whatever was acknowledged or
 * shown once has to be in every later answer, and what a dead process had not saved by the next look in none.
 */
export class Ledger {
  readonly #attempts = new Map<string, Attempt>();
  readonly #owners = new Map<string, Attempt>();

  get attempts(): Iterable<Attempt> {
    return this.#attempts.values();
  }

  begin(words: readonly string[], facts: readonly string[]): Attempt {
    const session = `s${this.#attempts.size + 1}`;
    const attempt: Attempt = { session, words: [...words, "--session", session], facts, state: "open" };
    this.#attempts.set(session, attempt);
    for (const fact of facts) this.#owners.set(fact, attempt);
    return attempt;
  }

  /** Who was told an id or of a change may rely on it, whatever became of the process afterwards. */
  end(attempt: Attempt, { code, stdout, stderr }: Pick<Finished, "code" | "stdout" | "stderr">): void {
    if (code === 0 || (code === null && stdout.endsWith("\n"))) attempt.state = "present";
    else if (code !== null && !/not known|saved as/i.test(stderr)) attempt.state = "absent";
  }

  /** What is certain now, for a reader that begins now. */
  certain(): Map<string, Attempt["state"]> {
    return new Map([...this.#attempts].map(([session, { state }]) => [session, state]));
  }

  /** Compares what `bz export` printed with what was certain when it began. */
  look(exported: string, certain: ReadonlyMap<string, Attempt["state"]>): Look {
    const wrong: string[] = [];
    const issues = issuesIn(exported, wrong);
    const shown = new Set<string>();
    for (const fact of factsOf(issues.values())) {
      if (shown.has(fact)) wrong.push(`twice: ${fact}`);
      if (!this.#owners.has(fact)) wrong.push(`nobody asked for: ${fact}`);
      shown.add(fact);
    }
    const sessions = new Set<string>();
    for (const { session, words, facts } of this.#attempts.values()) {
      const found = facts.filter((fact) => shown.has(fact)).length;
      const what = `bz ${words.join(" ")}`;
      if (found > 0 && found < facts.length) wrong.push(`half of it is there: ${what}`);
      if (found === 0 && certain.get(session) === "present" && facts.length > 0)
        wrong.push(`acknowledged or shown, and lost: ${what}`);
      if (found > 0 && certain.get(session) === "absent") wrong.push(`denied or gone, and there: ${what}`);
      if (found > 0) sessions.add(session);
    }
    return { issues, sessions, wrong };
  }

  /** No process runs any more: what this look shows is there for ever, what it does not show never comes. */
  settle({ sessions }: Look): void {
    for (const attempt of this.#attempts.values())
      if (attempt.state === "open") attempt.state = sessions.has(attempt.session) ? "present" : "absent";
  }
}

export function issuesIn(exported: string, wrong: string[] = []): Map<string, Issue> {
  const issues = new Map<string, Issue>();
  for (const line of exported.split("\n")) {
    if (line === "") continue;
    const issue = JSON.parse(line) as Issue;
    if (issues.has(issue.id)) wrong.push(`${issue.id} comes twice`);
    issues.set(issue.id, issue);
  }
  return issues;
}

function factsOf(issues: Iterable<Issue>): string[] {
  return [...issues].flatMap((issue) => {
    const { id, title, priority, description = "", notes, status, close_reason, assignee } = issue;
    return [
      issueFact(title, priority, description),
      ...(issue.labels ?? []).map((label) => labelFact(id, label)),
      ...(issue.comments ?? []).map(({ text }) => commentFact(id, text)),
      ...(notes === undefined ? [] : notes.split("\n").map((note) => noteFact(id, note))),
      ...(status === "closed" ? [closedFact(id, close_reason ?? "")] : []),
      ...(assignee === undefined ? [] : [heldFact(assignee)]),
    ];
  });
}

export const issueFact = (title: string, priority: number, description = ""): string =>
  `issue ${title} | ${priority} | ${description}`;
export const labelFact = (id: string, label: string): string => `${id} has label ${label}`;
export const commentFact = (id: string, text: string): string => `${id} has comment ${text}`;
export const noteFact = (id: string, note: string): string => `${id} has note ${note}`;
export const closedFact = (id: string, reason: string): string => `${id} is closed: ${reason}`;
/** Each attempt to claim something has an actor of its own. */
export const heldFact = (actor: string): string => `${actor} holds an issue`;
