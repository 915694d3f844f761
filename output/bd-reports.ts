import { isJsonObject, type JsonObject, type JsonValue } from "../model/json";

/** The version of bd whose answers these are: clients refuse older ones. */
export const bdVersion = "1.0.5";

export function versions({ version }: JsonObject): JsonObject {
  return { version: bdVersion, build: `bz ${text(version)}` };
}

export function place(document: JsonObject): JsonObject {
  return { ...document, database_path: document.path ?? "" };
}

export function information(document: JsonObject): JsonObject {
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
export function backend(document: JsonObject): JsonObject {
  return { backend: "embedded", mode: "embedded", embedded: true, database: document.jsonl_path ?? "" };
}

export function informationWithSchema(document: JsonObject): JsonObject {
  return { ...information(document), schema: schema(document) };
}

export function serverStatus(document: JsonObject): JsonObject {
  return { ...backend(document), running: false };
}

export function context(document: JsonObject): JsonObject {
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

export function migration(document: JsonObject): JsonObject {
  return {
    registered_migrations: [],
    pending_migrations: [],
    current_state: { schema_version: bdVersion, issue_count: document.issues ?? 0 },
    invariants_to_check: [],
    warnings: [],
    status: "current",
  };
}

export function examination(document: JsonObject): JsonObject {
  return { ...document, overall_ok: document.ok ?? false, cli_version: bdVersion };
}

export function diagnosis(document: JsonObject): JsonObject {
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
export function unknownEnds(document: JsonObject): JsonObject {
  const found = checksIn(document).filter(({ name, status }) => name === "edges" && status !== "pass");
  return { orphans_found: found.length, orphans: found.map(({ message }) => message ?? ""), fixed: 0 };
}

function checksIn({ checks }: JsonObject): JsonObject[] {
  return Array.isArray(checks) ? checks.filter(isJsonObject) : [];
}

function text(value: JsonValue | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
