import { claimItem, fieldCodes, parentItem, workItem } from "./stamp";

/** An item's name as a user would say it. */
export function describeItem(item: string): string {
  const [kind = "", first = "", second = ""] = item.split(":").map(unescapeName);
  if (kind === "l") return `label ${first}`;
  if (kind === "b") return `dependency ${first} ${second}`;
  if (kind === "k") return `comment ${first}`;
  return wordsOfItems.get(item) ?? keyOfCode(item) ?? (kind.startsWith(".") ? kind.slice(1) : kind);
}

/** The first key of a code is the one that we write. */
function keyOfCode(code: string): string | undefined {
  for (const [key, itsCode] of fieldCodes()) if (itsCode === code) return key;
  return undefined;
}

const wordsOfItems: ReadonlyMap<string, string> = new Map([
  [workItem, "status"],
  [claimItem, "assignee"],
  [parentItem, "parent"],
]);

function unescapeName(name: string): string {
  if (!name.includes("%")) return name;
  return name.replace(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
