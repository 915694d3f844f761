import type { Creation, Deed, Edits, Hand } from "./actions";

/** What a deed is called by: its command line, without who does it, and what stands on stdin. */
export interface Call {
  readonly words: readonly string[];
  readonly stdin?: string | undefined;
}

/** What has to be asked of the store, since the model does not know it. */
export interface Names {
  /** The id of the comment of that place. */
  comment(id: string, at: number): string;
  readonly backup: string;
}

/** @param nowMs when what is written down in it was made */
export function callOf(deed: Deed, nowMs: number, names: Names): Call {
  switch (deed.do) {
    case "batch":
      return {
        words: ["batch", ...(deed.isAtomic ? ["--atomic"] : [])],
        stdin: deed.lines.map((line) => `${JSON.stringify(batchLine(line))}\n`).join(""),
      };
    case "add-batch":
      return {
        words: ["add-batch", "-", "--format=jsonl"],
        stdin: deed.drafts.map((draft) => `${JSON.stringify(draftOf(draft))}\n`).join(""),
      };
    case "import":
      return {
        words: ["import", "-"],
        stdin: `${JSON.stringify(dialectLine(deed.line, deed.dialect, deed.status, nowMs))}\n`,
      };
    default:
      return { words: wordsOf(deed, names) };
  }
}

function wordsOf(deed: Deed, names: Names): string[] {
  switch (deed.do) {
    case "look":
      return ["list", "--all"];
    case "next":
      return ["next", "--claim"];
    case "backup":
      return ["backup", "create"];
    case "restore":
      return ["backup", "restore", names.backup];
    case "undo":
      return ["undo", ...(deed.count === undefined ? [] : [`${deed.count}`]), ...flag("--to", deed.butFirst)];
    case "create":
      return [
        ...["create", deed.title, "--id", deed.id, "-p", `${deed.priority}`, "-t", deed.type],
        ...flag("-l", deed.label),
        ...flag("--dep", deed.edge && `${deed.edge.type}:${deed.edge.on}`),
        ...flag("--parent", deed.parent),
        ...flag("--defer", deed.until),
      ];
    case "update":
      return ["update", deed.id, ...editWords(deed)];
    case "close":
      return ["close", ...deed.ids, ...flag("-r", deed.reason), ...(deed.force ? ["-f"] : [])];
    case "claim":
    case "release":
      return [deed.do, deed.id, ...(deed.force ? ["--force"] : [])];
    case "delete":
      return ["delete", ...deed.ids, ...(deed.how === undefined ? [] : [`--${deed.how}`])];
    case "defer":
      return ["defer", deed.id, ...flag("--until", deed.until)];
    case "comment":
      return ["comments", "add", deed.id, deed.text];
    case "edit-comment":
      return ["comments", "edit", deed.id, names.comment(deed.id, deed.at), deed.text];
    case "delete-comment":
      return ["comments", "delete", deed.id, names.comment(deed.id, deed.at)];
    case "label":
      return ["label", deed.verb, deed.id, "-l", deed.label];
    case "depend":
      return ["dep", "add", deed.id, deed.edge.on, "-t", deed.edge.type];
    case "release-edge":
      return ["dep", "remove", deed.id, deed.on, ...flag("-t", deed.type)];
    case "remember":
      return ["remember", deed.key, deed.text];
    case "forget":
      return ["forget", deed.key];
    case "reopen":
    case "undelete":
    case "undefer":
      return [deed.do, deed.id];
    default:
      return [deed.do];
  }
}

/** The same as a line of `bz batch`. */
function batchLine(deed: Deed): object {
  switch (deed.do) {
    case "create":
      return { cmd: "create", ...draftOf(deed) };
    case "close":
      return { cmd: "close", ids: deed.ids, reason: deed.reason, force: deed.force };
    case "delete":
      return {
        cmd: "delete",
        ids: deed.ids,
        cascade: deed.how === "cascade" || undefined,
        force: deed.how === "force" || undefined,
      };
    case "claim":
    case "release":
      return { cmd: deed.do, id: deed.id, force: deed.force };
    case "defer":
      return { cmd: "defer", id: deed.id, until: deed.until };
    case "comment":
      return { cmd: "comment", id: deed.id, text: deed.text };
    case "label":
      return { cmd: `label ${deed.verb}`, id: deed.id, labels: [deed.label] };
    case "depend":
      return { cmd: "dep add", id: deed.id, on: deed.edge.on, type: deed.edge.type };
    case "release-edge":
      return { cmd: "dep remove", id: deed.id, on: deed.on, type: deed.type };
    default:
      return { cmd: deed.do, ...("id" in deed ? { id: deed.id } : {}) };
  }
}

function draftOf({ id, title, priority, type, label, edge, parent, until }: Creation): object {
  return {
    ...{ id, title, priority, type, parent, defer_until: until },
    labels: label === undefined ? undefined : [label],
    depends_on: edge === undefined ? undefined : [`${edge.type}:${edge.on}`],
  };
}

/** An issue as another tool of the family writes it, born now. */
function dialectLine(
  { id, title, priority, type, label, edge, parent }: Creation,
  dialect: string,
  status: string,
  nowMs: number,
): object {
  const time = new Date(nowMs).toISOString();
  const seconds = Math.floor(nowMs / 1000);
  const common = { id, title, status, priority, issue_type: type };
  const edges = edgesOf(edge, parent);
  const labels = label === undefined ? [] : [label];
  if (dialect === "bd")
    return {
      ...{ _type: "issue", ...common, created_at: time, updated_at: time, spec_id: "S-1", labels },
      dependencies: edges.map(({ on, type }) => ({
        ...{ issue_id: id, depends_on_id: on, type, created_at: time, created_by: "zed" },
      })),
      dependency_count: 7,
    };
  if (dialect === "br")
    return {
      ...{ ...common, created_at: time, updated_at: time, source_repo: ".", compaction_level: 0, labels },
      dependencies: edges.map(({ on, type }) => ({
        ...{ issue_id: id, depends_on_id: on, type, created_at: time, metadata: "{}", thread_id: "" },
      })),
    };
  if (dialect === "zig")
    return {
      ...{
        ...common,
        content_hash: null,
        assignee: null,
        notes: null,
        defer_until: null,
        version: 3,
        labels,
      },
      ...{ created_at: time, updated_at: time },
      dependencies: edges.map(({ on, type }) => ({
        ...{ issue_id: id, depends_on_id: on, dep_type: type, created_at: seconds, created_by: null },
      })),
      comments: [],
    };
  return {
    ...{ ...common, created_at: nowMs, updated_at: nowMs, labels, due_date: null },
    dependencies: edges.map(({ on, type }) => ({ issue_id: id, target_id: on, type })),
  };
}

function edgesOf(edge: Creation["edge"], parent: string | undefined): { on: string; type: string }[] {
  const edges = edge === undefined ? [] : [{ ...edge }];
  return parent === undefined ? edges : [...edges, { on: parent, type: "parent-child" }];
}

function editWords(edit: Edits): string[] {
  return [
    ...flag("--title", edit.title),
    ...flag("-p", edit.priority),
    ...flag("-t", edit.type),
    ...flag("-s", edit.status),
    ...flag("-a", edit.assignee),
    ...flag("--notes", edit.notes),
    ...flag("--parent", edit.parent),
    ...flag("--dep", edit.edge && `${edit.edge.type}:${edit.edge.on}`),
    ...flag("--add-label", edit.addLabel),
    ...(edit.claim === true ? ["--claim"] : []),
    ...flag("--expect-version", edit.expected),
  ];
}

function flag(name: string, value: string | number | undefined): string[] {
  if (value === undefined) return [];
  return name.startsWith("--") ? [`${name}=${value}`] : [name, `${value}`];
}

export function handWords({ actor, session }: Hand): string[] {
  return ["--actor", actor, ...(session === undefined ? [] : ["--session", session])];
}
