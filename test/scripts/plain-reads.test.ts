import { expect, test } from "bun:test";
import { withPlainReads } from "../../scripts/plain-reads";
import { withConstantsWritten } from "../../scripts/written-constants";

test("names are taken out of an object one by one, in their order", () => {
  const body = `
const told = [];
function of({ first, second: other }, last) { other += 1; return [first, other, last]; }
function run(given) {
  const { c, "d e": d } = given;
  let { f } = [{ f: (({ g }) => { return g; })({ g: 6 }) }][0];
  return [of({ get first() { told.push(1); return 1; }, get second() { told.push(2); return 2; } }, 3), c, d, f, told];
}
return run({ c: 4, "d e": 5 });`;
  const changed = withPlainReads(body);
  expect(new Function(changed)()).toEqual([[1, 3, 3], 4, 5, 6, [1, 2]]);
  expect(changed).toContain('const c = given.c, d = given["d e"];');
  expect(changed).not.toMatch(/\{ (?:c|f|first|g)[,: }]+[^:]*\} =|\(\{ first/);
});

test("what is in brackets is read as well as without them", () => {
  const body = `
const given = { c: 4 };
const { a, b } = ({ a: 1, b: 2 }), { c } = (given);
return [a, b, c];`;
  expect(new Function(withPlainReads(body))()).toEqual([1, 2, 4]);
});

test("what has more to it stays", () => {
  const body = `
const { a = 1 } = given, { ...rest } = given, { [key]: b } = given, {} = given, [c] = given;
async function waits({ a }) { return a; }
function* later({ a }) { yield a; }
for (const { d } of given) later(d);`;
  expect(withPlainReads(body)).toBe(body);
});

test("a number and a text that have a name are written where they are used", () => {
  const body = `
var size = 1 << 4;
var whole = size * 2;
var word = "w";
var count = 1;
count += size;
function run() { return { size, whole: [whole - -size], text: \`\${word}\`, count }; }
return run();`;
  const changed = withConstantsWritten(body);
  expect(new Function(changed)()).toEqual({ size: 16, whole: [48], text: "w", count: 17 });
  expect(changed).toContain("size: (1 << 4)");
  expect(changed).not.toMatch(/var (?:size|whole|word)/);
  expect(changed).toContain("var count");
});
