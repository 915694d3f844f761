import { describe, expect, test } from "bun:test";
import { findCommandWord, type ParsedValues, parseArguments } from "../../commands/arguments";
import type { Arguments } from "../../commands/command";
import { globalArguments } from "../../commands/global-arguments";
import { BzError } from "../../model/errors";

const declared: Arguments = {
  id: { type: "positional", required: true },
  rest: { type: "positional", repeat: true },
  priority: { type: "string", alias: "p" },
  description: { type: "string", alias: ["d", "body"] },
  label: { type: "string", alias: ["l", "labels"], repeat: true },
  force: { type: "boolean", alias: "f" },
  pinned: { type: "boolean" },
  sort: { type: "enum", options: ["created", "updated"] },
};

function parse(...words: string[]): ParsedValues {
  return parseArguments("try", words, declared, globalArguments).values;
}

function refusal(...words: string[]): BzError {
  try {
    parseArguments("try", words, declared, globalArguments);
  } catch (error) {
    if (error instanceof BzError) return error;
  }
  throw new Error(`${words.join(" ")} was accepted`);
}

describe("the strict parser", () => {
  test("reads a value behind its flag, with an equals sign, and glued to a short flag", () => {
    for (const words of [["-p", "1"], ["-p1"], ["-p=1"], ["--priority", "1"], ["--priority=1"]]) {
      expect(parse("x", ...words)).toEqual({ id: "x", priority: "1" });
    }
  });

  test("keeps an equals sign inside of a value, and an empty value", () => {
    expect(parse("x", "-d", "a=b").description).toBe("a=b");
    expect(parse("x", "--description=a=b").description).toBe("a=b");
    expect(parse("x", "--description=").description).toBe("");
    expect(parse("x", "-d", "").description).toBe("");
  });

  test("knows every alias of a flag", () => {
    expect(parse("x", "--body", "text")).toEqual({ id: "x", description: "text" });
    expect(parse("x", "--labels=a", "-l", "b")).toEqual({ id: "x", label: ["a", "b"] });
  });

  test("collects repeated flags and splits them at commas", () => {
    expect(parse("x", "-l", "a,b", "-l", " c ,", "--label=d").label).toEqual(["a", "b", "c", "d"]);
    expect(parse("x", "-l", "").label).toEqual([]);
  });

  test("switches can be negated, given a value, and repeated", () => {
    expect(parse("x", "--force").force).toBe(true);
    expect(parse("x", "--no-force").force).toBe(false);
    expect(parse("x", "--force=false").force).toBe(false);
    expect(parse("x", "-f", "-f").force).toBe(true);
    expect(refusal("x", "--force", "--no-force").code).toBe("USAGE");
    expect(refusal("x", "--force=maybe").message).toContain("--force");
  });

  test("short switches can stand together, in front of one with a value", () => {
    expect(parse("x", "-fp1")).toEqual({ id: "x", force: true, priority: "1" });
    expect(parse("x", "-fp", "1")).toEqual({ id: "x", force: true, priority: "1" });
  });

  test("positional words go to their names in order, and the last one takes the rest", () => {
    expect(parse("x", "y", "-f", "z")).toEqual({ id: "x", rest: ["y", "z"], force: true });
  });

  test("behind a double hyphen everything is a word", () => {
    expect(parse("x", "--", "--force", "-p")).toEqual({ id: "x", rest: ["--force", "-p"] });
  });

  test("a hyphen alone and words that begin with a hyphen and a space are values", () => {
    expect(parse("-", "- fix it")).toEqual({ id: "-", rest: ["- fix it"] });
    expect(parse("x", "-d", "- first\n- second").description).toBe("- first\n- second");
  });

  test("global flags are understood before and after, and kept apart", () => {
    const { values, globals } = parseArguments(
      "try",
      ["--json", "x", "-C", "dir", "-q"],
      declared,
      globalArguments,
    );
    expect(values).toEqual({ id: "x" });
    expect(globals).toEqual({ json: true, directory: "dir", quiet: true });
  });

  test("a flag never swallows the next flag", () => {
    const error = refusal("x", "--description", "--force");
    expect(error.message).toBe("--description needs a value, but --force follows");
    expect(error.hint).toContain("--description=--force");
  });

  test("an unknown flag is refused with the nearest spelling", () => {
    const error = refusal("x", "--pririty", "1");
    expect(error.code).toBe("USAGE");
    expect(error.hint).toBe("did you mean --priority?");
    expect(error.context).toEqual({ command: "try", nearest: ["--priority"] });
    expect(refusal("x", "-z").message).toBe("try has no flag -z");
    expect(refusal("x", "--no-priority").code).toBe("USAGE");
  });

  test("a scalar flag given twice is refused, however it is spelled", () => {
    expect(refusal("x", "-p", "1", "--priority=1").message).toBe("--priority is given twice");
    expect(refusal("x", "-d", "a", "--body", "b").message).toBe("--body is given twice");
  });

  test("a value outside of the choices is refused with the nearest one", () => {
    expect(refusal("x", "--sort", "create").hint).toBe("did you mean created?");
    expect(refusal("x", "--sort", "size").hint).toBe("use one of created, updated");
  });

  test("a missing and a surplus word are refused", () => {
    expect(refusal().message).toBe("try needs ID");
    const single: Arguments = { id: { type: "positional", required: true } };
    expect(() => parseArguments("one", ["a", "b"], single, globalArguments)).toThrow(
      'one has no use for "b"',
    );
    expect(() => parseArguments("none", ["a"], {}, globalArguments)).toThrow('none has no use for "a"');
  });
});

describe("the command's name", () => {
  test("is the first word that is no global flag and no value of one", () => {
    expect(findCommandWord(["list"], globalArguments)).toBe(0);
    expect(findCommandWord(["--json", "-C", "dir", "--actor=a", "list", "--all"], globalArguments)).toBe(4);
    expect(findCommandWord(["--json"], globalArguments)).toBe(-1);
    expect(findCommandWord(["--", "list"], globalArguments)).toBe(-1);
  });

  test("may not stand behind a flag of its own", () => {
    expect(() => findCommandWord(["--title", "x", "create"], globalArguments)).toThrow("not a global flag");
  });
});
