import { findCycle, innerEdgesAround } from "../model/cycles";
import type { Dependency } from "../model/dependency";
import { parseRecord } from "../model/issue-json";
import { isPurgedLine } from "../model/line-kind";
import type { NewsFace } from "./face-news";
import type { FaceNews } from "./face-watch";
import type { TransactionInfo } from "./transaction";

/**
 * What a user should know of a face that others have changed: what cannot be read, what was decided against somebody.
 * @param info who acts, when something is written
 */
export function noticesOn(
  news: FaceNews,
  path: string,
  info: Pick<TransactionInfo, "actor"> | undefined,
): string[] {
  const notices = noticesOnFace(news.face, path);
  const refused = [...news.refused].map(([id, items]) => `${id} (${[...new Set(items)].join(", ")})`);
  if (refused.length > 0)
    notices.push(
      `${path}: what another tool wrote there was not taken over for ${some(refused)}, because the store knows of later changes; \`bz history ID\` has it.`,
    );
  const lost = info === undefined ? [] : lostClaims(news, info.actor);
  return [...notices, ...lost, ...purgedElsewhere(news), ...closedCycles(news)];
}

/** What a user should know of the lines themselves. */
export function noticesOnFace(face: NewsFace, path: string): string[] {
  const notices: string[] = [];
  const unreadable = face.guests.filter((guest) => !guest.isReadable).map(({ lineNumber }) => lineNumber);
  if (unreadable.length > 0)
    notices.push(`${path}: line ${some(unreadable)} cannot be read; left as it is. \`bz doctor\` says more.`);
  if (face.conflictMarkers.length > 0)
    notices.push(
      `${path}: git left a conflict in it, first on line ${face.conflictMarkers[0]}. The lines of both sides were read and merged; \`bz sync\` writes the merged file.`,
    );
  if (face.tornLine !== undefined)
    notices.push(
      `${path}: the last line (${face.tornLine.lineNumber}) is cut off; it was not read. \`bz sync\` copies it to quarantine and writes the file anew.`,
    );
  return notices;
}

/** An agent that goes on with an issue that is somebody else's by now does the work twice. */
function lostClaims({ before, state, changedIds }: FaceNews, actor: string): string[] {
  const lost = changedIds.flatMap((id) => {
    const held = before.issue(id);
    const now = state.issue(id)?.assignee;
    const isLost = held?.assignee === actor && held.status === "in_progress" && now !== actor;
    return isLost ? [`${id}, which you held, is now ${now === undefined ? "nobody's" : `${now}'s`}`] : [];
  });
  return lost.length === 0 ? [] : [`The merge decided: ${some(lost)}.`];
}

/** Text that somebody wants gone for good is not gone where it was read before. */
function purgedElsewhere({ before, state, changedIds }: FaceNews): string[] {
  const purged = changedIds.filter((id) => {
    if (!isPurgedLine(state.line(id) ?? "")) return false;
    const line = before.line(id);
    return line !== undefined && !isPurgedLine(line);
  });
  if (purged.length === 0) return [];
  return [
    `${some(purged)}: purged in another clone; the history of this one holds the text until it is purged here, too.`,
  ];
}

/** Edges that two clones made apart stay, also where together they lead in a circle. */
function closedCycles({ before, state, relinkedIds }: FaceNews): string[] {
  for (const id of relinkedIds) {
    if (edgesText(state.line(id)) === edgesText(before.line(id))) continue;
    const known = new Set(before.issue(id)?.dependencies.map(keyOfEdge));
    const edges = (state.issue(id)?.dependencies ?? [])
      .filter((edge) => !known.has(keyOfEdge(edge)))
      .map(({ type, depends_on_id }) => ({ fromId: id, toId: depends_on_id, type }));
    if (before.facts(id)?.parent !== state.facts(id)?.parent) edges.push(...innerEdgesAround(before, id));
    for (const { fromId, toId, type } of edges) {
      const path = findCycle(state, fromId, toId, type);
      if (path !== undefined)
        return [`The merge closed a circle: ${path.join(" -> ")}. \`bz dep cycles\` names all there are.`];
    }
  }
  return [];
}

function edgesText(line: string | undefined): string | undefined {
  const edges = line === undefined ? undefined : parseRecord(line).dependencies;
  return Array.isArray(edges) && edges.length > 0 ? JSON.stringify(edges) : undefined;
}

function keyOfEdge({ type, depends_on_id }: Dependency): string {
  return `${type} ${depends_on_id}`;
}

function some(items: readonly (string | number)[]): string {
  return `${items.slice(0, mostShown).join(", ")}${items.length > mostShown ? `, ... (${items.length} in all)` : ""}`;
}

const mostShown = 5;
