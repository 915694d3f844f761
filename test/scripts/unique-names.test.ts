import { expect, test } from "bun:test";
import { withUniqueNames } from "../../scripts/unique-names";

test("a name that stands for something else already gets another one wherever it is meant", () => {
  const body = `
var value = 1;
function named(value) {
  const { key, other = value } = { key: value + 1 };
  for (const key of [key2(value)]) {
    let value = key;
    value += 1;
    if (value > 100) return { value, key };
  }
  return { value, key, other };
}
function key2(value = 1) {
  try {
    throw value;
  } catch (value) {
    return value;
  }
}
var made = class value {
  value() {
    return value.name;
  }
};
switch (value) {
  case 1:
    let key = 5;
    value = key;
}
return [named(3), named(200), value, key2(), made.name];
`;
  const changed = withUniqueNames(body);
  expect(new Function(changed)()).toEqual([
    { value: 3, key: 4, other: 3 },
    { value: 201, key: 200 },
    5,
    1,
    expect.stringContaining("value"),
  ]);
  expect(new Function(body)().slice(0, 4)).toEqual(new Function(changed)().slice(0, 4));
  for (const text of [
    "function named(value$2)",
    "{ key, other = value$2 }",
    "{ value: value$3, key: key$2 }",
  ])
    expect(changed).toContain(text);
  expect(withUniqueNames(changed)).toBe(changed);
});

test("nothing is named as what is global", () => {
  const body = "function own(process) {\n  return process;\n}\nreturn own(typeof process);";
  expect(withUniqueNames(body)).toBe(body.replaceAll(/process(?=[;)]\s*(?:\{|\}))/g, "process$2"));
});

test("a text that evaluates others is refused", () => {
  expect(() => withUniqueNames('return eval("1");')).toThrow("evaluates text");
});
