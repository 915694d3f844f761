import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Everything below a directory, each with its time of change and its bytes: equal before and after whatever wrote nothing. */
export function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const path = join(directory, name);
      const status = statSync(path, { bigint: true });
      return `${name} ${status.mtimeNs} ${status.isFile() ? Bun.hash(readFileSync(path)) : ""}`;
    });
}
