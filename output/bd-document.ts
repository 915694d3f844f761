import { isJsonObject, type JsonObject, type JsonValue } from "../model/json";
import {
  backend,
  context,
  diagnosis,
  examination,
  information,
  informationWithSchema,
  migration,
  place,
  serverStatus,
  unknownEnds,
  versions,
} from "./bd-reports";

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

const forms: ReadonlyMap<string, (document: JsonObject) => JsonValue> = new Map([
  ["create", created],
  ["note", (document: JsonObject) => listIn(document)?.[0] ?? document],
  ["close", closed],
  ["delete", deleted],
  ["prune", pruned],
  ["epic close-eligible", closedEpics],
  ["dep cycles", cyclesOfIssues],
  ["orphans", strays],
  ["duplicates", duplicates],
  ["lint", findings],
  ["memories", memories],
  ["remember", (document: JsonObject) => ({ ...memoryIn(document), action: "remembered" })],
  ["recall", (document: JsonObject) => ({ ...memoryIn(document), found: true })],
  ["forget", (document: JsonObject) => ({ key: memoryIn(document).key ?? "", deleted: "true" })],
  ["config list", settings],
  ["version", versions],
  ["where", place],
  ["info", information],
  ["info --schema", informationWithSchema],
  ["context", context],
  ["dolt show", backend],
  ["dolt status", serverStatus],
  ["migrate", migration],
  ["doctor", examination],
  ["doctor --agent", diagnosis],
  ["repair-deps", unknownEnds],
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

/** A rehearsal has no id yet: the one that it shows will not be that of the issue. */
function created(document: JsonObject): JsonValue {
  return isJsonObject(document.issue) ? { ...document.issue, id: "" } : document;
}

function closed(document: JsonObject): JsonValue {
  const issues = [...(listIn(document) ?? [])];
  if ("claimed" in document) return { closed: issues, claimed: document.claimed ?? null };
  if ("next" in document) return { closed: issues, unblocked: document.unblocked ?? [] };
  return issues;
}

function deleted(document: JsonObject): JsonValue {
  if (document.dry_run === true) return document;
  const ids = idsIn(document);
  const counts = { dependencies_removed: 0, references_updated: 0 };
  const [only] = ids;
  return ids.length === 1 && only !== undefined
    ? { deleted: only, ...counts }
    : { deleted: ids, deleted_count: ids.length, ...counts };
}

function pruned(document: JsonObject): JsonValue {
  const ids = idsIn(document);
  return {
    dry_run: document.dry_run === true,
    pruned_count: ids.length,
    deleted: ids,
    deleted_count: ids.length,
  };
}

function closedEpics(document: JsonObject): JsonValue {
  const ids = idsIn(document);
  if (document.dry_run !== true && ids.length > 0) return { closed: ids, count: ids.length };
  return rowsIn(document).map((epic) => ({ epic, eligible_for_close: true }));
}

function cyclesOfIssues(document: JsonObject): JsonValue {
  const cycles = listIn(document) ?? [];
  return cycles.map((ids) => (Array.isArray(ids) ? ids.map((id) => ({ id })) : ids));
}

/** Here they are issues whose edges lead nowhere, there open ones that commits speak of. */
function strays(document: JsonObject): JsonValue {
  return rowsIn(document).map((row) => ({ issue_id: row.id ?? "", ...row }));
}

function duplicates(document: JsonObject): JsonValue {
  const groups = rowsIn(document).map(({ issues }) => {
    const [first, ...others] = Array.isArray(issues) ? issues.filter(isJsonObject) : [];
    return {
      title: first?.title ?? "",
      issues: issues ?? [],
      suggested_target: first?.id ?? "",
      suggested_sources: others.map(({ id }) => id ?? ""),
    };
  });
  return { duplicate_groups: groups.length, groups };
}

function findings(document: JsonObject): JsonValue {
  const found = Map.groupBy(rowsIn(document), ({ id }) => textOf(id));
  const results = [...found].map(([id, rows]) => ({
    id,
    missing: rows.map(({ message }) => message ?? ""),
    warnings: rows.length,
  }));
  return { total: rowsIn(document).length, issues: results.length, results };
}

function memories(document: JsonObject): JsonValue {
  return keyed(rowsIn(document));
}

function memoryIn(document: JsonObject): JsonObject {
  const { key = "", value = "" } = rowsIn(document)[0] ?? {};
  return { key, value };
}

function settings(document: JsonObject): JsonValue {
  return keyed(rowsIn(document));
}

function keyed(rows: readonly JsonObject[]): JsonObject {
  return Object.fromEntries(rows.map(({ key, value = "" }) => [textOf(key), value]));
}

function rowsIn(document: JsonObject): JsonObject[] {
  return (listIn(document) ?? []).filter(isJsonObject);
}

function idsIn(document: JsonObject): string[] {
  return rowsIn(document).map(({ id }) => textOf(id));
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}
