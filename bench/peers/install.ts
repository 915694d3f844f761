import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cachePath } from "../cache";
import { type Place, run } from "../call";
import { placeAt } from "../stores";

/** Those that come from the registry of npm. */
const packages = ["@os-eco/seeds-cli@0.5.13", "backlog.md@1.52.0"];

/** Stands where exactly these are installed. */
const mark = packages.join("+").replaceAll("/", "-");

/** Installs what is not there yet. Says what went wrong, if anything did: the others are measured all the same. */
export function installPeers(): string | undefined {
  const place = installation();
  if (existsSync(join(place.directory, mark))) return undefined;
  mkdirSync(place.directory, { recursive: true });
  writeFileSync(join(place.directory, "package.json"), '{ "private": true }\n');
  const { exitCode, stderr } = run([process.execPath, "add", "--exact", ...packages], place);
  if (exitCode !== 0) return stderr.trim().split("\n").at(-1) ?? "";
  writeFileSync(join(place.directory, mark), "");
  return undefined;
}

/** As its package would have it started; undefined when it is not installed. */
export function installedProgram(name: string): readonly string[] | undefined {
  const path = join(installation().directory, "node_modules/.bin", name);
  return existsSync(path) ? [path] : undefined;
}

function installation(): Place {
  return placeAt(cachePath("peers", "installed"));
}
