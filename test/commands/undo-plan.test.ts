import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { planUndo } from "../../commands/undo-plan";
import {
  addComment,
  type ChangeContext,
  closeIssue,
  deleteIssue,
  editIssue,
  type IssueEdits,
  reopenIssue,
} from "../../model/change";
import { createIssue } from "../../model/create-issue";
import { findCycle } from "../../model/cycles";
import { BzError } from "../../model/errors";
import { itemsOfLine, itemValue, readLine, stampNameOf } from "../../model/issue-item";
import { emptySource } from "../../model/issue-source";
import type { JsonValue } from "../../model/json";
import { readStamps } from "../../model/line-stamps";
import { isOnIssue, type Operation } from "../../model/operation";
import { nextStamp, recencyIn } from "../../model/recency";
import { State } from "../../model/state";
import { PastState } from "../../storage/past";
import type { LoggedTransaction, ReplayPast, View } from "../../storage/store";

/** A store without a disk. */
class Desk {
  readonly log: LoggedTransaction[] = [];
  readonly state = new State(emptySource);
  nowMs = Date.UTC(2026, 0, 1);

  get view(): View {
    return { state: this.state, prefix: "t", sequence: this.log.length };
  }

  readonly replay: ReplayPast = ({ ids }, visit) => {
    const past = new PastState(emptySource, ids);
    for (const transaction of this.log) {
      const operations = transaction.operations.filter(
        (operation) => ids === undefined || (isOnIssue(operation) && ids.has(operation.id)),
      );
      if (operations.length > 0 || ids === undefined) visit({ ...transaction, operations }, past);
      for (const operation of operations) past.apply(operation, transaction.sequence);
    }
  };

  commit(actor: string, command: string, operations: readonly Operation[], undoes?: readonly number[]): void {
    const sequence = this.log.length + 1;
    for (const operation of operations) this.state.apply(operation, sequence);
    const facts = undoes === undefined ? {} : { undoes };
    this.log.push({ sequence, timeMs: this.nowMs, actor, command, ...facts, operations });
  }

  undo(actor: string, extent: { last: number } | { behind: number }): readonly number[] {
    this.nowMs += 1;
    const info = { timeMs: this.nowMs, actor, command: "undo" };
    const plan = planUndo(this.view, this.replay, info, { actor, extent });
    const undone = plan.undone.map(({ sequence }) => sequence);
    this.commit(actor, "undo", plan.operations, undone);
    return undone;
  }

  /** False when the command has nothing to change. */
  run(actor: string, { verb, on, text, other }: Command): boolean {
    // The clock stands still now and then.
    this.nowMs += text.length % 2;
    const live = [...this.state.issues()].filter(({ status }) => status !== "tombstone");
    const issue = live[on % Math.max(1, live.length)];
    const target = live[other % Math.max(1, live.length)];
    const operations: (Operation | undefined)[] = [];
    if (verb === "create" || issue === undefined || target === undefined) {
      const id = `t-${this.log.length}`;
      const parent = other % 3 === 0 ? target?.id : undefined;
      const fields = { title: `T ${text}`, labels: [text], parent };
      operations.push(createIssue(fields, { id, nowMs: this.nowMs, actor }));
    } else {
      const context = this.context(issue.id, actor);
      const edit = (edits: IssueEdits) => operations.push(editIssue(issue, edits, context));
      if (verb === "title") edit({ title: `T ${text}`, priority: other % 5 });
      if (verb === "notes") edit({ append_notes: text, assignee: other % 2 === 0 ? actor : null });
      if (verb === "label") edit(other % 2 === 0 ? { add_labels: [text] } : { remove_labels: [text] });
      if (verb === "status") edit({ status: text === "a" ? "in_progress" : "blocked" });
      if (verb === "metadata") edit({ metadata: other % 2 === 0 ? { [text]: other } : "" });
      if (verb === "close") operations.push(closeIssue(issue, { reason: text }, context));
      if (verb === "reopen") operations.push(reopenIssue(issue, context));
      if (verb === "delete") operations.push(deleteIssue(issue, { reason: text }, context));
      if (verb === "comment") operations.push(addComment(issue, { text }, context));
      if (verb === "uncomment") {
        const [comment] = issue.comments;
        if (comment !== undefined)
          operations.push({
            op: "change",
            id: issue.id,
            at: nextStamp(context.recency, this.nowMs),
            comments: [{ id: comment.id, created_at: comment.created_at, present: false }],
          });
      }
      if (target.id !== issue.id) {
        if (verb === "block")
          edit({ add_edges: [{ depends_on_id: target.id, type: "blocks", metadata: text }] });
        if (verb === "unblock") edit({ remove_edges: [{ depends_on_id: target.id, type: "blocks" }] });
        if (verb === "parent") edit({ parent: on % 2 === 0 ? target.id : "" });
      }
    }
    const given = operations.filter((each) => each !== undefined);
    if (given.length === 0 || given.some((each) => closesCircle(this.state, each))) return false;
    this.commit(actor, verb, given);
    return true;
  }

  context(id: string, actor: string): ChangeContext {
    return { recency: recencyIn(this.state, id), nowMs: this.nowMs, actor };
  }

  /** All that is said of the issues that are there. */
  content(): Map<string, Map<string, JsonValue>> {
    const content = new Map<string, Map<string, JsonValue>>();
    for (const id of this.state.ids()) {
      const read = readLine(this.state.line(id) ?? "");
      if (read.issue.status === "tombstone") continue;
      const items = itemsOfLine(read).map((item): [string, JsonValue] => [
        stampNameOf(item),
        itemValue(read, item),
      ]);
      content.set(id, new Map(items.sort(([left], [right]) => (left < right ? -1 : 1))));
    }
    return content;
  }
}

function closesCircle(state: State, operation: Operation): boolean {
  if (operation.op !== "change") return false;
  const after = state.fork();
  after.apply(operation, 1);
  const edges = (operation.edges ?? []).filter(({ present }) => present);
  if (edges.some((edge) => findCycle(after, operation.id, edge.depends_on_id, edge.type) !== undefined))
    return true;
  const parent = operation.parent?.id;
  return typeof parent === "string" && findCycle(after, operation.id, parent, "parent-child") !== undefined;
}

const verbs = [
  ...["create", "title", "notes", "label", "status", "metadata", "close", "reopen", "delete", "comment"],
  ...["uncomment", "block", "unblock", "parent"],
] as const;

interface Command {
  readonly verb: string;
  readonly on: number;
  readonly text: string;
  readonly other: number;
}

const commands = fc.record({
  verb: fc.constantFrom(...verbs),
  on: fc.nat(6),
  text: fc.constantFrom("a", "bb", "c d", "é"),
  other: fc.nat(8),
});
const steps = fc.oneof(
  { weight: 4, arbitrary: fc.record({ command: commands }) },
  { weight: 1, arbitrary: fc.record({ undo: fc.integer({ min: 1, max: 3 }) }) },
);

describe("undo", () => {
  const timeoutMs = 60_000;

  test(
    "of so many transactions makes everything what it was so many transactions ago, again and again",
    () => {
      let undone = 0;
      fc.assert(
        fc.property(fc.array(steps, { minLength: 5, maxLength: 40 }), (chosen) => {
          const desk = new Desk();
          /** What there was before each transaction that still stands. */
          const stack: ReturnType<Desk["content"]>[] = [];
          for (const step of chosen) {
            const before = desk.content();
            if ("command" in step) {
              if (desk.run("ann", step.command)) stack.push(before);
              continue;
            }
            if (stack.length < step.undo) {
              expect(() => desk.undo("ann", { last: step.undo })).toThrow(BzError);
              continue;
            }
            const expected = stack.splice(stack.length - step.undo)[0];
            desk.undo("ann", { last: step.undo });
            undone += 1;
            expect(desk.content()).toEqual(expected ?? new Map());
          }
        }),
        { numRuns: 150 },
      );
      expect(undone).toBeGreaterThan(150);
    },
    timeoutMs,
  );

  test(
    "back to a transaction makes everything what it was behind that, undos as well",
    () => {
      let undone = 0;
      fc.assert(
        fc.property(fc.array(steps, { minLength: 5, maxLength: 30 }), fc.nat(1000), (chosen, pick) => {
          const desk = new Desk();
          const contents = [desk.content()];
          for (const step of chosen) {
            try {
              if ("command" in step) desk.run("ann", step.command);
              else desk.undo("ann", { last: step.undo });
            } catch (error) {
              if (!(error instanceof BzError) || error.code !== "NOTHING_TO_UNDO") throw error;
            }
            contents[desk.log.length] = desk.content();
          }
          const behind = pick % contents.length;
          try {
            desk.undo("ann", { behind });
            undone += 1;
          } catch (error) {
            if (!(error instanceof BzError) || error.code !== "NOTHING_TO_UNDO") throw error;
          }
          expect(desk.content()).toEqual(contents[behind] ?? new Map());
        }),
        { numRuns: 150 },
      );
      expect(undone).toBeGreaterThan(70);
    },
    timeoutMs,
  );

  test(
    "never takes away what somebody else wrote: it is refused, or all of that stays",
    () => {
      const outcomes = { done: 0, refused: 0 };
      const hands = fc.record({ actor: fc.constantFrom("ann", "bob"), command: commands });
      fc.assert(
        fc.property(
          fc.array(hands, { minLength: 5, maxLength: 30 }),
          fc.integer({ min: 1, max: 3 }),
          (chosen, last) => {
            const desk = new Desk();
            for (const { actor, command } of chosen) desk.run(actor, command);
            const owners = lastWriters(desk);
            const before = desk.content();
            try {
              desk.undo("ann", { last });
              outcomes.done += 1;
            } catch (error) {
              if (!(error instanceof BzError) || !["UNDO_CONFLICT", "NOTHING_TO_UNDO"].includes(error.code))
                throw error;
              outcomes.refused += error.code === "UNDO_CONFLICT" ? 1 : 0;
              expect(desk.content()).toEqual(before);
              return;
            }
            const after = desk.content();
            for (const [id, items] of before)
              for (const [name, value] of items)
                if (owners.get(id)?.get(name) === "bob")
                  expect([id, name, after.get(id)?.get(name)]).toEqual([id, name, value]);
          },
        ),
        { numRuns: 150 },
      );
      // Both happen, so that neither half of the claim is empty; how often is the generator's chance.
      expect(outcomes.done).toBeGreaterThan(0);
      expect(outcomes.refused).toBeGreaterThan(0);
    },
    timeoutMs,
  );
});

describe("lines of issues.jsonl that came in with a command", () => {
  const day = "2026-01-01T00:00:00.000Z";
  const lineOf = (title: string, updatedAt: string): string =>
    `{"id":"t-1","title":"${title}","status":"open","priority":2,"issue_type":"task","created_at":"${day}","updated_at":"${updatedAt}"}`;

  test("are not of whoever ran it, and stay", () => {
    const desk = new Desk();
    const taken = lineOf("Theirs", "2026-01-02T00:00:00.000Z");
    desk.commit("bob", "create", [{ op: "put", id: "t-1", line: lineOf("One", day) }]);
    desk.commit("ann", "update", [
      { op: "take", id: "t-1", line: taken, result: taken },
      { op: "change", id: "t-1", at: Date.UTC(2026, 0, 3), set: { priority: 0 } },
    ]);
    desk.commit("ann", "sync", [{ op: "take", id: "t-1", line: taken }]);
    expect(desk.undo("ann", { last: 1 })).toEqual([2]);
    expect(desk.state.issue("t-1")).toMatchObject({ title: "Theirs", priority: 2 });
    expect(() => desk.undo("ann", { last: 1 })).toThrow("there is nothing of ann to undo");
  });

  test("stand in the way of an undo of what they changed", () => {
    const desk = new Desk();
    const taken = lineOf("Theirs", "2026-01-04T00:00:00.000Z");
    desk.commit("bob", "create", [{ op: "put", id: "t-1", line: lineOf("One", day) }]);
    desk.commit("ann", "update", [
      { op: "change", id: "t-1", at: Date.UTC(2026, 0, 3), set: { title: "Two" } },
    ]);
    desk.commit("bob", "sync", [{ op: "take", id: "t-1", line: taken, result: taken }]);
    expect(() => desk.undo("ann", { last: 1 })).toThrow(
      "others have changed it since: t-1: title, elsewhere, at 2026-01-04T00:00:00.000Z (came in with #3)",
    );
  });
});

/** Who gave each item its present stamp. */
function lastWriters(desk: Desk): Map<string, Map<string, string>> {
  const writers = new Map<string, Map<string, string>>();
  for (const id of desk.state.ids()) {
    const line = desk.state.line(id) ?? "";
    const { base, items } = readStamps(line);
    const own = new Map<string, string>();
    for (const item of itemsOfLine(readLine(line))) {
      const name = stampNameOf(item);
      const stampMs = items.get(name) ?? base;
      const writer = desk.log.findLast(({ operations }) =>
        operations.some((each) =>
          !isOnIssue(each) || each.id !== id
            ? false
            : each.op === "change"
              ? each.at === stampMs
              : each.op === "put" && readStamps(each.line).base === stampMs,
        ),
      );
      if (writer !== undefined) own.set(name, writer.actor);
    }
    writers.set(id, own);
  }
  return writers;
}
