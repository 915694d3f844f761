import { BzError } from "../model/errors";
import { settings as allSettings } from "../model/setting";
import { some } from "./check-issues";
import { fileLengthLimit, parseYaml, type Settings } from "./config";
import type { StorageEnvironment } from "./environment";
import type { Directory } from "./file-system";
import { failure, note, type Outcome, pass, warning } from "./finding";
import { gitDirectoryOf, repositoryRoot } from "./git-state";
import {
  configName,
  faceName,
  join,
  lockName,
  metadataName,
  quarantineDirectoryName,
  snapshotName,
  storeDirectoryName,
} from "./paths";
import { lossesName } from "./quarantine";
import type { Place } from "./session";
import type { Workspace } from "./workspace";

/** Files that hold settings, and what stands in them. What a command cannot use it refuses; the rest goes unnoticed until somebody looks. */
export function examineSettings(settings: Settings, beads: Directory | undefined): Outcome {
  const refused: string[] = [];
  for (const setting of allSettings) {
    try {
      settings.of(setting);
    } catch (error) {
      if (!(error instanceof BzError)) throw error;
      if (!refused.includes(error.message)) refused.push(error.message);
    }
  }
  if (refused.length > 0) return failure(refused.join(" "));
  const problems = settings.problems().map(({ message }) => message);
  // What is no YAML has been told.
  if (problems.length === 0) problems.push(...objectProblems(beads, configName, parseSettings));
  problems.push(...objectProblems(beads, metadataName, parseJson));
  return problems.length > 0 ? warning(problems.join(" ")) : pass("They can be read.");
}

/** bz does without either of them; but what their author meant has no effect. */
function objectProblems(
  beads: Directory | undefined,
  name: string,
  parse: (text: string, path: string) => unknown,
): string[] {
  if (beads?.status(name)?.kind !== "file") return [];
  const file = beads.open(name, "read");
  if (file === undefined) return [];
  try {
    const { size } = file.status();
    if (size > fileLengthLimit) return [`${file.path} is longer than ${fileLengthLimit} bytes.`];
    const value = parse(decoder.decode(file.read(0, size)), file.path);
    return value instanceof Object && !Array.isArray(value) ? [] : [`${file.path} holds no keys.`];
  } catch {
    return [`${file.path} cannot be read as what its name says, and has no effect.`];
  } finally {
    file.close();
  }
}

function parseSettings(text: string, path: string): unknown {
  // Empty, or all comment.
  return parseYaml(text, path) ?? {};
}

function parseJson(text: string): unknown {
  return JSON.parse(text);
}

/** Nobody but the owner may write what is private, and not everybody what is shared. */
export function examinePermissions({ owner, face }: Place, store: Directory): Outcome {
  const open: string[] = [];
  const foreign: string[] = [];
  const directory = owner.status(storeDirectoryName);
  if (directory !== undefined && (directory.permissions & 0o077) !== 0) open.push(`${store.path}/`);
  walk(store, (path, status) => {
    if (status.kind !== "symlink" && (status.permissions & 0o022) !== 0) open.push(path);
    if (directory !== undefined && status.owner !== directory.owner) foreign.push(path);
  });
  for (const beads of new Set([owner, ...(face === undefined ? [] : [face])]))
    for (const name of beads.list()) {
      const status = beads.status(name);
      if (status !== undefined && status.kind !== "symlink" && (status.permissions & 0o002) !== 0)
        open.push(`${beads.path}/${name}`);
    }
  const told = [
    ...(open.length === 0 ? [] : [`Others may write: ${some(open)}.`]),
    ...(foreign.length === 0 ? [] : [`Of another user than the store itself: ${some(foreign)}.`]),
  ];
  return told.length === 0 ? pass("Only the owner can write.") : warning(told.join(" "));
}

/** Links lead elsewhere, and what has a second name can be changed by it. Commands refuse the first; the second they cannot see. */
export function examineLinks({ owner, face }: Place, store: Directory): Outcome {
  const irregular: string[] = [];
  const several = new Map<string, { path: string; others: number }>();
  const look = (path: string, status: Status): void => {
    if (status.kind === "file" && status.links > 1) {
      const file = `${status.device} ${status.inode}`;
      const { others } = several.get(file) ?? { others: status.links };
      // Nobody writes into a snapshot, and between the two names of a base that is being kept a process may have died.
      const isOfSnapshot = path.slice(path.lastIndexOf("/") + 1).startsWith(snapshotName);
      several.set(file, { path, others: isOfSnapshot ? others - 1 : others });
    }
    if (status.kind !== "file" && status.kind !== "directory") irregular.push(path);
  };
  // What stands in the place of the lock file has a check of its own, and what is in quarantine is out of use.
  const spared = [lockName, quarantineDirectoryName].map((name) => `${store.path}/${name}/`);
  walk(store, (path, status) => {
    if (!spared.some((each) => `${path}/`.startsWith(each))) look(path, status);
  });
  for (const beads of new Set([owner, ...(face === undefined ? [] : [face])]))
    for (const name of [faceName, configName, metadataName, ".gitignore", ".gitattributes"]) {
      const status = beads.status(name);
      if (status !== undefined) look(`${beads.path}/${name}`, status);
    }
  const linked = [...several.values()].filter(({ others }) => others > 0).map(({ path }) => path);
  if (irregular.length > 0)
    return failure(`No regular files, so that bz reads none of them: ${some(irregular)}.`);
  return linked.length > 0 ? warning(`Files with a second name elsewhere: ${some(linked)}.`) : pass("None.");
}

/** The copies of damaged files are the user's to keep or remove. */
export function examineQuarantine(store: Directory): Outcome {
  const directory = store.openDirectory(quarantineDirectoryName);
  if (directory === undefined) return pass("Empty.");
  try {
    const names = directory.list().sort();
    if (names.length === 0) return pass("Empty.");
    const losses = names
      .filter((name) => holdsLosses(directory, name))
      .map((name) => `${name}/${lossesName}`);
    const told = losses.length === 0 ? "" : ` What could not be brought back stands in ${some(losses)}.`;
    return note(
      `${directory.path} keeps what repairs took out of the store: ${some(names)}.${told} Remove it when nothing is missed.`,
    );
  } finally {
    directory.close();
  }
}

function holdsLosses(quarantine: Directory, name: string): boolean {
  if (quarantine.status(name)?.kind !== "directory") return false;
  const repair = quarantine.openDirectory(name);
  try {
    return repair?.status(lossesName) !== undefined;
  } finally {
    repair?.close();
  }
}

/** A store that is in git's index would be checked out over the one that is in use. */
export function examineTracked({ storeOwnerPath }: Workspace, environment: StorageEnvironment): Outcome {
  const root = repositoryRoot(join(storeOwnerPath, ".."));
  const gitPath = root === undefined ? undefined : gitDirectoryOf(root);
  if (root === undefined || gitPath === undefined) return pass("No git repository.");
  const git = environment.fileSystem.openDirectory(gitPath);
  const index = git?.status("index")?.kind === "file" ? git.open("index", "read") : undefined;
  try {
    const { size = 0 } = index?.status() ?? {};
    const bytes = Buffer.from(index?.read(0, Math.min(size, indexLimitBytes)) ?? []);
    const path = `${storeOwnerPath.slice(root === "/" ? 1 : root.length + 1)}/${storeDirectoryName}/`;
    return hasEntryBelow(bytes, path)
      ? failure(
          `git tracks files of ${storeOwnerPath}/${storeDirectoryName}: a checkout would put old ones in their place. \`git rm -r --cached ${path}\` takes them out of git alone.`,
        )
      : pass("git tracks no file of the store.");
  } finally {
    index?.close();
    git?.close();
  }
}

/**
 * Whether git's index has an entry there. Its length, in the lower 12 bits, stands before a name (or before two bytes more) and a NUL behind it; a match within a name is
 * a file of another directory. In version 4 a name is only what differs from the one before.
 */
function hasEntryBelow(index: Buffer, path: string): boolean {
  for (let at = index.indexOf(path, 12); at !== -1; at = index.indexOf(path, at + 1)) {
    const length = index.indexOf(0, at) - at;
    const isName = [2, 4].some((before) => (index.readUInt16BE(at - before) & 0xfff) === length);
    if (isName || index.readUInt32BE(4) === 4) return true;
  }
  return false;
}

type Status = NonNullable<ReturnType<Directory["status"]>>;

/** Everything below the directory; links are not followed. */
function walk(directory: Directory, visit: (path: string, status: Status) => void): void {
  for (const name of directory.list()) {
    const status = directory.status(name);
    if (status === undefined) continue;
    visit(`${directory.path}/${name}`, status);
    if (status.kind !== "directory") continue;
    const inner = directory.openDirectory(name);
    if (inner === undefined) continue;
    try {
      walk(inner, visit);
    } finally {
      inner.close();
    }
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });
const indexLimitBytes = 1 << 28;
