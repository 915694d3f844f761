import {
  findNodeAtLocation,
  type JSONPath,
  type Node,
  type ParseError,
  parse,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { BzError } from "../model/errors";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json";

/** The event at which an agent's session begins. */
const startEvent = "SessionStart";

/** Where earlier recipes of the family have put the same. */
const events = [startEvent, "PreCompact", "PreCompress"];

/**
 * The settings of an agent with one hook at the start of a session that runs `command`, instead of all that a program of the family has put there. The
 * rest stays byte for byte, comments too.
 * @throws BzError INVALID when it is no JSON, or holds something else where hooks are expected
 */
export function putHook(text: string | undefined, command: string, path: string): string {
  const hook = { matcher: "", hooks: [{ type: "command", command }] };
  if (text === undefined || text.trim() === "")
    return `${JSON.stringify({ hooks: { [startEvent]: [hook] } }, undefined, 2)}\n`;
  const present = readHooks(text, path).filter(isOfFamily);
  const [only] = present;
  if (present.length === 1 && only?.command === command && only.event === startEvent) return text;
  const cleared = removeHooks(text, path, { tidy: false });
  const hooks = hooksOf(cleared, path);
  if (readGroups(cleared, path, startEvent) !== undefined)
    return insert(cleared, ["hooks", startEvent], hook);
  if (Object.keys(hooks).length > 0 || readSettings(cleared, path).hooks !== undefined)
    return insert(cleared, ["hooks"], [hook], startEvent);
  return insert(cleared, [], { [startEvent]: [hook] }, "hooks");
}

/** The settings without the hooks of the family, and without what is empty once they are gone. */
export function removeHook(text: string, path: string): string {
  return removeHooks(text, path, { tidy: true });
}

interface Hook {
  readonly event: string;
  readonly group: number;
  readonly at: number;
  readonly command: string;
}

function isOfFamily({ command }: Hook): boolean {
  return /^(?:bz|bd|br) prime(?:\s|$)/.test(command);
}

function removeHooks(text: string, path: string, { tidy }: { tidy: boolean }): string {
  let rest = text;
  for (const { event, group, at } of readHooks(text, path).filter(isOfFamily).reverse()) {
    rest = remove(rest, ["hooks", event, group, "hooks", at]);
    const groups = readGroups(rest, path, event) ?? [];
    if (commandsOf(groups[group]).length > 0) continue;
    rest = remove(rest, ["hooks", event, group]);
    if (tidy && groups.length === 1) rest = remove(rest, ["hooks", event]);
  }
  if (tidy && rest !== text && Object.keys(hooksOf(rest, path)).length === 0) rest = remove(rest, ["hooks"]);
  return rest;
}

function readHooks(text: string, path: string): Hook[] {
  return events.flatMap((event) =>
    (readGroups(text, path, event) ?? []).flatMap((entry, group) =>
      commandsOf(entry).flatMap((hook, at) =>
        isJsonObject(hook) && typeof hook.command === "string"
          ? [{ event, group, at, command: hook.command }]
          : [],
      ),
    ),
  );
}

function readGroups(text: string, path: string, event: string): readonly unknown[] | undefined {
  const groups: unknown = hooksOf(text, path)[event];
  if (groups === undefined || Array.isArray(groups)) return groups;
  throw unreadable(path, `hooks.${event} is not a list`);
}

function commandsOf(group: unknown): readonly unknown[] {
  return isJsonObject(group) && Array.isArray(group.hooks) ? group.hooks : [];
}

function hooksOf(text: string, path: string): JsonObject {
  const { hooks } = readSettings(text, path);
  if (hooks === undefined) return {};
  if (isJsonObject(hooks)) return hooks;
  throw unreadable(path, "hooks is not an object");
}

function readSettings(text: string, path: string): JsonObject {
  const errors: ParseError[] = [];
  const settings: unknown = parse(withoutMark(text), errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    const line = text.slice(0, error.offset).split("\n").length;
    throw unreadable(path, `line ${line} is no JSON (${printParseErrorCode(error.error)})`);
  }
  if (!isJsonObject(settings)) throw unreadable(path, "it is not an object");
  const twice = repeatedKey(parseTree(withoutMark(text), [], { allowTrailingComma: true }));
  if (twice !== undefined) throw unreadable(path, `it holds "${twice}" twice`);
  return settings;
}

/** At any depth: of two values under one key readers take the last, and an edit would find the first. */
function repeatedKey(node: Node | undefined): string | undefined {
  const children = node?.children ?? [];
  const keys =
    node?.type === "object" ? children.map((property) => String(property.children?.[0]?.value)) : [];
  const own = keys.find((key, at) => keys.indexOf(key) < at);
  if (own !== undefined) return own;
  for (const child of children) {
    const inner = repeatedKey(child);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** Puts a value at the end of a list or, under a key, of an object; formatted like the file. What is there keeps its bytes. */
function insert(text: string, at: JSONPath, value: JsonValue, key?: string): string {
  const plain = withoutMark(text);
  const container = findNode(plain, at);
  const style = styleOf(plain);
  const lineEnd = style.lineEnd + style.indent.repeat(at.length + 1);
  const written = JSON.stringify(value, undefined, style.indent).replaceAll("\n", lineEnd);
  const piece = lineEnd + (key === undefined ? "" : `${JSON.stringify(key)}: `) + written;
  const [start, end, content] = placeIn(
    plain,
    container,
    piece,
    style.lineEnd + style.indent.repeat(at.length),
  );
  return markOf(text) + plain.slice(0, start) + content + plain.slice(end);
}

/** Behind the last child; an empty container is opened up. */
function placeIn(text: string, container: Node, piece: string, closing: string): [number, number, string] {
  const last = container.children?.at(-1);
  if (last !== undefined) return [last.offset + last.length, last.offset + last.length, `,${piece}`];
  const start = container.offset + 1;
  const end = container.offset + container.length - 1;
  return text.slice(start, end).trim() === "" ? [start, end, piece + closing] : [start, start, piece];
}

/** Takes out what stands there, the comma that parted it from its neighbour, and nothing else. */
function remove(text: string, at: JSONPath): string {
  const plain = withoutMark(text);
  const value = findNode(plain, at);
  const item = value.parent?.type === "property" ? value.parent : value;
  const siblings = item.parent?.children ?? [];
  const index = siblings.indexOf(item);
  const [previous, next] = [siblings[index - 1], siblings[index + 1]];
  const before = plain.slice(0, item.offset);
  const after = plain.slice(item.offset + item.length);
  if (previous !== undefined) {
    const previousEnd = previous.offset + previous.length;
    return (
      markOf(text) + before.slice(0, previousEnd) + withoutComma(before.slice(previousEnd)).trimEnd() + after
    );
  }
  if (next !== undefined) {
    const gap = withoutComma(after.slice(0, next.offset - item.offset - item.length));
    return markOf(text) + before + (gap.trim() === "" ? "" : gap) + plain.slice(next.offset);
  }
  const end = (item.parent?.offset ?? 0) + (item.parent?.length ?? 0) - item.offset - item.length;
  const rest = withoutComma(after.slice(0, end));
  return markOf(text) + before.trimEnd() + (/^\s*[\]}]$/.test(rest) ? rest.trim() : rest) + after.slice(end);
}

function findNode(text: string, at: JSONPath): Node {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const node = root === undefined ? undefined : findNodeAtLocation(root, at);
  if (node === undefined) throw new Error(`nothing stands at ${at.join(".")}`);
  return node;
}

/** The text between two items without its comma; one in a comment stays. */
function withoutComma(gap: string): string {
  return gap.replace(/^((?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*),/, "$1");
}

/** As the file is written already. */
function styleOf(text: string): { indent: string; lineEnd: string } {
  return {
    indent: /^([ \t]+)\S/m.exec(text)?.[1] ?? "  ",
    lineEnd: text.includes("\r\n") ? "\r\n" : "\n",
  };
}

function markOf(text: string): string {
  return text.slice(0, text.length - withoutMark(text).length);
}

function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, "");
}

function unreadable(path: string, problem: string): BzError {
  return new BzError("INVALID", `${path} cannot be edited: ${problem}; nothing was changed`, {
    hint: "put the file right by hand, then run the command again",
    context: { file: path },
  });
}
