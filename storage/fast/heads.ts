import type { Place } from "../../model/heads";
import type { ListedFacts } from "../../model/issue-facts";
import { decoder } from "../../native/utf8";
import { dataViewOf, readUint53 } from "../byte-layout";
import { headsHeaderLength, isShownRow, placeLength, shownLengthOffset } from "../heads-section";
import { rulesVersions } from "../snapshot-sections";
import type { Level } from "./level";
import { FastSection } from "./section";
import { giveUp } from "./unusual";

/** The first issues of an order, as a snapshot knows them. */
export interface FirstIssues {
  /** How many the order has. */
  readonly total: number;
  readonly issues: readonly FirstIssue[];
}

export interface FirstIssue extends ListedFacts {
  readonly unblocks: number;
}

export function openHeads(level: Level): FastSection {
  return new FastSection(level, level.section(startOfHeads, rulesVersions.heads));
}

/** The first `count` of the order of `list`. Undefined where the snapshot does not say all that is shown of them. */
export function firstLive(section: FastSection, count: number): FirstIssues | undefined {
  return firstIssues(section, headerOf(section), liveOrder, count);
}

/** The same of `ready`. Undefined also where nobody says that this order is at this moment as it was. */
export function firstReady(section: FastSection, count: number, nowMs: number): FirstIssues | undefined {
  const header = headerOf(section);
  const atMs = header.getFloat64(8, true);
  if (header.getUint32(0, true) !== 0) return undefined;
  const earlyMs = Math.min(atMs, nowMs);
  const lateMs = Math.max(atMs, nowMs);
  if (earlyMs < header.getFloat64(48, true) || lateMs >= header.getFloat64(56, true)) return undefined;
  if (header.getUint32(68, true) > 0 && isAnyBetween(section, header, earlyMs, lateMs)) return undefined;
  return firstIssues(section, header, readyOrder, count);
}

/** Its fields are read by where they stand: `heads-section.ts` has the table. */
function headerOf(section: FastSection): DataView {
  return section.length < headsHeaderLength ? giveUp() : dataViewOf(section.read(0, headsHeaderLength));
}

function isAnyBetween(section: FastSection, header: DataView, earlyMs: number, lateMs: number): boolean {
  const start = headsHeaderLength + header.getUint32(28, true) + header.getUint32(44, true);
  const bytes = section.read(start, header.getUint32(68, true));
  const view = dataViewOf(bytes);
  for (let at = 0; at < bytes.length; at += placeLength + view.getUint16(at + 14, true)) {
    const untilMs = view.getFloat64(at, true);
    if (untilMs > earlyMs && untilMs <= lateMs) return true;
  }
  return false;
}

/** Where the header says how many places an order has, and where it says what is shown of them. */
const liveOrder = { at: 16, shownAt: shownLengthOffset, isFirst: true };
const readyOrder = { at: 32, shownAt: shownLengthOffset + 4, isFirst: false };

function firstIssues(
  section: FastSection,
  header: DataView,
  { at: headAt, shownAt, isFirst }: typeof liveOrder,
  most: number,
): FirstIssues | undefined {
  const total = readUint53(header, headAt);
  const count = Math.min(most, total);
  if (count > header.getUint32(headAt + 8, true)) return undefined;
  const [liveLength, readyLength] = [header.getUint32(28, true), header.getUint32(44, true)];
  const placesAt = headsHeaderLength + (isFirst ? 0 : liveLength);
  // So many of them are in few bytes, most often.
  const length = header.getUint32(headAt + 12, true);
  let shownStart = headsHeaderLength + liveLength + readyLength + header.getUint32(68, true);
  if (!isFirst) shownStart += header.getUint32(shownLengthOffset, true);
  const rows = shownRows(section.read(shownStart, header.getUint32(shownAt, true)));
  const issues: FirstIssue[] = [];
  const bytes = section.read(placesAt, length);
  const view = dataViewOf(bytes);
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const row = rows[index];
    if (!isShownRow(row)) return undefined;
    const start = at + placeLength;
    const end = start + view.getUint16(at + 14, true);
    issues.push({
      id: decoder.decode(bytes.subarray(start, end)),
      priority: view.getUint16(at + 12, true),
      title: row[0],
      status: row[1],
      issue_type: row[2],
      assignee: row[3] ?? undefined,
      defer_until: row[4] ?? undefined,
      unblocks: view.getUint32(at + 8, true),
    });
    at = end;
  }
  return { total, issues };
}

function shownRows(bytes: Uint8Array): readonly unknown[] {
  const rows: unknown = JSON.parse(decoder.decode(bytes));
  return Array.isArray(rows) ? rows : giveUp();
}

/** A page of an order. */
interface KnownPage extends Pick<FirstIssues, "total"> {
  readonly places: readonly Place[];
  readonly issues: readonly ListedFacts[];
}

/** The issues of a page with what is asked of them. Gives up where there is no such page: all issues have to be looked at. */
export function firstOfPage(page: KnownPage | undefined): FirstIssues {
  const { places, issues, total } = page ?? giveUp();
  const first: FirstIssue[] = [];
  for (let at = 0; at < issues.length; at += 1) {
    const issue = issues[at];
    // All of a usual page are there.
    if (issue === undefined || issue.id !== places[at]?.id) giveUp();
    const { id, priority, title, status, issue_type, assignee, defer_until } = issue;
    const unblocks = places[at]?.unblocks ?? 0;
    first.push({ id, priority, title, status, issue_type, assignee, defer_until, unblocks });
  }
  return { total, issues: first };
}

/** "head": no other kind of section begins so. */
export const startOfHeads = 0x64616568;
