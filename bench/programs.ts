import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { basename, dirname } from "node:path";
import { compiled, type Form, hardenedBun } from "../test/helpers/bz-forms";
import { cachePath } from "./cache";

/** The Bun that runs the empty script, and each form that runs from a script. */
export const bun = cachePath("programs", "bun");
const executable = cachePath("programs", "bz");

/** With the flags of the first line of bz. */
export const hardenedCopy = [bun, ...hardenedBun.slice(1)] as const;

/** A form that is started from the copies. */
export function fromCopies(form: Form): Form {
  if (form.name === compiled.name) return { ...form, file: executable, command: [executable] };
  return { ...form, command: [...hardenedCopy, form.file] };
}

/**
 * Writes the copies. How the pages of a program lie in the memory of the system depends on who has written or read it, and when: the same `q` took 1.35 and 1.64 of the same empty script. So
 * whatever is compared is written in the same way at the same time.
 */
export function writeCopies(): void {
  mkdirSync(dirname(bun), { recursive: true });
  copyWhole(process.execPath, bun);
  copyWhole(compiled.file, executable);
}

function copyWhole(from: string, to: string): void {
  rmSync(to, { force: true });
  const file = openSync(to, "wx", 0o755);
  try {
    const bytes = readFileSync(from);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    // Else the disk would be busy with it while something is measured.
    fsyncSync(file);
  } catch (error) {
    throw new Error(`${basename(from)} could not be copied to ${to}: ${String(error)}`);
  } finally {
    closeSync(file);
  }
}
