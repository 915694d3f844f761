import type { Heads } from "../../model/heads";
import type { IssueSource } from "../../model/issue-source";
import { State } from "../../model/state";
import { DependentsSection } from "../dependents-section";
import { readHeads } from "../heads-section";
import { rulesVersions } from "../snapshot-sections";
import { UnreadLog } from "../unread-log";
import { segmentHeaderLength } from "../wal-format";
import { FrameWalk } from "../wal-reader";
import { startOfHeads } from "./heads";
import { type Level, startOfDependents } from "./level";
import { FastSection } from "./section";
import type { FastFiles } from "./store";

/** The state of a store, for an order of its issues. */
export function stateBehindLog({ snapshot, log, page }: FastFiles): State {
  const source: IssueSource = {
    count: snapshot.count,
    has: (id) => snapshot.has(id),
    line: (id) => snapshot.line(id),
    version: (id) => snapshot.version(id),
    ids: () => snapshot.ids(),
    idsMentioning: (id, link) => snapshot.idsMentioning(id, link),
    surelyClosed: (id) => snapshot.surelyClosed(id),
    unknownAmong: (ids) => {
      const { base, delta } = snapshot;
      return dependentsOf(base).unknownAmong(
        delta === undefined ? ids : dependentsOf(delta).unknownAmong(ids),
      );
    },
    heads: () => headsOf(snapshot.top),
  };
  const { bytes } = log;
  const { generation, confirmedSequence, confirmedOffset } = page;
  const { lastSequence, lastChecksum } = snapshot.top.header;
  const from = { generation, offset: segmentHeaderLength, sequence: lastSequence, checksum: lastChecksum };
  const end = {
    generation,
    offset: confirmedOffset,
    sequence: confirmedSequence,
    checksum: log.lastChecksum,
  };
  const walk = new FrameWalk(bytes, segmentHeaderLength, undefined, from, undefined, end, false, undefined);
  walk.isOnlyRead = true;
  return new State(source, new UnreadLog().and(walk));
}

function dependentsOf(level: Level): DependentsSection {
  return new DependentsSection(
    new FastSection(level, level.section(startOfDependents, rulesVersions.dependents)),
  );
}

function headsOf(level: Level): Heads | undefined {
  return readHeads(new FastSection(level, level.section(startOfHeads, rulesVersions.heads)));
}
