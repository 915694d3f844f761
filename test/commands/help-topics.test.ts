import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dateForms, helpTopics } from "../../commands/help-topics";
import { commandTable } from "../../commands/main";
import { parseDate } from "../../model/date-input";
import { BzError, errorCodes } from "../../model/errors";
import { exitCodeOf } from "../../output/exit-code";
import { expectRunnable } from "../helpers/command-lines";
import { TestWorld } from "./test-world";

async function explained(topic: string): Promise<string> {
  const { exitCode, stdout, stderr } = await new TestWorld().bz("help", topic);
  expect([exitCode, stderr]).toEqual([0, ""]);
  return stdout;
}

describe("a topic of help", () => {
  test("has a name that no command has, is listed, and found by its other names", async () => {
    const world = new TestWorld();
    const { stdout } = await world.bz("help");
    const commands = commandTable().flatMap(({ name, aliases }) => [name, ...aliases]);
    for (const { name, aliases, summary } of helpTopics) {
      for (const other of [name, ...aliases]) {
        expect(commands).not.toContain(other);
        expect(await explained(other)).toBe(await explained(name));
      }
      expect(stdout).toContain(summary);
      expect(await world.json("help", name)).toEqual({ topic: name, summary, text: expect.any(String) });
    }
    expect((await world.bz("help", "exit-code")).stderr).toContain("did you mean exit-codes?");
    expect(await world.bz("help", "dates", "more")).toMatchObject({ exitCode: 1 });
  });

  test("is short, and names only command lines that bz understands", async () => {
    for (const { name } of helpTopics) {
      const text = await explained(name);
      expect(text.split("\n").length).toBeLessThan(70);
      const lines = [...text.matchAll(/`(bz [^`]*)`|^ {2}(bz .*?)(?: {2,}|$)/gm)].map(
        (match) => match[1] ?? match[2] ?? "",
      );
      for (const line of lines.filter((one) => one !== "bz COMMAND --help")) await expectRunnable(line);
    }
  });

  test("about exit codes has every error where its exit code is", async () => {
    const rows = (await explained("exit-codes")).split("\n");
    for (const code of errorCodes()) {
      const row = rows.find((line) => line.includes(` ${code} `) || line.endsWith(` ${code}`));
      expect([code, row?.trim().split(/\s+/)[0]]).toEqual([code, String(exitCodeOf(new BzError(code, "")))]);
    }
  });

  test("about dates names forms that are dates", async () => {
    for (const [forms] of dateForms)
      for (const form of forms.split(", "))
        expect(parseDate(form, Date.UTC(2026, 0, 15))).toMatch(/^20\d\d-/);
  });

  test("about the environment names every variable that the program reads", async () => {
    const text = await explained("environment");
    for (const name of variablesOfTheProgram()) expect(text).toContain(name);
  });
});

/** What the sources read; not what is passed on to a pager, or belongs to the personality of bd or to npm. */
function variablesOfTheProgram(): Set<string> {
  const names = new Set<string>();
  for (const folder of ["commands", "model", "output", "storage"]) {
    const root = join(import.meta.dir, "../..", folder);
    for (const file of readdirSync(root, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts") || /^bd\//.test(file)) continue;
      const text = readFileSync(join(root, file), "utf8");
      for (const [, name] of text.matchAll(/\benv\.([A-Z][A-Z_]+)|variable: "([A-Z_]+)"/g))
        names.add(name ?? "");
      for (const [, inner] of text.matchAll(/const \{([^}]*)\} = (?:[\w.#]*\.)?env;/g))
        for (const [name] of (inner ?? "").matchAll(/\b[A-Z][A-Z_]{2,}\b/g)) names.add(name);
    }
  }
  for (const passedOn of ["PATH", "LESS", "LV", ""]) names.delete(passedOn);
  return names;
}
