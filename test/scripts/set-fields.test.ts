import { expect, test } from "bun:test";
import { withFieldsSet } from "../../scripts/set-fields";

test("fields are set in the constructor, in their order and before what it does itself", () => {
  const body = `
class Counted {
  list = [];
  names = new Map;
  count = 0;
  next = (step) => (this.count += step);
  constructor(start) {
    this.names.set("count", this.count);
    this.count = start;
  }
  get size() { return this.list.length + this.names.size; }
}
class Plain {
  seen = new Set;
}
const counted = new Counted(4);
return [Object.keys(counted), counted.next(3), counted.size, counted.names.get("count"), new Plain().seen.size];`;
  const changed = withFieldsSet(body);
  expect(new Function(changed)()).toEqual([["list", "names", "count", "next"], 7, 1, 0, 0]);
  expect(changed).not.toMatch(/^ *\w+ = /m);
});

test("a field stays where it could be told: of a class above which is another one, of all, of what somebody else makes", () => {
  const body = `
class Above extends Error { name = "Above"; }
class All { static known = []; }
class Made { first = []; value = make(); }
class Named { ["a b"] = 1; }
class Filled { list = [1]; }
class Declared { value; }`;
  expect(withFieldsSet(body)).toBe(body);
});
