import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { initialisedWorld, sequenceOf, type TestWorld } from "./test-world";

/** A world with two issues, and the face as it was after the first of them. */
async function worldWithIssues(): Promise<{ world: TestWorld; ids: [string, string]; oldFace: string }> {
  const world = await initialisedWorld();
  const first = (await world.bz("q", "First")).stdout.trim();
  const oldFace = faceOf(world);
  const second = (await world.bz("q", "Second")).stdout.trim();
  return { world, ids: [first, second], oldFace };
}

const pathOf = (world: TestWorld): string => `${world.directory}/.beads/issues.jsonl`;
const faceOf = (world: TestWorld): string => readFileSync(pathOf(world), "utf8");

/** What another tool leaves that sets no time. */
function retitle(world: TestWorld, from: string, to: string): void {
  writeFileSync(pathOf(world), faceOf(world).replace(`"title":"${from}"`, `"title":"${to}"`));
}

function conflicted(world: TestWorld): string {
  const lines = faceOf(world).trimEnd().split("\n");
  const theirs = lines.map((text) => text.replace('"title":"First"', '"title":"Theirs"'));
  return `<<<<<<< HEAD\n${lines.join("\n")}\n=======\n${theirs.join("\n")}\n>>>>>>> side\n`;
}

describe("sync", () => {
  test("takes in what others wrote, writes the face, and says both", async () => {
    const { world, ids } = await worldWithIssues();
    retitle(world, "First", "Theirs");
    const path = pathOf(world);
    expect(await world.bz("sync")).toEqual({
      exitCode: 0,
      stdout: `Took in 1 issue: ${ids[0]}\n${path} now holds 2 issues\n`,
      stderr: "",
    });
    expect((await world.bz("sync")).stdout).toBe(`${path} is up to date with 2 issues\n`);
    expect((await world.bz("show", ids[0])).stdout).toContain("Theirs");
    expect(faceOf(world)).toContain('"title":"Theirs"');
  });

  test("as JSON tells what was taken in, written and carried over", async () => {
    const { world, ids } = await worldWithIssues();
    retitle(world, "First", "Theirs");
    writeFileSync(pathOf(world), `{"_type":"memory"}\n{bad\n${faceOf(world)}`);
    const answer = await world.json("sync");
    expect(answer).toEqual({
      outcome: "written",
      path: pathOf(world),
      issues: 2,
      bytes: faceOf(world).length,
      taken_in: [ids[0]],
      carried_over: 2,
      unreadable_lines: [2],
      torn_line_copy: null,
      sequence: 3,
    });
    expect(await world.json("sync")).toMatchObject({ outcome: "unchanged", taken_in: [], carried_over: 2 });
    expect((await world.bz("sync", "-q")).stdout).toBe("");
    expect((await world.bz("sync")).stderr).toContain("line 2 cannot be read and was kept as it is");
  });

  test("--merge is what it does anyway, also to a file with conflict markers", async () => {
    for (const words of [["sync"], ["sync", "--merge"]]) {
      const { world, ids } = await worldWithIssues();
      writeFileSync(pathOf(world), conflicted(world));
      const { exitCode, stdout, stderr } = await world.bz(...words);
      expect([exitCode, stdout]).toEqual([
        0,
        `Took in 1 issue: ${ids[0]}\n${pathOf(world)} now holds 2 issues\n`,
      ]);
      expect(stderr).toContain("git left a conflict in it, first on line 1");
      expect(faceOf(world)).toContain('"title":"Theirs"');
      expect(faceOf(world)).not.toMatch(/^[<|=>]{7}/m);
    }
  });

  test("keeps a last line that is cut off, and says where", async () => {
    const { world } = await worldWithIssues();
    writeFileSync(pathOf(world), `${faceOf(world)}{"id":"bd-zz","ti`);
    const answer = await world.json("sync");
    const copy = String(Reflect.get(Object(answer), "torn_line_copy"));
    expect(readFileSync(copy, "utf8")).toBe('{"id":"bd-zz","ti');
    expect(faceOf(world)).not.toContain('"bd-zz"');
  });

  test("writes a face that is missing, and the rules for git beside it", async () => {
    const { world } = await worldWithIssues();
    for (const name of ["issues.jsonl", ".gitignore", ".gitattributes"])
      rmSync(`${world.directory}/.beads/${name}`);
    expect((await world.bz("sync")).stdout).toBe(`${pathOf(world)} now holds 2 issues\n`);
    expect(readdirSync(`${world.directory}/.beads`)).toContain(".gitattributes");
  });
});

describe("sync --import-only", () => {
  test("takes in what others wrote and leaves the file as it is", async () => {
    const { world, ids } = await worldWithIssues();
    retitle(world, "First", "Theirs");
    writeFileSync(pathOf(world), faceOf(world).split("\n").slice(0, 2).reverse().join("\n"));
    const before = faceOf(world);
    expect(await world.bz("sync", "--import-only")).toMatchObject({
      exitCode: 0,
      stdout: `Took in 1 issue: ${ids[0]}\n`,
    });
    expect(faceOf(world)).toBe(before);
    expect(await world.bz("sync", "--import-only")).toMatchObject({
      stdout: "issues.jsonl holds nothing that the store does not\n",
    });
    expect(await world.json("sync", "--import-only")).toEqual({ outcome: "unchanged", taken_in: [] });
    retitle(world, "Second", "Theirs, too");
    expect((await world.bz("sync", "--import-only", "-q")).stdout).toBe(`${ids[1]}\n`);
    retitle(world, "Theirs", "Once more");
    expect(await world.json("sync", "--import-only")).toEqual({ outcome: "taken_in", taken_in: [ids[0]] });
  });
});

describe("sync --flush-only", () => {
  test("writes the file", async () => {
    const { world, oldFace } = await worldWithIssues();
    writeFileSync(pathOf(world), oldFace);
    expect((await world.bz("sync", "--flush-only")).stdout).toBe(`${pathOf(world)} now holds 2 issues\n`);
    expect(faceOf(world)).toContain("Second");
  });

  test("refuses a file with conflict markers or a last line that is cut off, and writes nothing", async () => {
    const { world } = await worldWithIssues();
    const sequence = await sequenceOf(world);
    for (const [text, why] of [
      [conflicted(world), "git left a conflict in it, first on line 1"],
      [`${faceOf(world)}{"id":"bd-zz","ti`, "its last line (3) is cut off"],
    ] as const) {
      writeFileSync(pathOf(world), text);
      const { exitCode, stdout, stderr } = await world.bz("sync", "--flush-only");
      expect([exitCode, stdout]).toEqual([1, ""]);
      expect(stderr).toContain(`${why}. It was left as it is.`);
      expect(faceOf(world)).toBe(text);
      expect(await sequenceOf(world)).toBe(sequence);
      expect(existsSync(`${world.directory}/.beads/store/quarantine`)).toBe(false);
      const error: unknown = JSON.parse((await world.bz("sync", "--flush-only", "--json")).stderr);
      expect(error).toMatchObject({ error: { code: "CONFLICT_MARKERS" } });
    }
  });
});

describe("sync --status and --check", () => {
  test("say that all agrees", async () => {
    const { world } = await worldWithIssues();
    await world.bz("sync");
    const text = `The store and ${pathOf(world)} say the same (sequence 2). \`bz sync\` has nothing to do.\n`;
    for (const mode of ["--status", "--check"]) {
      const { exitCode, stdout } = await world.bz("sync", mode);
      expect([exitCode, stdout.replaceAll("`", "")]).toEqual([0, text.replaceAll("`", "")]);
      expect((await world.bz("sync", mode, "-q")).stdout).toBe("");
    }
    expect(await world.json("sync", "--status")).toEqual({
      in_sync: true,
      path: pathOf(world),
      has_file: true,
      has_store: true,
      to_take_in: [],
      to_write: [],
      conflict_markers: [],
      unreadable_lines: [],
      duplicate_ids: [],
      torn_line: null,
      displaced_files: [],
      git_operation: null,
      sequence: 2,
      exported_sequence: 2,
    });
  });

  test("say in words what differs, exit with 1 for --check alone, and change nothing", async () => {
    const { world, ids, oldFace } = await worldWithIssues();
    await world.bz("sync");
    const whole = faceOf(world);
    const [line = ""] = whole.split("\n");
    const torn = '{"id":"bd-zz","ti';
    const situations: [string | undefined, object, RegExp][] = [
      [
        undefined,
        { has_file: false, to_write: ids.toSorted() },
        /is missing. bz sync will write it from the store/,
      ],
      [oldFace, { to_write: [ids[1]] }, /is behind in 1 issue \(\S+\). bz sync will write it/],
      ["", { to_write: ids.toSorted() }, /is behind in 2 issues \(\S+, \S+\). bz sync will write them/],
      [
        whole.replace('"title":"First"', '"title":"Theirs"'),
        { to_take_in: [ids[0]], exported_sequence: null },
        /Somebody else changed 1 issue \(\S+\) in \S+. Every bz command reads them merged/,
      ],
      [
        `${whole}${line}\n`,
        { duplicate_ids: [JSON.parse(line).id] },
        /1 issue \(\S+\) on more than one line/,
      ],
      [
        `${whole}${torn}`,
        { torn_line: 3 },
        /The last line of \S+ \(3\) is cut off. bz sync will copy it to quarantine/,
      ],
      [
        `<<<<<<< a\n${whole}=======\n>>>>>>> b\n`,
        { conflict_markers: [1, 4, 5] },
        /git left a conflict in \S+ \(line 1, 4, 5\). bz sync will merge both sides/,
      ],
    ];
    for (const [face, data, words] of situations) {
      rmSync(pathOf(world), { force: true });
      if (face !== undefined) writeFileSync(pathOf(world), face);
      const sequence = await sequenceOf(world);
      const { exitCode, stdout } = await world.bz("sync", "--status");
      expect([exitCode, stdout.replaceAll("`", "")]).toEqual([0, expect.stringMatching(words)]);
      expect(await world.json("sync", "--status")).toMatchObject({ in_sync: false, ...data });
      const check = await world.bz("sync", "--check");
      expect([check.exitCode, check.stdout]).toEqual([1, stdout]);
      expect(check.stderr).toContain("The store and issues.jsonl differ.");
      expect(existsSync(pathOf(world)) ? faceOf(world) : undefined).toBe(face);
      expect(await sequenceOf(world)).toBe(sequence);
      expect((await world.bz("sync")).exitCode).toBe(0);
      expect((await world.bz("sync", "--check")).exitCode).toBe(0);
    }
  }, 30_000);

  test("name with -q the issues that differ", async () => {
    const { world, ids, oldFace } = await worldWithIssues();
    writeFileSync(pathOf(world), oldFace.replace('"title":"First"', '"title":"Theirs"'));
    expect(await world.bz("sync", "--check", "-q")).toMatchObject({
      exitCode: 1,
      stdout: ids
        .toSorted()
        .map((id) => `${id}\n`)
        .join(""),
    });
  });

  test("remark on lines that cannot be read and on git at work, which are no difference", async () => {
    const { world } = await worldWithIssues();
    writeFileSync(pathOf(world), `${faceOf(world)}{bad\n`);
    mkdirSync(`${world.directory}/.git/rebase-merge`, { recursive: true });
    await world.bz("sync");
    const { exitCode, stdout } = await world.bz("sync", "--check");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("line 3 cannot be read and stays as it is.");
    expect(stdout).toContain("git is in the middle of something (rebase-merge)");
    expect(await world.json("sync", "--status")).toMatchObject({
      in_sync: true,
      unreadable_lines: [3],
      git_operation: "rebase-merge",
    });
  });
});

test("modes exclude each other, and nothing is written", async () => {
  const { world, oldFace } = await worldWithIssues();
  const modes = ["--merge", "--import-only", "--flush-only", "--status", "--check"];
  writeFileSync(pathOf(world), oldFace);
  for (const [index, one] of modes.entries())
    for (const other of modes.slice(index + 1)) {
      const { exitCode, stderr } = await world.bz("sync", one, other);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`${one} and ${other} exclude each other`);
    }
  expect(faceOf(world)).toBe(oldFace);
});

describe("in a fresh clone", () => {
  test("--status and --check find nothing to do and make no store", async () => {
    const { world } = await worldWithIssues();
    rmSync(`${world.directory}/.beads/store`, { recursive: true });
    const { exitCode, stdout } = await world.bz("sync", "--check");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("This clone has no store yet");
    expect(await world.json("sync", "--status")).toMatchObject({ in_sync: true, has_store: false });
    expect(existsSync(`${world.directory}/.beads/store`)).toBe(false);
  });

  test("--check tells of a last line that is cut off", async () => {
    const { world } = await worldWithIssues();
    rmSync(`${world.directory}/.beads/store`, { recursive: true });
    writeFileSync(pathOf(world), `${faceOf(world)}{"id":"bd-`);
    const { exitCode, stdout } = await world.bz("sync", "--check");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("is cut off");
  });

  test("the command makes the store from the face and says so once", async () => {
    const { world } = await worldWithIssues();
    rmSync(`${world.directory}/.beads/store`, { recursive: true });
    const before = faceOf(world);
    const first = await world.bz("sync");
    expect([first.exitCode, first.stdout]).toEqual([0, `${pathOf(world)} is up to date with 2 issues\n`]);
    expect(first.stderr).toMatch(
      /The store was made from \S+issues.jsonl, last written 20\S+Z\. Later writes here, if there were any, are gone\./,
    );
    expect(faceOf(world)).toBe(before);
    expect((await world.bz("sync")).stderr).toBe("");
  });
});
