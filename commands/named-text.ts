import { BzError } from "../model/errors";
import { formatSize } from "../output/size";
import type { ParsedValues } from "./arguments";
import { sourceLimitBytes } from "./source";
import { isStdin, type ParsedValue } from "./text-arguments";
import type { World } from "./world";

/**
 * The texts that the named arguments ask for, by their names.
 * @throws BzError USAGE when stdin is asked for twice, FILE_UNREADABLE, INVALID for bytes that are not UTF-8
 */
export async function readSources(
  values: ParsedValues,
  asked: readonly string[],
  world: World,
): Promise<Map<string, string>> {
  const fromStdin = asked.filter((key) => isStdin(values[key]));
  if (fromStdin.length > 1) {
    throw new BzError("USAGE", `stdin can fill one argument, not ${fromStdin.join(" and ")}`, {
      hint: "give the others as text or as @FILE",
    });
  }
  const texts = new Map<string, string>();
  for (const key of asked) texts.set(key, await readSource(values[key], world));
  return texts;
}

/**
 * The text of a file that a user named; `-` is stdin.
 * @throws BzError FILE_UNREADABLE, INVALID for bytes that are not UTF-8
 */
export async function readNamedText(path: string, world: World): Promise<string> {
  const { bytes, source } = await readNamedBytes(path, world);
  return decodeText(bytes, source);
}

/** The same where no name stands for stdin, too. Throws as `readNamedOrPipedBytes` does. */
export async function readNamedOrPipedText(
  name: string,
  path: string | undefined,
  world: World,
): Promise<string> {
  const { bytes, source } = await readNamedOrPipedBytes(name, path, world);
  return decodeText(bytes, source);
}

/** What a user named, before it is a text. */
export interface NamedBytes {
  readonly bytes: Uint8Array;
  /** How errors call it. */
  readonly source: string;
}

export async function readNamedBytes(path: string, world: World): Promise<NamedBytes> {
  if (path === "-") return { bytes: await world.readStdin(), source: "stdin" };
  return { bytes: await readNamedFile(path, world), source: path };
}

/**
 * What was named, or else stdin.
 * @throws BzError USAGE when nobody could type all that into a terminal
 */
export async function readNamedOrPipedBytes(
  name: string,
  path: string | undefined,
  world: World,
): Promise<NamedBytes> {
  if (path !== undefined || !world.isTerminal(standardInput)) return readNamedBytes(path ?? "-", world);
  throw new BzError("USAGE", `${name} needs FILE`, {
    hint: "name a file, or `-` for what you type, up to Ctrl-D",
  });
}

/** @throws BzError FILE_UNREADABLE when there is no such file, or it is larger than a gibibyte */
export async function readNamedFile(path: string, world: World): Promise<Uint8Array> {
  const absolute = path.startsWith("/") ? path : `${world.currentDirectory()}/${path}`;
  // Before memory is asked for. What has no size of its own, like a pipe, is measured by decodeText.
  const size = sizeOf(absolute);
  if (Number.isFinite(size)) refuseLarge(size, path);
  const bytes = await world.readFile(absolute);
  if (bytes !== undefined) return bytes;
  throw new BzError("FILE_UNREADABLE", `there is no file ${path}`, {
    hint: `check the path; a relative one starts at ${world.currentDirectory()}`,
    context: { path },
  });
}

/** Bytes; 0 for a path that leads nowhere, which opening it says better. */
function sizeOf(path: string): number {
  try {
    return Bun.file(path).size;
  } catch {
    return 0;
  }
}

/** @throws BzError INVALID for bytes that are not UTF-8, FILE_UNREADABLE for more than a gibibyte */
export function decodeText(bytes: Uint8Array, source: string): string {
  refuseLarge(bytes.length, source);
  return decodePiece(bytes, source, { ignoreBOM: false });
}

/** The same of a part that ends with a character. */
export function decodePiece(bytes: Uint8Array, source: string, options: { ignoreBOM: boolean }): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ...options }).decode(bytes);
  } catch (error) {
    throw new BzError("INVALID", `${source} is not UTF-8 text`, { context: { source }, cause: error });
  }
}

export function refuseLarge(sizeBytes: number, source: string): void {
  if (sizeBytes <= sourceLimitBytes) return;
  throw new BzError(
    "FILE_UNREADABLE",
    `${source} has ${formatSize(sizeBytes)}; bz reads up to 1 GiB at once`,
    {
      hint: "split the source, or leave out what does not belong there",
      context: { source, size: sizeBytes },
    },
  );
}

const standardInput = 0;

async function readSource(value: ParsedValue, world: World): Promise<string> {
  if (typeof value !== "string" || isStdin(value))
    return withoutLineEnd(decodeText(await world.readStdin(), "stdin"));
  if (value.startsWith("@@")) return value.slice(1);
  const path = value.slice(1);
  if (path === "")
    throw new BzError("USAGE", "`@` needs the name of a file", { hint: "for the text itself write @@" });
  try {
    return withoutLineEnd(decodeText(await readNamedFile(path, world), path));
  } catch (error) {
    if (!(error instanceof BzError) || error.code !== "FILE_UNREADABLE") throw error;
    throw new BzError("FILE_UNREADABLE", error.message, {
      hint: `\`@\` reads a file; for the text itself write @${value}`,
      context: error.context,
      cause: error,
    });
  }
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}
