import { expect, test } from "bun:test";
import { withoutUnusedMembers } from "../../scripts/unused-members";

const first = `
class Shared {
  used() {
    return this.deeper();
  }
  deeper() {
    return "deeper";
  }
  get elsewhere() {
    return "far";
  }
  byText() {
    return "by text";
  }
  unused() {
    return this.$onlyThere();
  }
  $onlyThere() {
    return "nowhere";
  }
  toString() {
    return "text";
  }
  static made() {
    return new Shared();
  }
}
return { value: Shared.made(), ask: (value) => value.used() + value["byText"]() };
`;
const second = "return { ask: ({ elsewhere }) => elsewhere };";

test("members that nobody names in any unit are left out, with what only they call", () => {
  const left = withoutUnusedMembers(
    new Map([
      ["first", first],
      ["second", second],
    ]),
  );
  const { value, ask } = new Function(left.get("first") ?? "")();
  expect(Object.getOwnPropertyNames(Object.getPrototypeOf(value)).sort()).toEqual([
    "byText",
    "constructor",
    "deeper",
    "elsewhere",
    "toString",
    "used",
  ]);
  expect(ask(value)).toBe("deeperby text");
  expect(new Function(left.get("second") ?? "")().ask(value)).toBe("far");
});

test("what nobody else names goes, and a text without such members stays as it is", () => {
  const alone = withoutUnusedMembers(new Map([["first", first]]));
  expect(alone.get("first")).not.toContain("elsewhere");
  expect(withoutUnusedMembers(new Map([["second", second]])).get("second")).toBe(second);
});
