import { expect } from "bun:test";
import type { TestWorld } from "../commands/test-world";
import { type Model, type PlainIssue, Rules, type Tracker } from "./model";

type Row = Readonly<Record<string, unknown>>;

/** Every question that a tracker answers, and whether the answer is the model's. */
export class Comparison {
  readonly #rules: Rules;

  constructor(
    readonly world: TestWorld,
    readonly model: Model,
  ) {
    this.#rules = new Rules(model.tracker, model.nowMs);
  }

  /** Whether an answer of `list --all` is the model's. */
  isShownBy(document: string): boolean {
    const { issues } = JSON.parse(document) as { issues: readonly Row[] };
    return Bun.deepEquals(
      issues.map(readRow),
      this.#rules.listed().map((issue) => this.#row(issue)),
    );
  }

  /** The state itself. */
  async lists(isWhole = false): Promise<void> {
    const { issues } = this.model.tracker;
    expect(await this.#rows("list", "--all")).toEqual(this.#rules.listed().map((issue) => this.#row(issue)));
    const deleted = [...issues.values()].filter(({ status }) => status === "tombstone");
    if (deleted.length === 0 && !isWhole) return;
    const rows = await this.#rows("list", "-s", "tombstone");
    expect(byId(rows)).toEqual(byId(deleted.map((issue) => this.#row(issue))));
  }

  /** What follows from it. */
  async answers(): Promise<void> {
    const rules = this.#rules;
    const live = rules.listed().filter(({ status }) => status !== "closed");
    expect(await this.#page("ready")).toEqual(
      rules.ready().map(({ id }) => expect.objectContaining({ id, unblocks: rules.unblocks(id) })),
    );
    const blocked = (await this.#page("blocked")).map(({ id, blocked_by }) => ({
      id,
      blockers: sorted(blocked_by ?? []),
    }));
    const expected = live
      .map(({ id }) => ({ id, ...rules.standing(id) }))
      .filter((each) => each.class === "blocked");
    expect(byId(blocked)).toEqual(
      byId(expected.map(({ id, blockers }) => ({ id, blockers: blockers.toSorted() }))),
    );
    expect(await this.world.json("count")).toEqual({ count: live.length });
    const groups = (await this.world.json("count", "--all", "--by", "status")) as Row;
    expect(countsOf(groups)).toEqual(tally(rules.listed().map((issue) => rules.shownStatus(issue))));
    const { memories } = (await this.world.json("memories")) as { memories: readonly Row[] };
    expect(Object.fromEntries(memories.map(({ key, value, text }) => [key, text ?? value]))).toEqual(
      Object.fromEntries(this.model.tracker.memories),
    );
  }

  /** Of each issue: why it stands where it stands, what was said, and who did what. */
  async details(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const issue = this.model.tracker.issues.get(id);
      if (issue === undefined) continue;
      const { blockers, class: name } = this.#rules.standing(id);
      const [why] = await this.#page("why", id);
      const named = ((why?.blockers ?? []) as readonly Row[]).map((blocker) => blocker.id);
      expect({ id, class: why?.class, blockers: sorted(named) }).toEqual({
        ...{ id, class: name },
        blockers: name === "blocked" ? blockers.toSorted() : [],
      });
      const [shown] = await this.#page("show", id);
      expect(
        ((shown?.comments ?? []) as readonly Row[]).map(({ author, text }) => ({ author, text })),
      ).toEqual(issue.comments.map(({ author, text }) => ({ author, text })));
      if (!issue.isPurged) await this.#history(id);
    }
  }

  async #history(id: string): Promise<void> {
    const { events } = (await this.world.json("history", id)) as { events: readonly Row[] };
    const heard = this.#heard(events);
    const done = this.model.log.filter(({ ids }) => ids.includes(id));
    expect({ id, heard: [...heard] }).toEqual({
      id,
      heard: done.map(({ sequence, actor }) => [sequence, actor]),
    });
  }

  /** Who did something, transaction by transaction. */
  async record(): Promise<void> {
    const { events } = (await this.world.json("audit", "list")) as { events: readonly Row[] };
    const heard = this.#heard(events);
    const done = this.model.log.filter(({ ids, keys }) => ids.length + keys.length > 0);
    expect(JSON.stringify([...heard])).toBe(
      JSON.stringify(done.map(({ sequence, actor }) => [sequence, actor]).toReversed()),
    );
  }

  /** The sequences, and whose they are, as far back as the model goes. */
  #heard(events: readonly Row[]): Map<unknown, unknown> {
    const known = events.filter(({ sequence }) => Number(sequence) > this.model.base);
    return new Map(known.map(({ sequence, actor }) => [sequence, actor]));
  }

  /** Each state that there ever was, but for the first ones; a purge rewrites the past, too. */
  async past(first = 0): Promise<void> {
    if ([...this.model.tracker.issues.values()].some(({ isPurged }) => isPurged)) return;
    for (const { sequence, after, nowMs } of this.model.log.slice(first)) {
      const rules = new Rules(after, nowMs);
      const rows = await this.#rows("list", "--all", `--as-of=${sequence}`);
      const then = rules.listed().map((issue) => rowOf(issue, rules, after));
      expect([sequence, ...rows]).toEqual([sequence, ...then]);
    }
  }

  async #page(...words: string[]): Promise<readonly Row[]> {
    const { issues } = (await this.world.json(...words)) as { issues: readonly Row[] };
    return issues;
  }

  async #rows(...words: string[]): Promise<readonly Row[]> {
    return (await this.#page(...words)).map(readRow);
  }

  #row(issue: PlainIssue): Row {
    return rowOf(issue, this.#rules, this.model.tracker);
  }
}

function rowOf(issue: PlainIssue, rules: Rules, tracker: Tracker): Row {
  const { id, title, priority, labels, edges, parent, assignee, session, reason, version } = issue;
  const edgesAndParent = parent === undefined ? edges : [...edges, { on: parent, type: "parent-child" }];
  const waiting = [...tracker.issues.values()].filter((other) => other.status !== "tombstone");
  return {
    ...{ id, title, priority, labels, version, type: issue.type, status: rules.shownStatus(issue) },
    edges: edgesAndParent.map(({ on, type }) => `${on} ${type}`).sort(),
    parent: parent ?? null,
    holder: [assignee ?? null, session ?? null, issue.isStarted],
    until: issue.until === undefined || rules.shownStatus(issue) === "open" ? null : Date.parse(issue.until),
    reason: reason ?? null,
    notes: issue.notes ?? null,
    counts: [
      issue.comments.length,
      edges.length,
      waiting.flatMap((other) => other.edges).filter(({ on }) => on === id).length,
    ],
  };
}

function readRow(row: Row): Row {
  const { id, title, priority, labels, version, status } = row;
  const dependencies = (row.dependencies ?? []) as readonly Row[];
  const isOver = status === "open";
  return {
    ...{ id, title, priority, labels, version, type: row.issue_type, status },
    edges: dependencies.map(({ depends_on_id, type }) => `${depends_on_id} ${type}`).sort(),
    parent: dependencies.find(({ type }) => type === "parent-child")?.depends_on_id ?? null,
    holder: [row.assignee ?? null, row.claim_session ?? null, row.started_at !== undefined],
    until: row.defer_until === undefined || isOver ? null : Date.parse(String(row.defer_until)),
    reason: row.close_reason ?? null,
    notes: row.notes ?? null,
    counts: [row.comment_count, row.dependency_count, row.dependent_count],
  };
}

function byId(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((left, right) => (String(left.id) < String(right.id) ? -1 : 1));
}

function sorted(items: unknown): readonly unknown[] {
  return [...new Set((items as readonly unknown[]).map(String))].sort();
}

function tally(items: readonly string[]): Row {
  return Object.fromEntries(
    [...new Set(items)].map((item) => [item, items.filter((each) => each === item).length]),
  );
}

function countsOf({ groups }: Row): Row {
  return Object.fromEntries((groups as readonly Row[]).map(({ group, count }) => [group, count]));
}
