import * as agent from "./agent";
import * as analysis from "./analysis";
import * as audit from "./audit";
import * as backups from "./backup";
import { batchResults } from "./batch";
import * as comments from "./comment";
import { issueCount } from "./count";
import * as dependencies from "./dependency";
import { closedEpics, epics } from "./epic";
import { events } from "./event";
import { graph } from "./graph";
import * as health from "./health";
import { changedIssue } from "./issue";
import * as lists from "./issue-list";
import * as labels from "./label";
import { memories } from "./memory";
import * as program from "./program";
import { queries } from "./query";
import * as workspace from "./workspace";

/**
 * What each command answers under `--json`, by the name that its declaration gives as `answer`. This is the contract: the test of
 * it runs every command and refuses a key that is not here. `--fields` leaves keys out of rows.
 */
export const answers = {
  "agent-guide": agent.agentGuide,
  "agent-setup": agent.agentSetup,
  "audit-entry": audit.auditEntry,
  "audit-events": audit.auditEvents,
  "audit-label": audit.auditLabel,
  "audit-summary": audit.auditSummary,
  "batch-results": batchResults,
  backup: backups.backup,
  "backup-difference": backups.backupDifference,
  backups: backups.backups,
  "blocked-issues": lists.blockedIssues,
  bottlenecks: analysis.bottlenecks,
  briefing: agent.briefing,
  "changelog-entries": lists.changelogEntries,
  "changed-issue": changedIssue,
  "changed-issues": lists.changedIssues,
  "changed-setting": workspace.changedSetting,
  "check-report": workspace.checkReport,
  "closed-epics": closedEpics,
  "closed-issues": lists.closedIssues,
  comment: comments.comment,
  comments: comments.comments,
  compaction: workspace.compaction,
  completions: program.completions,
  "created-issue": changedIssue,
  "created-issue-or-issues": lists.createdIssueOrIssues,
  "created-issues": lists.createdIssues,
  "critical-path": analysis.criticalPath,
  cycles: dependencies.cycles,
  "deleted-comment": comments.deletedComment,
  "deleted-issues": lists.deletedIssues,
  dependencies: dependencies.dependencies,
  "dependency-tree": dependencies.dependencyTree,
  "added-dependency": dependencies.addedDependency,
  "removed-dependency": dependencies.removedDependency,
  duplicates: health.duplicates,
  epics,
  error: program.errorDocument,
  events,
  "exported-issues": lists.exportedIssues,
  explanations: lists.explanations,
  "found-issues": lists.foundIssues,
  graph,
  help: program.help,
  "import-report": workspace.importReport,
  information: workspace.information,
  initialised: workspace.initialised,
  "issue-count": issueCount,
  "issue-details": lists.issueDetails,
  insights: analysis.insights,
  issues: lists.issues,
  "json-schemas": program.jsonSchemas,
  "label-changes": labels.labelChanges,
  "label-counts": labels.labelCounts,
  labels: labels.labels,
  "lint-findings": health.lintFindings,
  "listed-issues": lists.listedIssues,
  "lock-metrics": workspace.lockMetrics,
  memories,
  "next-issue": lists.nextIssue,
  orphans: health.orphans,
  place: workspace.place,
  plan: analysis.plan,
  queries,
  "ready-issues": lists.readyIssues,
  "released-issues": lists.releasedIssues,
  "removed-backups": backups.removedBackups,
  "renamed-label": labels.renamedLabel,
  "restored-backup": backups.restoredBackup,
  setting: workspace.setting,
  settings: workspace.settings,
  "stale-issues": lists.staleIssues,
  statistics: workspace.statistics,
  "sync-report": workspace.syncReport,
  "undeleted-issues": lists.undeletedIssues,
  "undone-issues": lists.undoneIssues,
  "unset-setting": workspace.unsetSetting,
  "updated-issues": lists.updatedIssues,
  upgrade: program.upgrade,
  version: program.version,
} as const;

export type AnswerName = keyof typeof answers;
