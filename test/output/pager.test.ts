import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { terminalSize } from "../../native/terminal";
import { isLongerThan, showInPager } from "../../output/pager";
import { temporaryDirectory } from "../commands/test-world";

const text = "line\n".repeat(100_000);
const env = { PATH: process.env.PATH };

describe("a pager", () => {
  test("gets all of the text, and options for less unless the user has some", async () => {
    const file = join(temporaryDirectory(), "out");
    expect(await showInPager(`{ cat; echo "$LESS"; } > ${file}`, text, env)).toBe("shown");
    expect(readFileSync(file, "utf8")).toBe(`${text}FRX\n`);
    expect(await showInPager(`echo "$LESS" > ${file}`, text, { ...env, LESS: "R" })).toBe("shown");
    expect(readFileSync(file, "utf8")).toBe("R\n");
  });

  test("that stops reading, or fails, has shown what it was to show", async () => {
    expect(await showInPager("true", text, env)).toBe("shown");
    expect(await showInPager("exit 3", text, env)).toBe("shown");
  });

  test("that is not there is none", async () => {
    expect(await showInPager("bz-no-such-pager 2>/dev/null", text, env)).toBe("unavailable");
    expect(await showInPager("less", text, { PATH: temporaryDirectory() })).toBe("unavailable");
  });
});

test("a text is longer than the screen when the prompt behind it would push its first line out", () => {
  const size = { columns: 10, rows: 4 };
  expect(isLongerThan("a\nb\nc\n", size)).toBe(false);
  expect(isLongerThan("a\nb\nc\nd\n", size)).toBe(true);
  expect(isLongerThan(`${"x".repeat(31)}\n`, size)).toBe(true);
  expect(isLongerThan("", size)).toBe(false);
});

describe("the size of a terminal", () => {
  test("is that of the window; what is no terminal has none", async () => {
    const script = join(temporaryDirectory(), "size.ts");
    const module = join(import.meta.dir, "../../native/terminal");
    writeFileSync(
      script,
      `import { terminalSize } from ${JSON.stringify(module)};\nconsole.log(JSON.stringify(terminalSize(1)));\n`,
    );
    let shown = "";
    const child = Bun.spawn([process.execPath, script], {
      terminal: {
        cols: 132,
        rows: 43,
        data(_, bytes) {
          shown += new TextDecoder().decode(bytes);
        },
      },
    });
    expect(await child.exited).toBe(0);
    child.terminal?.close();
    expect(JSON.parse(shown)).toEqual({ columns: 132, rows: 43 });
    expect(terminalSize(-1)).toBeUndefined();
  });
});
