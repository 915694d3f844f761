import { prefixOfId } from "../model/issue-id";
import { State } from "../model/state";
import { formatTime } from "../model/time";
import { giveBirth } from "./birth";
import { fullAllowance } from "./export-budget";
import { type Face, faceSource, readFace } from "./face";
import { kindOf } from "./face-news";
import { noticesOnFace } from "./face-notices";
import { identityOf } from "./face-signature";
import { rememberFace } from "./face-signing";
import type { Directory } from "./file-system";
import { loadLog } from "./log";
import { faceName, metadataName } from "./paths";
import type { Place, StoreSession } from "./session";
import type { Workspace } from "./workspace";

/** What a clone shows that has a face and no store: the face as it is, lines of one id merged. */
export interface CloneView {
  readonly state: State;
  readonly prefix: string;
  readonly face: Face | undefined;
  readonly notices: readonly string[];
}

export function cloneView(place: Place, workspace: Workspace): CloneView {
  const face = place.face && readFace(place.face);
  const state = new State(faceSource(face));
  const prefix = prefixFor(place, face);
  const notices = face === undefined ? [] : noticesOnFace(face, `${workspace.beadsPath}/${faceName}`);
  return { state, face, prefix, notices };
}

export interface Birth {
  /** What a user should know who had a store here before. */
  readonly notices: readonly string[];
}

/**
 * Makes the store from the face. Writes nothing outside of `store/`.
 * @returns undefined when another process was faster
 * @throws BzError LOCK_TIMEOUT
 */
export function bearFromFace(
  place: Place,
  session: StoreSession,
  options: { workspace: Workspace; prefix?: string; lockTimeoutMs: number },
): Birth | undefined {
  const { workspace, lockTimeoutMs } = options;
  return session.withLock("init", lockTimeoutMs, () => {
    const born = loadLog(session.store, session.readStatus);
    if (born !== undefined) {
      born.snapshot.close();
      return undefined;
    }
    // Before the face is read: what is written behind that may leave its times as they are.
    const takenMs = session.environment.clocks.wallMs();
    const { state, prefix, face } = cloneView(place, workspace);
    const origin = { prefix: options.prefix ?? prefix, state };
    const storeId = giveBirth(place.owner, session.store, session.lock, session.bootId, origin);
    if (face === undefined) return { notices: [] };
    const signed = {
      storeId,
      bootId: session.bootId,
      file: identityOf(face.status),
      contentChecksum: face.sums.checksum,
      takenMs,
      sequence: 0,
      content: kindOf(face),
      allowance: fullAllowance,
    };
    rememberFace(session.store, workspace, signed, face.sums.blocks);
    return { notices: [birthNotice(face, `${workspace.beadsPath}/${faceName}`)] };
  });
}

/** A fresh clone looks like one whose store `git clean -fdx` took away, and only its user knows which of the two it is. */
function birthNotice({ status }: Face, path: string): string {
  const writtenAt = formatTime(Number(status.modifiedNs / 1_000_000n));
  return `The store was made from ${path}, last written ${writtenAt}. Later writes here, if there were any, are gone.`;
}

function metadataIn(beads: Directory): string | undefined {
  // Whatever else stands under that name is not ours, and no reason to show nothing.
  if (beads.status(metadataName)?.kind !== "file") return undefined;
  const file = beads.open(metadataName, "read");
  if (file === undefined) return undefined;
  try {
    return new TextDecoder().decode(file.read(0, metadataLimitBytes));
  } finally {
    file.close();
  }
}

/** `metadata.json` says it since `init`; a workspace of another tool is asked which prefix most of its issues have. */
export function prefixFor(place: Place, face: Face | undefined): string {
  const metadata = metadataIn(place.face ?? place.owner) ?? "";
  const declared = /"prefix"\s*:\s*"([A-Za-z][A-Za-z0-9_-]{0,19})"/.exec(metadata);
  if (declared?.[1] !== undefined) return declared[1];
  const counts = new Map<string, number>();
  for (const id of face?.ids ?? []) {
    const prefix = prefixOfId(id);
    if (prefix !== undefined) counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  let best = defaultPrefix;
  for (const [prefix, count] of counts) if (count > (counts.get(best) ?? 0)) best = prefix;
  return best;
}

const defaultPrefix = "bd";
const metadataLimitBytes = 65_536;
