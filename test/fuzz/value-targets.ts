import fc from "fast-check";
import { parseMetadata } from "../../commands/metadata-input";
import { createIssue } from "../../model/create-issue";
import {
  parseDate,
  parseDuration,
  parseEstimate,
  parseFutureDate,
  parseMoments,
} from "../../model/date-input";
import { validateEntryKind } from "../../model/entry-input";
import { validateLabel, validateMetadata, validateTitle } from "../../model/field-input";
import { fitsGlob } from "../../model/glob";
import { prefixOfId, resolveId, validateIssueId, validatePrefix } from "../../model/issue-id";
import { parseIssue } from "../../model/issue-json";
import { emptySource } from "../../model/issue-source";
import { isSameJson } from "../../model/json";
import { parsePriority } from "../../model/priority";
import { compileQuery } from "../../model/query-condition";
import { queryFieldNames } from "../../model/query-fields";
import { formatQueryExpression, parseQueryExpression, queryOperators } from "../../model/query-language";
import { parseSearch, searchIssue } from "../../model/search";
import { settings } from "../../model/setting";
import { formatSetting, parseSetting } from "../../model/setting-input";
import { State } from "../../model/state";
import { parseStatus } from "../../model/status";
import { instantMs, latestTimeMs } from "../../model/time";
import { escapeLines, escapeText } from "../../output/escape";
import { plainLine } from "../model/samples";
import { claim, claimEqual, damaged, soupOf, type Target, unlessRefused } from "./target";

export const nowMs: number = Date.UTC(2026, 0, 15, 12);

const issues = [
  plainLine("bd-a1", ',"labels":["x","y z"],"assignee":"ann","estimate":90,"due_at":"2026-02-01T00:00:00Z"'),
  plainLine("bd-b2", ',"metadata":{"k":"v"},"description":"long é","comments":[{"id":1,"text":"said"}]'),
].map(parseIssue);

const state = new State(emptySource);
for (const id of ["bd-a1", "bd-a12", "bd-a1.1", "x-1"])
  state.apply(createIssue({ title: id }, { id, nowMs, actor: "ann" }), 1);

const queries = [
  "status = open and (priority <= 1 or not label in (x, 'y z'))",
  'title ~ "a \\" b" and assignee != none and created > -7d',
  "type not in (bug, epic) or blocked",
  "metadata.k = v and id ~ bd-*",
  String.raw`title = "a\\b\" c\\" or id in ("\\", 'x\'')`,
];
const queryWords = [
  ...queryFieldNames(),
  ...queryOperators,
  "and",
  "or",
  "not",
  "(",
  ")",
  ",",
  "none",
  "me",
  "1",
  "P2",
  "open",
  "bug",
  "x",
  "-7d",
  "2026-01-01",
  '"y z"',
  "'",
];
const dates = [
  "2026-03-31",
  "2026-03-31T09:00:00Z",
  "2026-03-31T09:00:00.123456789+05:30",
  "+6h",
  "-7d",
  "+3w",
  "+1m",
  "tomorrow",
  "next monday",
  "1969-12-31",
  "2100-12-31T23:59:59Z",
  "2026-02-30",
];
const spans = ["90", "1h30m", "2h", "30m", "5d", "1w2d", "999999h", "0"];

export const valueTargets: readonly Target[] = [
  {
    name: "query",
    inputs: fc.oneof(damaged(queries, queryWords), soupOf(queryWords, 14)),
    check(text) {
      const expression = unlessRefused(() => parseQueryExpression(text));
      if (expression === undefined) return;
      const formatted = formatQueryExpression(expression);
      const again = parseQueryExpression(formatted);
      claimEqual(formatQueryExpression(again), formatted, "a query is not read as it is written");
      const compiled = unlessRefused(() =>
        compileQuery(text, expression, {
          nowMs,
          actor: "ann",
          readStatus: parseStatus,
          readType: (type) => type,
          readId: (id) => resolveId(state, id, "bd"),
        }),
      );
      const other = unlessRefused(() =>
        compileQuery(formatted, again, {
          nowMs,
          actor: "ann",
          readStatus: parseStatus,
          readType: (type) => type,
          readId: (id) => resolveId(state, id, "bd"),
        }),
      );
      for (const issue of issues)
        claim(compiled?.(issue) === other?.(issue), "a query written anew means something else");
    },
  },
  {
    name: "date",
    inputs: fc.oneof(
      damaged(dates, spans),
      soupOf(["+", "-", "1", "99", "h", "d", "w", "m", "y", "T", ":", "Z", "monday", "today"], 8),
    ),
    check(text) {
      const date = unlessRefused(() => parseDate(text, nowMs));
      unlessRefused(() => parseFutureDate("--due", text, nowMs));
      const moments = unlessRefused(() => parseMoments(text, nowMs));
      claim((date === undefined) === (moments === undefined), "a date is no moment");
      if (date === undefined || moments === undefined) return;
      claimEqual(parseDate(date, nowMs), date, "a date is not read as it is written");
      const day = /^\d{4}-\d\d-\d\d$/.exec(text.trim())?.[0];
      claim(day === undefined || date.startsWith(day), "a day is another one");
      const timeMs = instantMs(date);
      claim(timeMs >= 0 && timeMs <= latestTimeMs && moments[0] <= moments[1], "a date lies outside of time");
    },
  },
  {
    name: "estimate and span",
    inputs: fc.oneof(
      damaged(spans),
      soupOf(["0", "1", "90", "999999999", "h", "m", "s", "d", "w", "H", "."], 6),
    ),
    check(text) {
      for (const number of [
        unlessRefused(() => parseEstimate(text)),
        unlessRefused(() => parseDuration(text)),
      ])
        claim(number === undefined || (Number.isFinite(number) && number >= 0), "it is no span");
    },
  },
  {
    name: "id and prefix",
    inputs: fc.oneof(
      damaged(["bd-a1", "bd-a1.1", "a1", "x-1", "bd", "BD-A1"]),
      soupOf(["bd", "-", "a1", ".", "1", "x", "_"], 8),
    ),
    check(text) {
      claim(
        state.has(unlessRefused(() => resolveId(state, text, "bd")) ?? "bd-a1"),
        "an id that is not there",
      );
      const id = unlessRefused(() => validateIssueId(text));
      if (id !== undefined) claimEqual(id, text, "an id is not what was said");
      claim(id === undefined || !/^[.-]|[\s/\\]/.test(id), "an id is a flag, a hidden file or a path");
      const prefix = unlessRefused(() => validatePrefix(text));
      if (prefix !== undefined) claimEqual(prefixOfId(`${prefix}-x`), prefix, "a prefix is not found again");
    },
  },
  {
    name: "title, label, priority, status, kind",
    inputs: fc.oneof(
      damaged(["Fix the parser", "area:core", "P2", "critical", "in progress", "llm_call"]),
      fc.string({ unit: "binary" }),
    ),
    check(text) {
      for (const read of [validateTitle, validateLabel, parseStatus, validateEntryKind]) {
        const value = unlessRefused(() => read(text));
        if (value !== undefined) claimEqual(read(value), value, "what was accepted is not accepted again");
      }
      const priority = unlessRefused(() => parsePriority(text));
      claim(priority === undefined || [0, 1, 2, 3, 4].includes(priority), "a priority out of its range");
    },
  },
  {
    name: "metadata",
    inputs: fc.oneof(
      damaged([
        '{"k":[1,2.5,{"a":null}],"é":"\\u0041"}',
        "[[[[]]]]",
        '{"n":1e21}',
        "-0.10",
        "false",
        "[]",
        `${"[".repeat(62)}${"]".repeat(62)}`,
      ]),
      fc.json(),
    ),
    check(text) {
      const metadata = unlessRefused(() => validateMetadata(parseMetadata(text)));
      if (metadata === undefined) return;
      const { line } = createIssue({ title: "T", metadata }, { id: "bd-1", nowMs, actor: "ann" });
      const isEmpty = metadata === null || metadata === "";
      claim(
        isSameJson(parseIssue(line).metadata ?? null, isEmpty ? null : metadata),
        "metadata is not read as it is written",
      );
    },
  },
  {
    name: "setting",
    inputs: damaged(["5000", "true", "off", "triage,review", "a b", "0"]),
    check(text) {
      for (const setting of settings) {
        const value = unlessRefused(() => parseSetting(setting, text));
        if (value !== undefined)
          claimEqual(
            parseSetting(setting, formatSetting(value)),
            value,
            "a setting is not read as it is written",
          );
      }
    },
  },
  {
    name: "search and glob",
    inputs: fc.oneof(
      soupOf(["title", '"', "*", "?", "long", "é", "said", "[", "\\"], 8),
      fc.string({ unit: "binary" }),
    ),
    check(text) {
      const query = parseSearch(text);
      for (const issue of issues)
        if (query !== undefined) claim((searchIssue(query, issue)?.score ?? 1) > 0, "a hit of nothing");
      if (!/[*?]/.test(text)) claim(fitsGlob(text, text), "a text does not fit itself");
      claim(fitsGlob(text, "*"), "a text does not fit everything");
    },
  },
  {
    name: "text for a terminal",
    inputs: fc.oneof(
      damaged(["plain", "\u001b]0;title\u0007", "a\u0301\u200d👩‍💻", "\u009b31m"]),
      fc.string({ unit: "binary" }),
    ),
    check(text) {
      claim(!/[\p{Cc}\p{Bidi_Control}]/u.test(escapeText(text)), "a terminal would obey");
      claim(
        !/[\p{Cc}\p{Bidi_Control}]/u.test(escapeLines(text).replace(/[\t\n]/g, "")),
        "a terminal would obey lines",
      );
      claim(escapeText(text).isWellFormed(), "half a character is left");
    },
  },
];
