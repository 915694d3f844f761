import { describe, expect, test } from "bun:test";
import { putHook, removeHook } from "../../commands/hook-settings";
import { putReadEntry, removeReadEntry } from "../../commands/read-list";

const path = ".claude/settings.json";
const ours = "bz prime --hook-json";

function put(text: string | undefined): string {
  return putHook(text, ours, path);
}

/** Settings as people keep them. */
const lived = `{
\t// our model
\t"model": "opus",   "permissions": { "allow": ["Bash(ls:*)"], },
\t"hooks": {
\t\t"SessionStart": [
\t\t\t{ "matcher": "startup", "hooks": [ { "type": "command", "command": "echo hello" } ] }
\t\t],
\t\t"Stop": [ /* none yet */ ]
\t}
}
`;

function commandsIn(text: string, event = "SessionStart"): string[] {
  const settings = Bun.JSONC.parse(text) as { hooks?: Record<string, { hooks: { command: string }[] }[]> };
  return (settings.hooks?.[event] ?? []).flatMap(({ hooks }) => hooks.map(({ command }) => command));
}

describe("the hook of an agent", () => {
  test("is put beside others, whose text, comments and trailing commas stay byte for byte", () => {
    const text = put(lived);
    expect(commandsIn(text)).toEqual(["echo hello", ours]);
    const at = lived.indexOf("\n\t\t],");
    expect(text.startsWith(lived.slice(0, at))).toBe(true);
    expect(text.endsWith(lived.slice(at))).toBe(true);
    expect(text).toContain("\n\t\t\t{\n\t\t\t\t");
    expect(put(text)).toBe(text);
    expect(removeHook(text, path)).toBe(lived);
  });

  test("is written into files that are absent, empty, or without hooks, and taken out of them", () => {
    for (const text of [undefined, "", " \n"]) expect(commandsIn(put(text))).toEqual([ours]);
    for (const text of ["{}\n", '{\n  "model": "x"\n}\n', '{"hooks":{}}', '\ufeff{\r\n    "a": 1\r\n}\r\n']) {
      const written = put(text);
      expect(commandsIn(written.replace("\ufeff", ""))).toEqual([ours]);
      expect(put(written)).toBe(written);
      expect(removeHook(written, path).replace(/\s/g, "")).toBe(text.replace(/\s|"hooks":\{\}/g, ""));
    }
  });

  test("leaves a comment alone that is all there is", () => {
    const text = "{\n  // ours to come\n}\n";
    expect(commandsIn(put(text))).toEqual([ours]);
    expect(removeHook(put(text), path)).toBe(text);
  });

  test("is not put into settings that hold a key twice, of which readers see the last", () => {
    for (const text of [
      '{"hooks":{"SessionStart":[{"hooks":"","hooks":[]}]}}',
      '{"hooks":{},"hooks":{"Stop":[]}}',
      '{"a":1,"a":2}',
    ])
      expect(() => put(text)).toThrow("twice");
  });

  test("takes the place of those of bd, br and an earlier bz, at whatever event", () => {
    const hook = (command: string) => ({ type: "command", command });
    const text = JSON.stringify({
      hooks: {
        SessionStart: [
          { matcher: "", hooks: [hook("bd prime")] },
          {
            matcher: "",
            hooks: [hook("bz prime"), hook("bd primer"), hook("bd prime --stealth --hook-json")],
          },
        ],
        PreCompact: [{ matcher: "", hooks: [hook("bd prime"), hook("mine")] }],
        PreCompress: [{ matcher: "", hooks: [hook("br prime")] }],
      },
    });
    const written = put(text);
    expect(commandsIn(written)).toEqual(["bd primer", ours]);
    expect(commandsIn(written, "PreCompact")).toEqual(["mine"]);
    expect(commandsIn(written, "PreCompress")).toEqual([]);
    expect(commandsIn(removeHook(written, path))).toEqual(["bd primer"]);
  });

  test("is refused by files that are no JSON, or hold something else in its place", () => {
    const wrong = [
      "{",
      '{"hooks":[]}',
      '{"hooks":{"SessionStart":{}}}',
      "[]",
      '"x"',
      '{"a":1} x',
      '{"a" 1}',
      '{"hooks":null}',
    ];
    for (const text of wrong) {
      expect(() => put(text)).toThrow(expect.objectContaining({ code: "INVALID" }));
      expect(() => removeHook(text, path)).toThrow(expect.objectContaining({ code: "INVALID" }));
    }
  });

  test("is taken out together with the comma that follows it, and without the comments beside it", () => {
    const hook = `{ "hooks": [{ "type": "command", "command": "${ours}", }, ], }`;
    const kept = (text: string) => Bun.JSONC.parse(removeHook(text, path));
    expect(kept(`{ "hooks": { "SessionStart": [ ${hook}, ], }, }`)).toEqual({});
    expect(kept(`{ "a": 1, /* , */ "hooks": { "SessionStart": [ ${hook} ] } }`)).toEqual({ a: 1 });
    const commented = `{ "a": 1, // , of a\n "hooks": { "Stop": [], "SessionStart": [ ${hook} /* one, */, { "hooks": [] } ] } }`;
    expect(removeHook(commented, path)).toContain("// , of a");
    expect(kept(commented)).toEqual({ a: 1, hooks: { Stop: [], SessionStart: [{ hooks: [] }] } });
  });

  test("of strange groups leaves them alone", () => {
    const text = '{"hooks":{"SessionStart":[null,1,{"hooks":"x"},{"hooks":[null,{"command":1}]}]}}';
    expect(removeHook(text, path)).toBe(text);
    expect(put(text)).toContain(ours);
  });
});

describe("the list of files that aider reads", () => {
  const entry = ".aider/BEADS.md";
  const add = (text: string | undefined) => putReadEntry(text, entry, "conf");

  test("gets one line, and loses it again", () => {
    for (const text of [
      "model: x # best\n",
      "read:\n    - A.md # ours\n    - B.md\nmodel: x\n",
      "read:\r\n- A.md\r\n",
      "# nothing\n",
    ]) {
      const written = add(text);
      expect(written.length).toBeGreaterThan(text.length);
      expect(add(written)).toBe(written);
      expect(removeReadEntry(written, entry, "conf")).toBe(text);
    }
    expect(add(undefined)).toBe(`read:\n  - ${entry}\n`);
    expect(removeReadEntry(add(undefined), entry, "conf")).toBeUndefined();
    expect(removeReadEntry("model: x\n", entry, "conf")).toBe("model: x\n");
  });

  test("that is written in another way is left to its author", () => {
    for (const text of [
      "read: A.md\n",
      "read: [A.md]\n",
      "read: &a [A.md]\n",
      "- x\n",
      "a: [\n",
      "read: {a: 1}\n",
    ])
      expect(() => add(text)).toThrow(expect.objectContaining({ code: "INVALID" }));
  });
});
