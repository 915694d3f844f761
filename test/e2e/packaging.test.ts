import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { runArtefact } from "../../scripts/artefact-run";
import { ensureBuilt, hardenedBun, root } from "../helpers/bz-forms";
import { temporaryDirectory } from "../helpers/workspace";

await ensureBuilt();

describe("bz in a checkout", () => {
  test("is the executable where that is newer than every source, and the sources otherwise", () => {
    const checkout = new Checkout();
    expect(checkout.bz("q", "two words").stdout).toBe("sources q two words\n");
    checkout.build();
    expect(checkout.bz("q", "two words").stdout).toBe("executable q two words\n");
    writeFileSync(join(checkout.directory, "model/issue.ts"), "changed");
    expect(checkout.bz("list").stdout).toBe("sources list\n");
    checkout.build();
    expect(checkout.bz("list").stdout).toBe("executable list\n");
    rmSync(join(checkout.directory, "model/issue.ts"));
    expect(checkout.bz("list").stdout).toBe("sources list\n");
  });

  test("takes a checkout that lacks a part of itself for changed", () => {
    const checkout = new Checkout();
    checkout.build();
    rmSync(join(checkout.directory, "output"), { recursive: true });
    expect(checkout.bz("list").stdout).toBe("sources list\n");
  });

  test("says what is missing where there is no Bun", () => {
    const checkout = new Checkout();
    rmSync(join(checkout.directory, "bin/bun"));
    const { exitCode, stdout, stderr } = checkout.bz("list");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/^error: bz runs on Bun, .* npm install --global bun@\d+\.\d+\.\d+\n$/);
  });
});

describe("what was built", () => {
  test("is refused when it does not run, or takes orders from where it is started", async () => {
    await expect(runArtefact(["false"])).rejects.toThrow("false init --here ended with 1");
    await expect(runArtefact([join(temporaryDirectory("none"), "bz")])).rejects.toThrow();
    const unguarded = [process.execPath, join(root, "index.ts")];
    await expect(runArtefact(unguarded)).rejects.toThrow("took orders from the directory");
  });

  test("starts with one file, which asks for one other when the fast path has given up", async () => {
    const text = readFileSync(join(root, "dist/package/index.js"), "utf8");
    const required = [...text.matchAll(/(await[^;]*)?\brequire\("(\.[^"]+)"\)/g)];
    expect(required.map(([, waiting, path]) => [waiting !== undefined, path])).toEqual([[true, "./hot.js"]]);
  }, 180_000);

  test("says that a change is saved, also where it is replaced by another while it runs", async () => {
    const directory = temporaryDirectory("replaced");
    const index = join(directory, "package/index.js");
    cpSync(join(root, "dist/package"), join(directory, "package"), { recursive: true });
    const bz = (...words: string[]) => {
      const env = { PATH: process.env.PATH ?? "", HOME: directory, BEADS_ACTOR: "tester" };
      const child = Bun.spawnSync([...hardenedBun, index, ...words], {
        cwd: directory,
        env,
        timeout: 60_000,
      });
      return { exitCode: child.exitCode, stdout: `${child.stdout}`, stderr: `${child.stderr}` };
    };
    bz("init", "--here");
    for (const part of ["hot", "export"])
      renameSync(join(directory, `package/${part}.js`), join(directory, `package/no-${part}.js`));
    const { exitCode, stdout, stderr } = bz("q", "Title");
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^\S+\n$/) });
    expect(stderr).toStartWith("warning: the change is saved, but the store could not be tidied up: ");
    expect(bz("list", "--all")).toMatchObject({ exitCode: 2, stdout: "" });
    expect(bz("show", stdout.trim()).stdout).toContain("Title");
  }, 180_000);

  test("has every part of the script form load", async () => {
    const parts = join(root, "dist/package/parts");
    const names = [...new Bun.Glob("*.js").scanSync(parts)];
    expect(names.length).toBeGreaterThan(100);
    const script = join(temporaryDirectory("parts"), "load.cjs");
    writeFileSync(script, names.map((name) => `require(${JSON.stringify(join(parts, name))});`).join("\n"));
    const { exitCode, stdout, stderr } = Bun.spawnSync([...hardenedBun, script]);
    expect({ exitCode, stdout: `${stdout}`, stderr: `${stderr}` }).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "",
    });
  }, 180_000);
});

test("what is published knows where it is installed, and nothing of where it was built", async () => {
  const project = realpathSync(temporaryDirectory("project"));
  const installed = join(project, "node_modules/bz-tracker");
  cpSync(join(root, "dist/package"), installed, { recursive: true });
  writeFileSync(join(project, "bun.lock"), "");
  mkdirSync(join(project, "node_modules/.bin"));
  const link = join(project, "node_modules/.bin/bz");
  symlinkSync("../bz-tracker/index.js", link);
  const { stdout } = Bun.spawnSync([...hardenedBun, link, "upgrade", "--json"], {
    cwd: project,
    env: { HOME: project },
  });
  expect(JSON.parse(`${stdout}`)).toMatchObject({ kind: "local", path: installed, manager: "bun" });
  for (const name of new Bun.Glob("**/*.js").scanSync(installed)) {
    const text = readFileSync(join(installed, name), "utf8");
    expect({ name, isTold: text.includes("/bz-split-") || text.includes(root) }).toEqual({
      name,
      isTold: false,
    });
  }
}, 180_000);

test.skipIf(Bun.which("npm") === null)(
  "npm packs of a checkout the sources alone, and of the build the script form, which needs nothing else",
  async () => {
    const [sources = [], built = []] = packedNames([".", "./dist/package"]);
    const texts = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"];
    const folders = ["commands", "model", "native", "output", "scripts", "storage"];
    const places = new Set(sources.map((name) => name.split("/")[0] ?? ""));
    expect([...places].sort()).toEqual(["index.ts", ...folders, ...texts].sort());
    expect(sources.filter((name) => /\btest\b|^scripts\/(?!bz\.sh$)/.test(name))).toEqual([]);

    const script =
      /^(?:parts\/[a-z0-9]+|index|hot|(?:q|show|claim|close|list|list-log|ready-log|export|fold)(?:-seldom-[a-z0-9]+)?|commands\/bd\/bd)\.js$/;
    const scripts = built.filter((name) => script.test(name));
    const others = built.filter((name) => !script.test(name) && !script.test(name.replace(/\.jsc$/, "")));
    expect(others.sort()).toEqual([...texts, "SECURITY.md"].sort());
    expect(scripts.filter((name) => !built.includes(`${name}.jsc`))).toEqual([]);
    const manifest = await Bun.file(join(root, "dist/package/package.json")).json();
    expect(manifest).toMatchObject({ bin: { bz: "index.js" } });
    for (const key of ["private", "dependencies", "devDependencies", "scripts"])
      expect(manifest).not.toHaveProperty(key);
  },
  180_000,
);

/** A directory with what the launcher looks at, where the executable and Bun say their names and arguments. */
class Checkout {
  readonly directory = temporaryDirectory("checkout");

  constructor() {
    for (const name of ["bin", "commands", "dist", "model", "native", "output", "scripts", "storage"])
      mkdirSync(join(this.directory, name));
    for (const name of ["index.ts", "package.json", "bun.lock", "model/issue.ts"])
      writeFileSync(join(this.directory, name), "");
    cpSync(join(root, "scripts/bz.sh"), join(this.directory, "scripts/bz.sh"));
    symlinkSync("../scripts/bz.sh", join(this.directory, "bin/bz"));
    for (const program of ["sh", "readlink", "find"])
      symlinkSync(Bun.which(program) ?? "", join(this.directory, "bin", program));
    // Its own arguments are the flags, then the script.
    this.#put("bin/bun", 'shift 4; echo sources "$@"');
  }

  build(): void {
    this.#put("dist/bz", 'echo executable "$@"');
    const later = new Date(Date.now() + 10);
    utimesSync(join(this.directory, "dist/bz"), later, later);
    Bun.sleepSync(20);
  }

  bz(...words: string[]) {
    const bin = join(this.directory, "bin");
    const { exitCode, stdout, stderr } = Bun.spawnSync([join(bin, "bz"), ...words], { env: { PATH: bin } });
    return { exitCode, stdout: `${stdout}`, stderr: `${stderr}` };
  }

  #put(name: string, line: string): void {
    writeFileSync(join(this.directory, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(this.directory, name), 0o755);
  }
}

/** What would be in the package of each of these directories, by one start of npm. */
function packedNames(directories: readonly string[]): string[][] {
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    ["npm", "pack", "--dry-run", "--json", "--ignore-scripts", ...directories],
    { cwd: root, env: { PATH: process.env.PATH, HOME: temporaryDirectory("npm") } },
  );
  if (exitCode !== 0) throw new Error(`npm pack ended with ${exitCode}: ${stderr}`);
  const packed = JSON.parse(`${stdout}`) as { files: { path: string }[] }[];
  return packed.map(({ files }) => files.map(({ path }) => path));
}
