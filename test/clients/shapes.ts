import * as v from "valibot";

/** What the clients of bd parse, each as strictly as it does that itself. Unknown keys never matter to them. */

const date = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text)), "no date"),
);
const priority = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** An edge as the dependent issue holds it. */
export const rawEdge = v.looseObject({
  issue_id: v.string(),
  depends_on_id: v.string(),
  type: v.string(),
  created_at: date,
});

/** beads-mcp: pydantic. A null fails where a key may be absent, and raw edges fail where issues are expected. */
const mcpFields = {
  id: v.string(),
  title: v.string(),
  description: v.optional(v.string()),
  design: v.nullish(v.string()),
  acceptance_criteria: v.nullish(v.string()),
  notes: v.nullish(v.string()),
  external_ref: v.nullish(v.string()),
  status: v.string(),
  priority,
  issue_type: v.string(),
  created_at: date,
  updated_at: date,
  closed_at: v.nullish(date),
  assignee: v.nullish(v.string()),
  labels: v.optional(v.array(v.string())),
  dependency_count: v.optional(count),
  dependent_count: v.optional(count),
};
const mcpLinked = v.looseObject({ ...mcpFields, dependency_type: v.nullish(v.string()) });
const mcpLinks = v.optional(v.array(mcpLinked));
export const mcpIssue = v.looseObject({ ...mcpFields, dependencies: mcpLinks, dependents: mcpLinks });

/** It takes raw edges out of the rows of list, ready and blocked, and of nothing else. */
const mcpRow = v.pipe(
  v.looseObject({ dependencies: v.optional(v.array(rawEdge)) }),
  v.transform(({ dependencies: _, ...row }) => row),
  mcpIssue,
);
export const mcpRows = v.array(mcpRow);
export const mcpBlocked = v.array(
  v.intersect([mcpRow, v.looseObject({ blocked_by_count: count, blocked_by: v.array(v.string()) })]),
);
export const mcpFirst = v.pipe(v.array(mcpIssue), v.minLength(1));
export const mcpComments = v.array(
  v.looseObject({
    id: v.string(),
    issue_id: v.string(),
    author: v.nullish(v.string()),
    text: v.string(),
    created_at: date,
  }),
);
export const mcpStats = v.looseObject({
  summary: v.looseObject({
    total_issues: count,
    open_issues: count,
    in_progress_issues: count,
    closed_issues: count,
    blocked_issues: count,
    deferred_issues: v.optional(count),
    ready_issues: count,
    tombstone_issues: v.optional(count),
    pinned_issues: v.optional(count),
    epics_eligible_for_closure: v.optional(count),
    average_lead_time_hours: v.number(),
  }),
  recent_activity: v.nullish(v.looseObject({})),
});
export const document = v.looseObject({});

/** beads-ui: rows of boards, and the one issue of the detail view. */
const uiRow = {
  id: v.string(),
  title: v.string(),
  status: v.string(),
  priority,
  issue_type: v.string(),
  assignee: v.optional(v.string()),
  labels: v.optional(v.array(v.string())),
  created_at: date,
  updated_at: date,
  closed_at: v.optional(date),
};
export const uiRows = v.array(v.looseObject({ ...uiRow, dependency_count: count, dependent_count: count }));
const uiLink = v.looseObject({
  id: v.string(),
  title: v.string(),
  status: v.string(),
  priority,
  issue_type: v.string(),
});
export const uiComments = v.array(
  v.looseObject({ id: v.string(), author: v.string(), text: v.string(), created_at: date }),
);
export const uiDetail = v.tuple([
  v.looseObject({
    ...uiRow,
    description: v.optional(v.string()),
    dependencies: v.array(uiLink),
    dependents: v.array(uiLink),
    comments: uiComments,
  }),
]);
export const uiEpics = v.array(
  v.looseObject({
    epic: v.looseObject(uiRow),
    total_children: count,
    closed_children: count,
    eligible_for_close: v.boolean(),
  }),
);

/** vscode-beads: an object or an array of one, with an id. */
const codeIssue = v.looseObject({ id: v.string(), title: v.string(), status: v.string() });
export const codeOne = v.union([codeIssue, v.tuple([codeIssue])]);
export const codeRows = v.array(codeIssue);
export const codeDetail = v.tuple([
  v.looseObject({
    id: v.string(),
    dependents: v.array(
      v.looseObject({ id: v.string(), dependency_type: v.string(), issue_type: v.string() }),
    ),
  }),
]);
export const codeBackend = v.looseObject({ embedded: v.literal(true) });
export const codeInfo = v.looseObject({ database: v.string(), mode: v.string(), issue_count: count });
export const edgeReply = v.looseObject({
  status: v.string(),
  issue_id: v.string(),
  depends_on_id: v.string(),
});

/** beads.el: typed slots. */
const elComment = v.looseObject({
  id: v.string(),
  issue_id: v.string(),
  author: v.string(),
  text: v.string(),
});
export const elComments = v.array(elComment);
const elLink = v.looseObject({ id: v.string(), dependency_type: v.string() });
export const elDetail = v.tuple([
  v.looseObject({
    id: v.string(),
    labels: v.array(v.string()),
    dependencies: v.array(elLink),
    dependents: v.array(elLink),
    comments: elComments,
    dependency_count: count,
    dependent_count: count,
  }),
]);
export const elServer = v.looseObject({ mode: v.picklist(["embedded"]) });
export const elLabels = v.array(v.string());
export const elLabelCounts = v.array(v.looseObject({ label: v.string(), count }));
export const elLabelChanges = v.array(
  v.looseObject({ status: v.string(), issue_id: v.string(), label: v.string() }),
);
export const elDependencies = v.array(
  v.looseObject({
    id: v.string(),
    title: v.string(),
    depends_on_id: v.string(),
    dependency_type: v.string(),
  }),
);
export const elTree = v.array(
  v.looseObject({
    id: v.string(),
    title: v.string(),
    depth: count,
    parent_id: v.string(),
    truncated: v.boolean(),
  }),
);
export const elCycles = v.array(v.array(v.looseObject({ id: v.string() })));

export const elCounts = v.looseObject({
  total: count,
  groups: v.array(v.looseObject({ group: v.string(), count })),
});
export const elRows = v.array(v.looseObject({}));
export const elOrphans = v.array(
  v.looseObject({ issue_id: v.string(), title: v.string(), status: v.string() }),
);
export const elDuplicates = v.looseObject({
  duplicate_groups: count,
  groups: v.array(v.looseObject({ title: v.string(), suggested_target: v.string() })),
});
export const elLint = v.looseObject({
  total: count,
  issues: count,
  results: v.array(v.looseObject({ id: v.string(), missing: v.array(v.string()), warnings: count })),
});
export const elMemories = v.record(v.string(), v.string());
export const elMemory = v.looseObject({ key: v.literal("known"), value: v.literal("what is known") });

/** mardi-gras: works blocking out by itself, so it needs the edges in each row. */
const goRow = v.looseObject({
  id: v.string(),
  title: v.string(),
  status: v.string(),
  priority,
  issue_type: v.string(),
  created_at: date,
  updated_at: date,
  dependencies: v.array(rawEdge),
  comment_count: count,
  metadata: v.optional(v.looseObject({})),
});
export const goRows = v.array(goRow);
export const goIssues = v.array(codeIssue);
export const goContext = v.looseObject({
  beads_dir: v.string(),
  repo_root: v.string(),
  is_redirected: v.boolean(),
  backend: v.string(),
  dolt_mode: v.string(),
  database: v.string(),
  role: v.string(),
  bd_version: v.string(),
});
export const goDoctor = v.looseObject({
  overall_ok: v.boolean(),
  summary: v.string(),
  diagnostics: v.array(v.looseObject({ name: v.string(), status: v.string(), message: v.string() })),
});
export const goClosed = v.looseObject({ closed: v.array(codeIssue), claimed: v.nullable(codeIssue) });

export const goPruned = v.looseObject({ pruned_count: count, dry_run: v.boolean() });

/** Errors under `--json`, for all of them. */
export const flatError = v.looseObject({
  error: v.string(),
  code: v.optional(v.string()),
  hint: v.optional(v.string()),
});
