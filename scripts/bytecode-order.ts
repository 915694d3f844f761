import { join } from "node:path";
import { inUsualStore } from "./usual-calls";

/**
 * What agents do most, the commonest first. Bun lays the bytecode of the functions that these run together, at the front of an executable: so it starts a twentieth
 * faster (https://bun.com/docs/bundler/executables, _Profile-guided bytecode layout_).
 */
const commandLines: readonly (readonly string[])[] = [
  ["q", "Found on the way"],
  ["show", "bd-x7k1"],
  ["list", "--limit", "50"],
  ["ready"],
  ["claim", "bd-x7k1"],
  ["update", "bd-x7k1", "-p", "1"],
  ["close", "bd-x7k1", "-r", "Done"],
  ["show", "bd-x7k1", "--json"],
  ["next"],
];

/** What each of them runs of an executable that ends as any program does, one file for each, in `directory`. */
export function recordOrders(executable: string, directory: string): Promise<string[]> {
  return inUsualStore([executable], 0, (call) => {
    call([executable], ["q", "Behind the snapshot"]);
    return commandLines.map((words, index) => {
      const file = join(directory, `order-${index}`);
      call([executable], words, { BUN_BYTECODE_ORDER_OUT: file });
      return file;
    });
  });
}
