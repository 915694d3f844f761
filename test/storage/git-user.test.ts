import { describe, expect, test } from "bun:test";
import { userNameIn } from "../../storage/git-user";

describe("git configuration", () => {
  test("is read with its quotes, comments, escapes and continued lines", () => {
    expect(userNameIn('[user]\n  name = "Ann # One" ; comment\n')).toBe("Ann # One");
    expect(userNameIn("[USER]\nNAME=Ann\\\n Two # comment\n")).toBe("Ann Two");
    expect(userNameIn('[user] name = "a \\"b\\" c"\n')).toBe('a "b" c');
  });

  test("is looked for in no more than one pass, whatever the file holds", () => {
    const long = " ".repeat(1_000_000);
    for (const line of [
      `[${long}`,
      `[user]\nname${long}`,
      `${long}[`,
      `[user${long}x`,
      "[".repeat(1_000_000),
    ])
      expect(userNameIn(`${line}\n[user]\nname = Ann\n`)).toBe("Ann");
  });

  test("has no name outside of the user section, and the last of several counts", () => {
    expect(userNameIn('[user "x"]\nname = no\n[alias]\nname = no\n')).toBeUndefined();
    expect(userNameIn("[user]\nname = one\n[core]\n[user]\nname = two\n")).toBe("two");
    expect(userNameIn("[user]\nname =\n")).toBeUndefined();
    expect(userNameIn("[user]\nemail = name = x\nusername = y\n")).toBeUndefined();
  });
});
