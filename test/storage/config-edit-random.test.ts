import { expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { customStatusSetting, lockTimeoutSetting } from "../../model/setting";
import { editSettings } from "../../storage/config-edit";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

const anyKey = fc.oneof(
  fc.constantFrom("lock", "lock.timeout_ms", "status", "status.custom", "timeout_ms", "custom", "x:y", "- z"),
  fc.string({ maxLength: 5 }),
);
const anyText = fc.oneof(fc.string(), fc.constantFrom("multi\nline\n", "# no comment", "- x", "1e3"));
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    anyText,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(anyKey, tie("value"), { maxKeys: 3 }),
  ),
}));

/** Every other key of the outermost level; the sections of the two settings are looked at by the edit itself. */
function foreignKeys(text: string): unknown[] {
  const entries = Object.entries(Bun.YAML.parse(text) ?? {});
  return entries.filter(([key]) => !/^(?:lock|status)(?:\.|$)/.test(key));
}

test("whatever a file holds, one value is changed in it and the rest stays, comments too", () => {
  const anyFile = fc.dictionary(anyKey, anyValue, { maxKeys: 5, noNullPrototype: true });
  fc.assert(
    fc.property(anyFile, fc.boolean(), (content, isSpacious) => {
      const written = JSON.stringify(content, undefined, isSpacious ? 2 : undefined);
      const text = `# head\n${isSpacious ? written : Bun.YAML.stringify(content, null, 2)}\n`;
      const set = editSettings(text, lockTimeoutSetting, 7, "file");
      const both = editSettings(set, customStatusSetting, ["triage"], "file");
      const unset = editSettings(both, lockTimeoutSetting, undefined, "file");
      for (const after of [set, both, unset]) {
        expect(after).toStartWith("# head\n");
        expect(foreignKeys(after)).toEqual(foreignKeys(text));
      }
    }),
    { numRuns: 200 },
  );
});
