import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { AnyCommand } from "../../../commands/command";
import { commandTable } from "../../../commands/main";
import type { CommandCases, ContractCases } from "./cases";

export interface Loaded {
  /** The words that call it: "close", "dep add". */
  readonly name: string;
  readonly command: AnyCommand;
}

/** Every command of the table, each verb of a noun apart. */
export function loadCommands(): Promise<Loaded[]> {
  const loading = commandTable().flatMap((entry) =>
    (entry.verbs ?? [entry]).map(async (verb) => ({
      name: entry.verbs === undefined ? verb.name : `${entry.name} ${verb.name}`,
      command: (await verb.load()).command,
    })),
  );
  return Promise.all(loading);
}

/** What every file of this folder exports as `cases`. */
export async function loadCases(): Promise<Map<string, CommandCases>> {
  const all = new Map<string, CommandCases>();
  for (const file of readdirSync(import.meta.dir).sort()) {
    const { cases: own = {} }: { readonly cases?: ContractCases } = await import(join(import.meta.dir, file));
    for (const [name, one] of Object.entries(own)) {
      if (all.has(name)) throw new Error(`${name} has cases twice, once in ${file}`);
      all.set(name, one);
    }
  }
  return all;
}
