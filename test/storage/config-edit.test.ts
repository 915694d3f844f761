import { describe, expect, test } from "bun:test";
import { BzError } from "../../model/errors";
import type { JsonValue } from "../../model/json";
import { autoFlushSetting, customStatusSetting, lockTimeoutSetting, type Setting } from "../../model/setting";
import { editSettings } from "../../storage/config-edit";

const timeout = lockTimeoutSetting;

function edit(text: string, setting: Setting, value?: JsonValue): string {
  return editSettings(text, setting, value, "/p/config.yaml");
}

/** A file as people keep it: comments, odd spacing, keys of other tools, an anchor. */
const lived = `# our tracker
sync-branch: main      # other tool


issue-prefix:   'x'
base: &base {deep:   [1,  2]}
lock:
    other: *base
    # why five
    timeout_ms: 5   # ms
list:
- a
- b
# end
`;

describe("setting a value", () => {
  test("changes nothing else", () => {
    expect(edit(lived, timeout, 700)).toBe(lived.replace("timeout_ms: 5 ", "timeout_ms: 700 "));
    expect(edit(lived, autoFlushSetting, false)).toBe(`${lived}sync.auto_flush: false\n`);
    expect(edit(lived, customStatusSetting, ["triage", "no"])).toBe(
      `${lived}status.custom: ["triage","no"]\n`,
    );
  });

  test("happens where the setting stands, dotted before nested", () => {
    for (const [before, after] of [
      ["lock.timeout_ms: 5\nx: 1\n", "lock.timeout_ms: 7\nx: 1\n"],
      ["lock:\n  timeout_ms: 5\nlock.timeout_ms: 6\n", "lock:\n  timeout_ms: 5\nlock.timeout_ms: 7\n"],
      ["lock: {timeout_ms: 5, a: [1,2]}\n", "lock: {timeout_ms: 7, a: [1,2]}\n"],
      ["lock.timeout_ms:\nx: 1\n", "lock.timeout_ms: 7\nx: 1\n"],
      ['"lock.timeout_ms" : "5" # x\n', '"lock.timeout_ms" : 7 # x\n'],
      ["lock.timeout_ms: soon\n", "lock.timeout_ms: 7\n"],
      ["a: 1\r\nlock.timeout_ms: 5\r\nb: 2\r\n", "a: 1\r\nlock.timeout_ms: 7\r\nb: 2\r\n"],
      ["{lock.timeout_ms: 5}", "{lock.timeout_ms: 7}"],
      ["\ufefflock.timeout_ms: 5", "\ufefflock.timeout_ms: 7"],
    ] as const)
      expect(edit(before, timeout, 7)).toBe(after);
  });

  test("begins a line at the end where it does not stand yet, in the line ends of the file", () => {
    for (const [before, after] of [
      ["", "lock.timeout_ms: 7\n"],
      ["# only this", "# only this\nlock.timeout_ms: 7\n"],
      ["a: 1", "a: 1\nlock.timeout_ms: 7\n"],
      ["a: 1\r\n", "a: 1\r\nlock.timeout_ms: 7\r\n"],
      ["lock:\n  other: 1\n", "lock:\n  other: 1\nlock.timeout_ms: 7\n"],
      ["---\n# nothing\n", "---\n# nothing\nlock.timeout_ms: 7\n"],
    ] as const)
      expect(edit(before, timeout, 7)).toBe(after);
  });

  test("replaces a list over several lines and keeps what stands behind it", () => {
    const before = "status:\n  custom:\n    - a\n    - b\n  x: 1\n# end\nz: 1\n";
    const after = edit(before, customStatusSetting, ["c"]);
    expect(Bun.YAML.parse(after)).toEqual({ status: { custom: ["c"], x: 1 }, z: 1 });
    expect(after).toContain("  x: 1\n# end\nz: 1\n");
  });

  test("in a file in braces keeps keys and comments, whatever becomes of the layout", () => {
    const after = edit("# head\n{a: 1, b: [x]} # tail\n", timeout, 7);
    expect(Bun.YAML.parse(after)).toEqual({ a: 1, b: ["x"], "lock.timeout_ms": 7 });
    expect(after).toContain("# head");
    expect(after).toContain("# tail");
  });
});

describe("taking a value out", () => {
  test("changes nothing else", () => {
    expect(edit(lived, timeout)).toBe(lived.replace("    timeout_ms: 5   # ms\n", ""));
    expect(edit(lived, autoFlushSetting)).toBe(lived);
    expect(edit("", autoFlushSetting)).toBe("");
  });

  test("takes both spellings, so that none comes to light", () => {
    expect(edit("lock:\n  timeout_ms: 5\n  x: 1\nlock.timeout_ms: 6\n", timeout)).toBe("lock:\n  x: 1\n");
    expect(edit("lock.timeout_ms: 6\nlock:\n  x: 1\n  timeout_ms: 5\n", timeout)).toBe("lock:\n  x: 1\n");
  });

  test("leaves a file that says the same otherwise", () => {
    expect(Bun.YAML.parse(edit("lock: {timeout_ms: 5, x: 1}\n", timeout))).toEqual({ lock: { x: 1 } });
    expect(Bun.YAML.parse(edit("{lock.timeout_ms: 5, x: 1}\n", timeout))).toEqual({ x: 1 });
    expect(edit("lock.timeout_ms: 5", timeout)).toBe("");
    expect(edit("status.custom:\n- a\n- b\nx: 1\n", customStatusSetting)).toBe("x: 1\n");
  });
});

test("what bz cannot read it does not write", () => {
  for (const [text, why] of [
    ["a: [1\n", "is not valid YAML"],
    ["a: 1\na: 2\n", "is not valid YAML"],
    ["- a\n- b\n", "it holds no settings"],
    ["just words\n", "it holds no settings"],
    ["a: 1\n---\nb: 2\n", "is not valid YAML"],
    ["null\n", "is written in a way"],
    ["\ufeff\ufeff", "it holds no settings"],
    ["a: 1\n".repeat(20_000), "is longer than"],
    ["x: &x {a: 1}\nlock:\n  <<: *x\n  timeout_ms: [\n", "is not valid YAML"],
  ] as const) {
    const error = errorOf(() => edit(text, timeout, 7));
    expect(error).toMatchObject({ code: "INVALID", context: { file: "/p/config.yaml" } });
    expect(error?.message).toContain(why);
  }
});

test("a key that is a collection is nothing to speak of", async () => {
  const warnings: string[] = [];
  const keep = (warning: Error) => warnings.push(warning.message);
  process.on("warning", keep);
  try {
    expect(edit("? [a, b]\n: 1\n", timeout, 7)).toContain("timeout_ms: 7");
    await Bun.sleep(0);
  } finally {
    process.off("warning", keep);
  }
  expect(warnings).toEqual([]);
});

test("a value that is meant elsewhere, too, is left as it is", () => {
  const text = "lock.timeout_ms: &x {a: 1}\nagain: *x\n";
  expect(errorOf(() => edit(text, timeout, 7))).toMatchObject({ code: "INVALID" });
});

test("aliases that unfold without end are refused", () => {
  const levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 12; level += 1)
    levels.push(`a${level}: &a${level} [${`*a${level - 1}, `.repeat(10)}]`);
  expect(errorOf(() => edit(`${levels.join("\n")}\n`, timeout, 7))).toMatchObject({ code: "INVALID" });
});

function errorOf(action: () => unknown): BzError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof BzError) return error;
    throw error;
  }
}
