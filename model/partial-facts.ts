import type { Issue } from "./issue";
import type { IssueFacts } from "./issue-facts";

/** Facts of which only some are at hand: what no subclass knows better, the whole issue says. */
export abstract class PartialFacts implements IssueFacts {
  abstract readonly id: string;

  /** As its line says it. */
  abstract get whole(): Issue;

  get title(): Issue["title"] {
    return this.whole.title;
  }

  get status(): Issue["status"] {
    return this.whole.status;
  }

  get priority(): Issue["priority"] {
    return this.whole.priority;
  }

  get issue_type(): Issue["issue_type"] {
    return this.whole.issue_type;
  }

  get created_at(): Issue["created_at"] {
    return this.whole.created_at;
  }

  get updated_at(): Issue["updated_at"] {
    return this.whole.updated_at;
  }

  get labels(): Issue["labels"] {
    return this.whole.labels;
  }

  get dependencies(): IssueFacts["dependencies"] {
    return this.whole.dependencies;
  }

  get comments(): Issue["comments"] {
    return this.whole.comments;
  }

  get description(): Issue["description"] | undefined {
    return this.whole.description;
  }

  get design(): Issue["design"] | undefined {
    return this.whole.design;
  }

  get acceptance_criteria(): Issue["acceptance_criteria"] | undefined {
    return this.whole.acceptance_criteria;
  }

  get notes(): Issue["notes"] | undefined {
    return this.whole.notes;
  }

  get assignee(): Issue["assignee"] | undefined {
    return this.whole.assignee;
  }

  get claim_session(): Issue["claim_session"] | undefined {
    return this.whole.claim_session;
  }

  get owner(): Issue["owner"] | undefined {
    return this.whole.owner;
  }

  get estimated_minutes(): Issue["estimated_minutes"] | undefined {
    return this.whole.estimated_minutes;
  }

  get created_by(): Issue["created_by"] | undefined {
    return this.whole.created_by;
  }

  get started_at(): Issue["started_at"] | undefined {
    return this.whole.started_at;
  }

  get closed_at(): Issue["closed_at"] | undefined {
    return this.whole.closed_at;
  }

  get close_reason(): Issue["close_reason"] | undefined {
    return this.whole.close_reason;
  }

  get closed_by_session(): Issue["closed_by_session"] | undefined {
    return this.whole.closed_by_session;
  }

  get due_at(): Issue["due_at"] | undefined {
    return this.whole.due_at;
  }

  get defer_until(): Issue["defer_until"] | undefined {
    return this.whole.defer_until;
  }

  get external_ref(): Issue["external_ref"] | undefined {
    return this.whole.external_ref;
  }

  get pinned(): Issue["pinned"] | undefined {
    return this.whole.pinned;
  }

  get ephemeral(): Issue["ephemeral"] | undefined {
    return this.whole.ephemeral;
  }

  get metadata(): Issue["metadata"] | undefined {
    return this.whole.metadata;
  }

  get deleted_at(): Issue["deleted_at"] | undefined {
    return this.whole.deleted_at;
  }

  get deleted_by(): Issue["deleted_by"] | undefined {
    return this.whole.deleted_by;
  }

  get delete_reason(): Issue["delete_reason"] | undefined {
    return this.whole.delete_reason;
  }

  get original_type(): Issue["original_type"] | undefined {
    return this.whole.original_type;
  }

  get original_status(): Issue["original_status"] | undefined {
    return this.whole.original_status;
  }

  get parent(): Issue["parent"] | undefined {
    return this.whole.parent;
  }
}
