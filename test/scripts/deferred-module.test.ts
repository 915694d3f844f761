import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deferredModule, importerOfDeferred, isPlain, lazyAccess } from "../../scripts/deferred-module";

let directory = "";

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "bz-deferred-"));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const modules = {
  deferredTarget: (_: string, specifier: string) =>
    ["./colours", "./numbers"].includes(specifier) ? specifier : undefined,
};

function write(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

test("a deferred file is evaluated once, by the first who asks, and gives all that it exports", async () => {
  const text = [
    "globalThis.evaluations = (globalThis.evaluations ?? 0) + 1;",
    'export const red = "#f00", green = "#0f0";',
    "export class Paint { #colour = red; get colour() { return this.#colour; } }",
    "export async function mix() { return later(); }",
    'function later() { return "grey"; }',
  ].join("\n");
  write("colours.js", deferredModule("colours", text, ["red", "green", "Paint", "mix"], modules));
  const user =
    'import { red as first, Paint } from "./colours";\nexport const seen = [first, new Paint().colour];';
  const lazy = lazyAccess("import", "./colours", 0);
  const early = `${lazy.line}\nexport const before = globalThis.evaluations;\nexport const mixed = async () => (await ${lazy.expression}).mix();`;
  const loaded = await import(write("early.js", early));
  expect(loaded.before).toBeUndefined();
  const { seen } = await import(write("user.js", importerOfDeferred("user", user, modules)));
  expect(seen).toEqual(["#f00", "#f00"]);
  expect(await loaded.mixed()).toBe("grey");
  expect(Reflect.get(globalThis, "evaluations")).toBe(1);
});

test("a deferred file takes what it needs from another one when it is evaluated itself", async () => {
  write("numbers.js", deferredModule("numbers", "export const one = 1;", ["one"], modules));
  const text =
    'var {require}=import.meta;import {\n  one\n} from "./numbers";\nexport const twice = 2 * one;';
  const path = write("sums.js", deferredModule("sums", text, ["twice"], modules));
  expect((await import(path)).$evaluate()).toEqual({ twice: 2 });
});

test.each([
  ["deferred itself", (text: string) => deferredModule("late", text, ["later"], modules)],
  ["evaluated as it is", (text: string) => importerOfDeferred("late", text, modules)],
])("what a file imports lazily that is %s is evaluated when it gets there", async (kind, formOf) => {
  const place = kind.replaceAll(" ", "-");
  const counting = "globalThis.lately = (globalThis.lately ?? 0) + 1;";
  mkdirSync(join(directory, place));
  write(
    `${place}/numbers.js`,
    deferredModule("numbers", `${counting}\nexport const one = 1;`, ["one"], modules),
  );
  const { expression, line } = lazyAccess("require", "./numbers", 0);
  const text = `export const later = () => ${expression}.one;\n${line}`;
  const loaded = await import(write(`${place}/late.js`, formOf(text)));
  const { later } = loaded.$evaluate?.() ?? loaded;
  const before = Reflect.get(globalThis, "lately") ?? 0;
  expect(later()).toBe(1);
  expect(Reflect.get(globalThis, "lately")).toBe(before + 1);
});

test("what cannot be put into a function is refused, by the name of the file", () => {
  const defer = (text: string) => () => deferredModule("odd.ts", text, [], modules);
  expect(defer("const a = 1;\nexport { a };")).toThrow("odd.ts cannot be deferred: export { a };");
  expect(defer("export let changing = 1;")).toThrow("odd.ts cannot be deferred");
  expect(defer("export default 1;")).toThrow("odd.ts cannot be deferred");
  expect(defer('import * as all from "./colours";')).toThrow(
    'odd.ts must name what it imports from "./colours"',
  );
});

test.each([
  ["export function f() {\n  return new Map();\n}", true],
  ["const words = [\n  1\n];\nconst isIt = (a) => f(a);", true],
  ["export class Table {\n}", false],
  ["const known = new Set([1]);", false],
  ["export const command = defineBz({\n});", false],
])("%j needs no deferring: %p", (text, answer) => {
  expect(isPlain(text)).toBe(answer);
});
