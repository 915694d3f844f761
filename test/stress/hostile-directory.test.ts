import { expect, test } from "bun:test";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { plainEnvironment, temporaryDirectory } from "../helpers/bz";
import { compiled, ensureBuilt, hardenedBun, packaged, root } from "../helpers/bz-forms";
import { startProcess } from "../helpers/bz-process";

/**
 * What a cloned repository may hold to run its code, or to bend what bz does, in the hands of whoever types `bz` there. Each way in which bz is
 * started must come out of it as from any other directory.
 */
const ways: { name: string; command: (directory: string) => readonly string[] }[] = [
  { name: "bunx bz", command: () => ["bunx", "bz"] },
  {
    name: "the link that bun install makes",
    command: (directory) => [join(directory, "node_modules/.bin/bz")],
  },
  { name: "index.ts by its first line", command: () => [join(root, "index.ts")] },
  { name: "dist/bz", command: () => compiled.command },
  { name: "what is published, by its first line", command: () => [packaged.file] },
];

await ensureBuilt();

test("the trap is armed: a program that is not on its guard walks into it", async () => {
  const script = join(temporaryDirectory("innocent"), "innocent.ts");
  writeFileSync(script, "console.log(process.env.BEADS_ACTOR)");
  for (const { flags, isCaught } of [
    { flags: [], isCaught: true },
    { flags: hardenedBun.slice(1), isCaught: false },
    // Each guard alone leaves a way in.
    ...hardenedBun
      .slice(1)
      .map((flag) => ({ flags: hardenedBun.slice(1).filter((each) => each !== flag), isCaught: true })),
  ]) {
    const { directory, env, isSprung } = makeTrap();
    const { stdout } = await startProcess([process.execPath, ...flags, script], { cwd: directory, env })
      .finished;
    expect({ flags, isCaught: isSprung() || stdout.includes("mallory") }).toEqual({ flags, isCaught });
  }
}, 30_000);

test.each(ways)(
  "nothing in the working directory changes what it does ($name)",
  async ({ command }) => {
    const { directory, elsewhere, env, isSprung } = makeTrap();
    const run = (...words: string[]) =>
      startProcess([...command(directory), ...words], { cwd: directory, env }).finished;

    expect(await run("init")).toMatchObject({ code: 0 });
    const created = await run("q", "Written in a hostile directory");
    expect(created).toMatchObject({ code: 0, stderr: "" });
    expect(created.stdout).toMatch(/^bd-[0-9a-z]+\n$/);
    const shown = await run("show", created.stdout.trim(), "--json");
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    expect(shown.stdout).toContain("Written in a hostile directory");
    expect(shown.stdout).not.toContain("mallory");
    for (const words of [
      ["list"],
      ["help"],
      ["compact"],
      ["doctor"],
      ["history", created.stdout.trim()],
      ["version"],
    ])
      expect({ words, ...(await run(...words)) }).toMatchObject({ words, code: 0 });

    expect(isSprung()).toBe(false);
    expect(existsSync(join(directory, ".beads/store"))).toBe(true);
    expect(existsSync(join(elsewhere, "store"))).toBe(false);
  },
  60_000,
);

/** A directory full of files that act, or would be taken for ours. */
function makeTrap() {
  const directory = temporaryDirectory("hostile");
  const elsewhere = join(temporaryDirectory("elsewhere"), ".beads");
  const alarm = join(directory, "sprung");
  const evil = `require("node:fs").writeFileSync(${JSON.stringify(alarm)}, "sprung");\n`;
  const put = (name: string, text: string): void => {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  };
  put("evil.ts", evil);
  put(
    "bunfig.toml",
    'preload = ["./evil.ts"]\n[run]\nshell = "system"\n[define]\n"process.env.HOME" = "\'/nowhere\'"\n',
  );
  for (const name of [".env", ".env.local", ".env.production", ".env.development"])
    put(name, `BEADS_ACTOR=mallory\nBD_ACTOR=mallory\nBEADS_DIR=${elsewhere}\nNO_COLOR=\nUSER=mallory\n`);
  const paths = {
    "*": ["./evil.ts"],
    citty: ["./evil.ts"],
    valibot: ["./evil.ts"],
    "bun:ffi": ["./evil.ts"],
  };
  put(
    "tsconfig.json",
    JSON.stringify({ compilerOptions: { baseUrl: ".", paths, jsxImportSource: "./evil" } }),
  );
  put("jsconfig.json", JSON.stringify({ compilerOptions: { baseUrl: ".", paths } }));
  put("package.json", JSON.stringify({ name: "hostile", type: "commonjs", imports: { "#*": "./evil.ts" } }));
  // Where a library is looked for by its bare name, these are no libraries, and loading one would fail.
  for (const name of ["libc.so.6", "libc.musl-x86_64.so.1", "libc.so", "libSystem.B.dylib"])
    put(name, "not a library");
  for (const name of ["citty", "valibot", "consola"]) put(`node_modules/${name}/index.js`, evil);
  for (const name of ["commands", "native", "storage"]) put(`${name}/index.ts`, evil);
  mkdirSync(join(directory, "node_modules/.bin"));
  symlinkSync(join(root, "scripts/bz.sh"), join(directory, "node_modules/.bin/bz"));
  const env = { ...plainEnvironment(directory), PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
  return { directory, elsewhere, env, isSprung: () => existsSync(alarm) };
}
