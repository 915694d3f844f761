import type { Creation, Deed, Edits, Step } from "./actions";
import { addEdge, deleteComment, editComment, label, move, purge, removeEdges } from "./changes";
import {
  type Edge,
  isLive,
  type Model,
  type PlainIssue,
  Rules,
  type Tracker,
  type Transaction,
} from "./model";
import { batch, bringIn, createAll, restore } from "./several";
import { undo } from "./undo";

/** How a command line has to end, and what the tracker is then. */
export interface Prediction {
  readonly exitCode: number;
  /** Of the error; undefined: none, or one for each of several issues. */
  readonly code?: string | undefined;
  readonly model: Model;
}

/** The code that a command ends with instead of an answer. */
export class Refusal extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** In the place of a code: one or the other. */
export const anyCode = "ANY";

/** Not said by the model: what others changed since may or may not stand in the way. */
export class Undetermined extends Error {}

const exitCodes: Readonly<Record<string, number>> = {
  CLAIMED: 4,
  VERSION_MISMATCH: 4,
  NOTHING_READY: 5,
};

/**
 * @param moment when the command begins, in ms by its own clock
 * @throws Undetermined
 */
export function predict(model: Model, step: Step, moment: number): Prediction {
  if (step.deed.do === "sleep") return { exitCode: 0, model: { ...model, nowMs: model.nowMs + 86_400_000 } };
  try {
    const draft = new Draft(model, step, moment);
    draft.perform(step.deed);
    const code = draft.failed[0];
    const exitCode = Math.min(...draft.failed.map((each) => exitCodes[each] ?? 1));
    return { exitCode: code === undefined ? 0 : exitCode, model: draft.done() };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { exitCode: exitCodes[error.code] ?? 1, code: error.code, model };
  }
}

/** One command at work. */
export class Draft {
  readonly failed: string[] = [];
  tracker: Tracker;
  readonly sequence: number;
  /** What was changed, though it may be again what it was. */
  readonly touched = new Set<string>();
  backup: Tracker | undefined;
  undoes: readonly number[] | undefined;

  constructor(
    readonly model: Model,
    readonly step: Step,
    readonly moment: number,
  ) {
    this.tracker = structuredClone(model.tracker);
    this.sequence = (model.log.at(-1)?.sequence ?? model.base) + 1;
  }

  get rules(): Rules {
    return new Rules(this.tracker, this.model.nowMs);
  }

  /** The model behind it; the same one when nothing is changed. */
  done(): Model {
    const { tracker: before, log, nowMs } = this.model;
    const after = this.tracker;
    const ids = [...after.issues.keys()].filter(
      (id) => this.touched.has(id) || isChanged(before.issues.get(id), after.issues.get(id)),
    );
    const keys = [...new Set([...before.memories.keys(), ...after.memories.keys()])].filter(
      (key) => before.memories.get(key) !== after.memories.get(key),
    );
    const { backup = this.model.backup } = this;
    if (ids.length === 0 && keys.length === 0 && this.undoes === undefined) return { ...this.model, backup };
    for (const id of ids) (after.issues.get(id) as PlainIssue).version = this.sequence;
    const transaction: Transaction = {
      sequence: this.sequence,
      ...{ actor: this.step.by.actor, session: this.step.by.session, undoes: this.undoes },
      ...{ ids, keys, before, after, nowMs },
    };
    return { ...this.model, backup, tracker: after, log: [...log, transaction] };
  }

  perform(deed: Deed): void {
    switch (deed.do) {
      case "create":
        this.create(deed);
        break;
      case "update":
        this.#update(deed.id, deed);
        break;
      case "close":
        this.#each(deed.ids, (issue) => this.#close(issue, deed.ids, deed));
        break;
      case "delete":
        this.#delete(deed.ids, deed.how);
        break;
      case "claim":
        this.#claim(this.find(deed.id), deed.force);
        break;
      case "release":
        this.#release(this.find(deed.id), deed.force);
        break;
      case "comment":
        this.undeleted(deed.id).comments.push({ author: this.step.by.actor, text: deed.text });
        break;
      case "edit-comment":
        editComment(this.find(deed.id), deed.at, deed.text);
        break;
      case "delete-comment":
        deleteComment(this.find(deed.id), deed.at);
        break;
      case "label":
        label(this.undeleted(deed.id), deed.verb, deed.label);
        break;
      case "depend":
        this.#depend(deed.id, deed.edge);
        break;
      case "release-edge":
        this.#unlink(this.find(deed.id), deed);
        break;
      case "remember":
        this.tracker.memories.set(deed.key, deed.text);
        break;
      case "forget":
        if (!this.tracker.memories.delete(deed.key)) throw new Refusal("NOT_FOUND");
        break;
      case "next":
        this.#next();
        break;
      case "undo":
        undo(this, deed);
        break;
      case "batch":
        batch(this, deed);
        break;
      case "add-batch":
        createAll(this, deed.drafts);
        break;
      case "import":
        bringIn(this, deed.line, deed.status);
        break;
      case "backup":
        this.backup = structuredClone(this.tracker);
        break;
      case "restore":
        restore(this);
        break;
      case "compact":
      case "doctor":
      case "sync":
      case "sleep":
      case "look":
        break;
      default:
        move(this, deed);
        break;
    }
  }

  find(id: string): PlainIssue {
    const issue = this.tracker.issues.get(id);
    if (issue === undefined) throw new Refusal("NOT_FOUND");
    return issue;
  }

  undeleted(id: string): PlainIssue {
    const issue = this.find(id);
    if (issue.status === "tombstone") throw new Refusal("INVALID");
    return issue;
  }

  /** Each on its own when there are several; the error of a single one is that of the command. */
  #each(ids: readonly string[], act: (issue: PlainIssue) => void): void {
    for (const id of ids) {
      try {
        act(this.find(id));
      } catch (error) {
        if (ids.length === 1 || !(error instanceof Refusal)) throw error;
        this.failed.push(error.code);
      }
    }
  }

  create(deed: Creation): void {
    const { id, parent, edge } = deed;
    this.refusePast(deed.until);
    if (parent !== undefined) this.find(parent);
    if (this.tracker.issues.has(id)) throw new Refusal("ALREADY_EXISTS");
    if (edge?.on === id) throw new Refusal("INVALID");
    this.tracker.issues.set(id, {
      ...{ id, title: deed.title, priority: deed.priority, type: deed.type, parent },
      status: deed.until === undefined ? "open" : "deferred",
      labels: deed.label === undefined ? [] : [deed.label],
      edges: edge === undefined ? [] : [edge],
      comments: [],
      isStarted: false,
      until: deed.until,
      isPurged: false,
      version: 0,
      born: this.moment,
    });
    if (edge !== undefined) this.refuseCycle(id, edge);
    if (parent !== undefined) this.refuseCycle(id, { on: parent, type: "parent-child" });
  }

  refusePast(until: string | undefined): void {
    if (until !== undefined && Date.parse(until) <= this.model.nowMs) throw new Refusal("INVALID");
  }

  refuseCycle(id: string, edge: Edge): void {
    if (this.rules.isCyclic(id, edge)) throw this.#cycleRefusal();
  }

  /** What waits for itself already, since two clones met, makes everything near it do so. */
  #cycleRefusal(): Undetermined | Refusal {
    const standing = new Rules(this.model.tracker, this.model.nowMs);
    return standing.hasCycle() ? new Undetermined() : new Refusal("CYCLE");
  }

  #update(id: string, edits: Edits): void {
    const issue = this.find(id);
    if (issue.version !== (edits.expected ?? issue.version)) throw new Refusal("VERSION_MISMATCH");
    if (edits.status === "closed") this.#refuseOpenParts(issue, [id]);
    if (edits.claim === true) this.#claim(issue, false);
    if (edits.parent) this.find(edits.parent);
    this.undeleted(id);
    for (const key of ["title", "priority", "type"] as const) {
      const value = edits[key];
      if (value !== undefined) Object.assign(issue, { [key]: value });
    }
    if (edits.notes !== undefined) issue.notes = edits.notes;
    this.setStatus(issue, edits.status);
    this.#assign(issue, edits);
    if (edits.edge?.on === id || edits.parent === id) throw new Refusal("INVALID");
    if (edits.addLabel !== undefined) label(issue, "add", edits.addLabel);
    const before = issue.parent;
    if (edits.parent !== undefined) issue.parent = edits.parent === "" ? undefined : edits.parent;
    if (edits.edge !== undefined && addEdge(issue, edits.edge)) this.refuseCycle(id, edits.edge);
    this.#refuseMove(issue, before);
  }

  /** Neither the new parent nor what the old one had inside may let issues wait for each other. */
  #refuseMove({ id, parent }: PlainIssue, before: string | undefined): void {
    if (parent === before) return;
    if (parent !== undefined) this.refuseCycle(id, { on: parent, type: "parent-child" });
    const standing = new Rules(this.model.tracker, this.model.nowMs).cyclicEdges();
    const isNew = (edge: string): boolean => !standing.includes(edge);
    if (before !== undefined && this.rules.cyclicEdges().some(isNew)) throw this.#cycleRefusal();
  }

  setStatus(issue: PlainIssue, status: string | undefined): void {
    if (status === undefined || (status === "closed" && issue.status === "closed")) return;
    const isOver = this.rules.shownStatus(issue) !== issue.status;
    if (status !== issue.status || (status === "deferred" && isOver)) {
      issue.until = undefined;
      issue.reason = undefined;
    }
    issue.status = status;
  }

  #assign(issue: PlainIssue, { assignee, status }: Edits): void {
    const next = assignee === undefined ? issue.assignee : assignee || undefined;
    if (next !== issue.assignee) issue.session = undefined;
    issue.assignee = next;
    if (status === "in_progress") issue.isStarted = true;
  }

  #close(issue: PlainIssue, closing: readonly string[], deed: Deed & { readonly do: "close" }): void {
    if (!deed.force) this.#refuseOpenParts(issue, closing);
    this.undeleted(issue.id);
    this.setStatus(issue, "closed");
    if (deed.reason !== undefined) issue.reason = deed.reason;
  }

  /** Parts that are closed by the same command do not count, unless they are epics that may not be closed. */
  #refuseOpenParts(issue: PlainIssue, closing: readonly string[]): void {
    if (isLive(issue) && this.#openParts(issue, closing).length > 0) throw new Refusal("HAS_OPEN_CHILDREN");
  }

  #openParts(
    issue: PlainIssue,
    closing: readonly string[],
    above: readonly string[] = [issue.id],
  ): PlainIssue[] {
    if (issue.type !== "epic") return [];
    return this.rules
      .openParts(issue.id)
      .filter(({ id }) => !above.includes(id))
      .filter(
        (part) =>
          !closing.includes(part.id) || this.#openParts(part, closing, [...above, part.id]).length > 0,
      );
  }

  #delete(named: readonly string[], how: "force" | "cascade" | "hard" | undefined): void {
    const ids = new Set(named);
    const { rules } = this;
    if (how === "cascade") for (const each of ids) for (const holder of this.#heldBy(each)) ids.add(holder);
    this.#each([...ids], (issue) => {
      const staying = rules.holders(issue.id).filter((holder) => !ids.has(holder));
      if (staying.length > 0 && how !== "force") throw new Refusal("HAS_DEPENDENTS");
      if (how === "hard") purge(issue);
      else if (issue.status !== "tombstone")
        Object.assign(issue, { statusBefore: issue.status, status: "tombstone" });
    });
  }

  #heldBy(id: string): string[] {
    return this.tracker.issues.has(id) ? this.rules.holders(id) : [];
  }

  #claim(issue: PlainIssue, force: boolean): void {
    const { actor, session } = this.step.by;
    if (!isLive(issue)) throw new Refusal("INVALID");
    const isMine = issue.assignee === actor;
    if (issue.assignee !== undefined && (!isMine || issue.status === "in_progress")) {
      if (isMine && session !== undefined && session === issue.session) return;
      throw new Refusal("CLAIMED");
    }
    const { rules } = this;
    const standing = rules.standing(issue.id);
    if (!force) {
      if (standing.class === "deferred") throw new Refusal("DEFERRED");
      if (standing.class === "blocked" || standing.blockers.length > 0) throw new Refusal("BLOCKED");
      if (!["open", "in_progress"].includes(rules.shownStatus(issue))) throw new Refusal("INVALID");
    }
    const work = { status: "in_progress", until: undefined, reason: undefined };
    Object.assign(issue, { ...work, assignee: actor, session, isStarted: true });
  }

  #release(issue: PlainIssue, force: boolean): void {
    if (issue.status === "tombstone") throw new Refusal("INVALID");
    const isTaken =
      issue.status === "in_progress" || issue.assignee !== undefined || issue.session !== undefined;
    if (!isLive(issue) || !isTaken) return;
    const isOthers = issue.assignee !== undefined && issue.assignee !== this.step.by.actor;
    if (isOthers && !force) throw new Refusal("CLAIMED");
    if (issue.status === "in_progress") issue.status = "open";
    Object.assign(issue, { assignee: undefined, session: undefined, isStarted: false });
  }

  #next(): void {
    const { actor } = this.step.by;
    const offer = this.rules.ready().find(({ assignee }) => assignee === undefined || assignee === actor);
    if (offer === undefined) throw new Refusal("NOTHING_READY");
    this.#claim(offer, false);
  }

  #unlink(issue: PlainIssue, { on, type }: Extract<Deed, { readonly do: "release-edge" }>): void {
    const before = issue.parent;
    removeEdges(issue, on, type);
    this.#refuseMove(issue, before);
  }

  #depend(id: string, edge: Edge): void {
    this.find(id);
    if (edge.type === "parent-child") this.find(edge.on);
    const issue = this.undeleted(id);
    if (edge.on === id) throw new Refusal("INVALID");
    if (edge.type !== "parent-child") {
      if (addEdge(issue, edge)) this.refuseCycle(id, edge);
      return;
    }
    const before = issue.parent;
    issue.parent = edge.on;
    this.#refuseMove(issue, before);
  }
}

function isChanged(before: PlainIssue | undefined, after: PlainIssue | undefined): boolean {
  return !Bun.deepEquals(before, after);
}
