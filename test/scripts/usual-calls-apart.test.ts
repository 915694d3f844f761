import { expect, test } from "bun:test";
import { withUniqueNames } from "../../scripts/unique-names";
import { withUsualCallsApart } from "../../scripts/usual-calls-apart";

const unit = `
function shout(word) { const loud = word.toUpperCase(); return mark(loud); }
function mark(text) { return text + "!"; }
function often() { return shout("a"); }
function seldom() { return shout("b") + mark("c"); }
return { often, seldom };`;

test("a function that is usually called in one place of several is there twice", () => {
  const { body, run } = withUsualCallsApart(unit, new Set(["often", "shout", "mark", "shout@0", "mark@0"]));
  expect([...run].sort()).toEqual(["$usual_mark", "$usual_shout", "mark@0", "often", "shout@0"]);
  const { often, seldom } = new Function(withUniqueNames(body))();
  expect([often(), seldom()]).toEqual(["A!", "B!c!"]);
  for (const text of ["function $usual_shout", "return $usual_mark(loud)", 'return shout("b") + mark("c")'])
    expect(body).toContain(text);
});

test("one that is usually called in two places, or in all that there are, stays as it was", () => {
  for (const run of [[], ["shout@0", "shout@1"], ["often@0"]])
    expect(withUsualCallsApart(unit, new Set(run)).body).toBe(unit);
  const once = unit.replace('shout("b") + ', "").replace('mark("c")', "1");
  expect(withUsualCallsApart(once, new Set(["shout@0", "mark@0"])).body).toBe(once);
});
