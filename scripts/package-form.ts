import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../package.json";
import { root } from "./hot-chunk";
import { buildScript } from "./script-form";

/** Makes what `npm publish` takes: the script form, and no dependency, as everything is in it. */
export async function buildPackage(directory: string): Promise<void> {
  await buildScript(directory);
  for (const name of ["README.md", "CHANGELOG.md", "LICENSE", "SECURITY.md"])
    cpSync(join(root, name), join(directory, name));
  const { name, version, description, license, engines, os } = manifest;
  const published = { name, version, description, license, engines, os, bin: { bz: "index.js" } };
  writeFileSync(join(directory, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
}
