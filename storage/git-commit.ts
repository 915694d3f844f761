import { BzError } from "../model/errors";
import { GitObjects } from "./git-objects";
import { gitDirectoryOf, repositoryRoot } from "./git-state";
import { kindWithinReach, readSmallFile } from "./native-file-system";
import { join } from "./paths";

/** What somebody calls a commit. */
export interface CommitName {
  readonly kind: "tag" | "commit";
  readonly name: string;
}

/**
 * When a commit was made, ms, as its committer line says: of a tag, a branch, HEAD, or an id of four or more digits. Reads git's own files; git is not run.
 * @param from a directory in the repository
 * @throws BzError NOT_FOUND, INVALID, AMBIGUOUS_ID
 */
export async function gitCommitTime(from: string, wanted: CommitName): Promise<number> {
  const root = repositoryRoot(from);
  const gitDirectory = root === undefined ? undefined : gitDirectoryOf(root);
  if (gitDirectory === undefined) throw refusal("NOT_FOUND", wanted, "there is no git repository here");
  if (!/^(?!.*(?:\.\.|@\{|\/\/))[^-/\s~^:?*[\\\p{C}][^\s~^:?*[\\\p{C}]*$/u.test(wanted.name))
    throw refusal("INVALID", wanted, "it is not the plain name of a tag, a branch or a commit");
  const repository = await openRepository(gitDirectory);
  const ids = idsOf(repository, wanted);
  const times = new Map(ids.flatMap((id) => committedAt(repository.objects, id)));
  const [first] = times.values();
  if (first === undefined) {
    const reason =
      ids.length > 0 ? "what it names is not here, or is no commit" : "there is none of that name";
    throw refusal("NOT_FOUND", wanted, reason);
  }
  if (times.size > 1) throw refusal("AMBIGUOUS_ID", wanted, "several commits begin like that");
  return first;
}

interface Repository {
  readonly gitDirectory: string;
  /** Where a linked worktree shares refs and objects with the others. */
  readonly commonDirectory: string;
  readonly objects: GitObjects;
}

async function openRepository(gitDirectory: string): Promise<Repository> {
  const { inflateSync } = await import("node:zlib");
  const common = textOf(join(gitDirectory, "commondir"))?.trim();
  const commonDirectory = common === undefined ? gitDirectory : join(gitDirectory, common);
  const own = join(commonDirectory, "objects");
  const others = (textOf(join(own, "info/alternates")) ?? "")
    .split("\n")
    .filter((line) => /^[^#]/.test(line));
  const directories = [own, ...others.map((path) => join(own, path))];
  return { gitDirectory, commonDirectory, objects: new GitObjects(directories, inflateSync) };
}

/** What the name may stand for: a ref goes before the beginning of an id. */
function idsOf(repository: Repository, { kind, name }: CommitName): string[] {
  const places =
    kind === "tag" ? ["refs/tags/"] : ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"];
  for (const place of places) {
    // What stands beside HEAD is no ref but for names in capitals.
    if (place === "" && !/^(?:[A-Z_]+$|refs\/)/.test(name)) continue;
    const id = refId(repository, place + name);
    if (id !== undefined) return [id];
  }
  return kind === "commit" && /^[0-9a-f]{4,40}$/i.test(name)
    ? repository.objects.idsFrom(name.toLowerCase())
    : [];
}

function refId(repository: Repository, name: string, depth = 0): string | undefined {
  const directory = name.startsWith("refs/") ? repository.commonDirectory : repository.gitDirectory;
  const text = textOf(join(directory, name))?.trim();
  const target = /^ref: (refs\/.+)$/.exec(text ?? "")?.[1];
  if (target !== undefined) return depth < 5 ? refId(repository, target, depth + 1) : undefined;
  if (text !== undefined) return /^[0-9a-f]{40}$/.test(text) ? text : undefined;
  const packed = textOf(join(repository.commonDirectory, "packed-refs")) ?? "";
  const line = packed.split("\n").find((each) => each.slice(41) === name);
  return line === undefined || !/^[0-9a-f]{40} /.test(line) ? undefined : line.slice(0, 40);
}

/** The commit that an object is or that a tag leads to, and its time; nothing for anything else. */
function committedAt(objects: GitObjects, id: string, depth = 0): [string, number][] {
  const object = objects.read(id);
  if (object === undefined || depth > 10) return [];
  const [head = ""] = new TextDecoder().decode(object.bytes).split("\n\n", 1);
  const target = object.type === "tag" ? /^object ([0-9a-f]{40})$/m.exec(head)?.[1] : undefined;
  if (target !== undefined) return committedAt(objects, target, depth + 1);
  const seconds =
    object.type === "commit" ? /^committer .*> (\d{1,11}) [+-]\d{4}$/m.exec(head)?.[1] : undefined;
  return seconds === undefined ? [] : [[id, Number(seconds) * 1000]];
}

/** Undefined when there is no such file. */
function textOf(path: string): string | undefined {
  return kindWithinReach(path) === "file" ? readSmallFile(path) : undefined;
}

function refusal(
  code: "NOT_FOUND" | "INVALID" | "AMBIGUOUS_ID",
  { kind, name }: CommitName,
  reason: string,
): BzError {
  return new BzError(code, `the time of the ${kind} "${name}" cannot be read: ${reason}`, {
    hint: `bz reads git's files and runs no git; \`git log -1 --format=%cI NAME\` prints a time for --since`,
    context: { [kind]: name },
  });
}
