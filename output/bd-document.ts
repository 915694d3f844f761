import { isJsonObject, type JsonObject, type JsonValue } from "../model/json";

/**
 * The document of bz in the form that `bd --json` has: lists without an envelope, and some commands with keys of their own. `call` is
 * how bd calls the command; `info --schema` and the like are forms that bd has for themselves.
 */
export function bdDocument(call: string, document: JsonValue): JsonValue {
  if (!isJsonObject(document)) return document;
  const form = forms.get(call);
  return form === undefined ? withoutEnvelope(document) : form(document);
}

/** What the envelope of a list holds; undefined for any other document. */
export function listIn(document: JsonValue): readonly JsonValue[] | undefined {
  if (!isJsonObject(document) || typeof document.returned !== "number") return undefined;
  return Object.values(document).find((value) => Array.isArray(value));
}

/** The version of bd whose answers these are: clients refuse older ones. */
export const bdVersion = "1.0.5";

const forms: ReadonlyMap<string, (document: JsonObject) => JsonValue> = new Map([
  ["create", (document) => (isJsonObject(document.issue) ? { ...document.issue, id: "" } : document)],
  ["note", (document) => listIn(document)?.[0] ?? document],
  ["close", closed],
  ["delete", deleted],
  ["dep cycles", cyclesOfIssues],
  ["version", ({ version }) => ({ version: bdVersion, build: `bz ${text(version)}` })],
  ["where", (document) => ({ ...document, database_path: document.path ?? "" })],
  ["info", information],
  ["info --schema", (document) => ({ ...information(document), schema: schema(document) })],
  ["context", context],
  ["dolt show", backend],
  ["dolt status", (document) => ({ ...backend(document), running: false })],
  ["migrate", migration],
  ["doctor", examination],
  ["doctor --agent", diagnosis],
  ["repair-deps", orphans],
]);

function withoutEnvelope(document: JsonObject): JsonValue {
  const list = listIn(document);
  return list === undefined ? document : list.map(withKnownLinks);
}

/** bd knows nothing of an edge to an issue that is not here, and its clients expect a title at the end of each. */
function withKnownLinks(row: JsonValue): JsonValue {
  if (!isJsonObject(row)) return row;
  const shown: JsonObject = { ...row };
  for (const key of ["dependencies", "dependents"] as const) {
    const links = row[key];
    if (Array.isArray(links))
      shown[key] = links.filter((link) => !isJsonObject(link) || link.missing !== true);
  }
  return shown;
}

function closed(document: JsonObject): JsonValue {
  const issues = [...(listIn(document) ?? [])];
  if ("claimed" in document) return { closed: issues, claimed: document.claimed ?? null };
  if ("next" in document) return { closed: issues, unblocked: document.unblocked ?? [] };
  return issues;
}

function deleted(document: JsonObject): JsonValue {
  if (document.dry_run === true) return document;
  const ids = (listIn(document) ?? []).map((issue) => (isJsonObject(issue) ? text(issue.id) : ""));
  const counts = { dependencies_removed: 0, references_updated: 0 };
  const [only] = ids;
  return ids.length === 1 && only !== undefined
    ? { deleted: only, ...counts }
    : { deleted: ids, deleted_count: ids.length, ...counts };
}

function cyclesOfIssues(document: JsonObject): JsonValue {
  const cycles = listIn(document) ?? [];
  return cycles.map((ids) => (Array.isArray(ids) ? ids.map((id) => ({ id })) : ids));
}

function information(document: JsonObject): JsonObject {
  return {
    database: document.jsonl_path ?? "",
    database_path: document.jsonl_path ?? "",
    beads_dir: document.path ?? "",
    mode: "direct",
    daemon_connected: false,
    issue_count: document.issues ?? 0,
    config: { issue_prefix: document.prefix ?? "" },
    ...document,
  };
}

/** There are no tables; the keys of an issue are what comes nearest to them. */
function schema(document: JsonObject): JsonObject {
  return {
    tables: [],
    schema_version: bdVersion,
    config: { issue_prefix: document.prefix ?? "" },
    sample_issue_ids: [],
    detected_prefix: document.prefix ?? "",
  };
}

/** Clients with a way of their own to a server's data take the command line where the backend is an embedded one. */
function backend(document: JsonObject): JsonObject {
  return { backend: "embedded", mode: "embedded", embedded: true, database: document.jsonl_path ?? "" };
}

function context(document: JsonObject): JsonObject {
  const beadsDirectory = text(document.path);
  return {
    beads_dir: beadsDirectory,
    repo_root: beadsDirectory.slice(0, Math.max(0, beadsDirectory.lastIndexOf("/"))),
    is_redirected: false,
    backend: "embedded",
    dolt_mode: "embedded",
    database: document.jsonl_path ?? "",
    role: "maintainer",
    bd_version: bdVersion,
  };
}

function migration(document: JsonObject): JsonObject {
  return {
    registered_migrations: [],
    pending_migrations: [],
    current_state: { schema_version: bdVersion, issue_count: document.issues ?? 0 },
    invariants_to_check: [],
    warnings: [],
    status: "current",
  };
}

function examination(document: JsonObject): JsonObject {
  return { ...document, overall_ok: document.ok ?? false, cli_version: bdVersion };
}

function diagnosis(document: JsonObject): JsonObject {
  const { failures = 0, warnings = 0 } = document;
  return {
    overall_ok: document.ok ?? false,
    summary: `${text(failures)} checks failed, ${text(warnings)} warnings`,
    diagnostics: checksIn(document)
      .filter(({ status }) => status === "failure" || status === "warning")
      .map(({ name, status, message }) => ({
        name: name ?? "",
        status: status === "failure" ? "error" : "warning",
        severity: status === "failure" ? "blocking" : "advisory",
        message: message ?? "",
        explanation: message ?? "",
      })),
  };
}

/** bz keeps an edge to an unknown issue, which a merge may yet bring; so there are such edges, and none is ever removed. */
function orphans(document: JsonObject): JsonObject {
  const found = checksIn(document).filter(({ name, status }) => name === "edges" && status !== "pass");
  return { orphans_found: found.length, orphans: found.map(({ message }) => message ?? ""), fixed: 0 };
}

function checksIn({ checks }: JsonObject): JsonObject[] {
  return Array.isArray(checks) ? checks.filter(isJsonObject) : [];
}

function text(value: JsonValue | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
