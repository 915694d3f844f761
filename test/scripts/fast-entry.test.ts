import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bundledEntry } from "../../scripts/fast-entry";
import { temporaryDirectory } from "../helpers/workspace";

const entryText = [
  "#!/usr/bin/env bun",
  'import { answer } from "./commands/fast";',
  'const program = () => import("./commands/program");',
  "export { answer, program };",
].join("\n");

function bundle(fast: string, change = (source: string) => source): Promise<string> {
  const directory = temporaryDirectory("entry");
  const files = {
    "index.ts": entryText,
    "commands/fast.ts": fast,
    "commands/copied.ts": 'export const copied = "a copy";\nexport const dropped = () => require("./late");',
    "commands/late.ts": "export const late = 1;",
    "commands/program.ts": 'export const whole = "the program";',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return bundledEntry(join(directory, "index.ts"), "./commands/program", change);
}

test("the entry has in its own text what it imports at the start, and the program alone is left to be loaded", async () => {
  const text = await bundle('import { copied } from "./copied";\nexport const answer = () => copied;');
  expect(text).toStartWith("#!/usr/bin/env bun\n");
  expect(text).toContain('"a copy"');
  expect(text).not.toContain("the program");
  expect(text.match(/\b(?:import|require)\b.*"\..*/g)).toEqual(['import("./commands/program");']);
});

test.each(["import", "require"])("what the fast path loads later by %s is refused", async (way) => {
  const built = bundle(`export const answer = () => ${way}("./late");`);
  await expect(built).rejects.toThrow("the fast path imports lazily: ./late");
});

test("what only Bun itself provides may be loaded later", async () => {
  expect(await bundle('export const answer = () => require("bun:ffi");')).toContain('"bun:ffi"');
});

test("a change is made to the entry's own text, and to no other", async () => {
  const changed: string[] = [];
  const text = await bundle('export const answer = () => "an answer";', (source) => {
    changed.push(source);
    return source.replace("answer, program", "program");
  });
  expect(changed).toEqual([entryText]);
  expect(text).not.toContain("an answer");
});
