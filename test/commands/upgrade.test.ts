import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../../commands/child-program";
import { fetchText } from "../../commands/network";
import { systemWorld } from "../../commands/world";
import { version } from "../../package.json";
import { TestWorld } from "./test-world";

function installedAt(path: string): TestWorld {
  const world = new TestWorld();
  world.program = { path, isCompiled: false };
  return world;
}

const source = "node_modules/bz-tracker/commands/world.ts";

describe("upgrade", () => {
  test("names the command of whoever installed it for all projects", async () => {
    for (const [directory, manager, words] of [
      ["/usr/local/lib", "npm", "npm install --global bz-tracker@latest"],
      ["/home/ann/.nvm/versions/node/v24.1.0/lib", "npm", "npm install --global bz-tracker@latest"],
      ["/home/ann/.bun/install/global", "bun", "bun add --global bz-tracker@latest"],
      ["/home/ann/.local/share/pnpm/global/5", "pnpm", "pnpm add --global bz-tracker@latest"],
      ["/home/ann/.config/yarn/global", "yarn", "yarn global add bz-tracker@latest"],
    ]) {
      expect(await installedAt(`${directory}/${source}`).json("upgrade")).toEqual({
        version,
        kind: "global",
        path: `${directory}/node_modules/bz-tracker`,
        manager: manager ?? "",
        command: words?.split(" ") ?? [],
        advice: `run \`${words}\``,
      });
    }
  });

  test("goes by the lock file in a project", async () => {
    for (const [lockFile, words] of [
      ["bun.lock", "bun update --latest bz-tracker"],
      ["pnpm-lock.yaml", "pnpm update --latest bz-tracker"],
      ["yarn.lock", "yarn upgrade --latest bz-tracker"],
      ["package-lock.json", "npm install bz-tracker@latest"],
    ]) {
      const world = new TestWorld();
      writeFileSync(join(world.directory, lockFile ?? ""), "");
      world.program = { path: join(world.directory, source), isCompiled: false };
      expect(await world.json("upgrade")).toMatchObject({
        kind: "local",
        command: words?.split(" ") ?? [],
        directory: world.directory,
      });
    }
  });

  test("knows what no package manager has put there", async () => {
    const world = new TestWorld();
    expect(await world.json("upgrade")).toMatchObject({ kind: "checkout", path: "/opt/bz" });
    world.program = { path: "/usr/local/bin/bz", isCompiled: true };
    expect(await world.json("upgrade")).toMatchObject({ kind: "compiled", path: "/usr/local/bin/bz" });
    world.program = { path: `/tmp/bunx-1000-bz-tracker@latest/${source}`, isCompiled: false };
    expect((await world.bz("upgrade")).stdout).toContain("bunx bz-tracker@latest");
    world.program = { path: `/home/ann/.npm/_npx/0a1b/${source}`, isCompiled: false };
    expect((await world.bz("upgrade")).stdout).toContain("npx bz-tracker@latest");
    expect(await world.bz("upgrade", "--run")).toMatchObject({ exitCode: 2, stdout: "" });
    expect(world.programs).toEqual([]);
  });

  test("runs nothing and asks nobody unless told to", async () => {
    const world = installedAt(`/usr/lib/${source}`);
    await world.bz("upgrade");
    expect(await world.bz("upgrade", "--run", "--readonly")).toMatchObject({ exitCode: 1 });
    expect([world.programs, world.requests]).toEqual([[], []]);
  });

  test("runs the command with --run, in the project, and says when it failed", async () => {
    const world = new TestWorld();
    mkdirSync(join(world.directory, "node_modules"));
    world.program = { path: join(world.directory, source), isCompiled: false };
    expect(await world.json("upgrade", "--run")).toMatchObject({ has_run: true });
    const words = ["npm", "install", "bz-tracker@latest"];
    expect(world.programs).toEqual([{ words, directory: world.directory }]);
    world.programExitCode = 7;
    const { exitCode, stderr } = await world.bz("upgrade", "--yes", "--json");
    expect([exitCode, JSON.parse(stderr)]).toMatchObject([
      2,
      { error: { code: "UPGRADE_FAILED", context: { exit_code: 7 } } },
    ]);
  });

  test("asks the registry with --check, the user's own if there is one", async () => {
    const world = installedAt(`/usr/lib/${source}`);
    world.fetched = { status: 200, text: JSON.stringify({ version: "99.0.0" }) };
    expect(await world.json("upgrade", "--check")).toMatchObject({
      version,
      latest: "99.0.0",
      is_newest: false,
    });
    expect((await world.bz("upgrade", "--check")).stdout).toBe(
      `bz 99.0.0 is there, this is ${version}: run \`npm install --global bz-tracker@latest\`\n`,
    );
    world.fetched = { status: 200, text: JSON.stringify({ version }) };
    world.env = { ...world.env, npm_config_registry: "https://npm.example.org/" };
    expect((await world.bz("upgrade", "--check")).stdout).toBe(`bz ${version} is the newest\n`);
    expect(world.requests.at(0)).toBe("https://registry.npmjs.org/bz-tracker/latest");
    expect(world.requests.at(-1)).toBe("https://npm.example.org/bz-tracker/latest");
  });

  test("says so when the registry cannot be asked or talks nonsense", async () => {
    const world = installedAt(`/usr/lib/${source}`);
    const answers = [
      undefined,
      { status: 404, text: "{}" },
      { status: 200, text: "<html>" },
      { status: 200, text: "null" },
      { status: 200, text: '{"version":"1.0.0; rm -rf ~"}' },
      { status: 503, text: '{"version":"1.0.0"}' },
    ];
    for (const answer of answers) {
      world.fetched = answer;
      const { exitCode, stdout, stderr } = await world.bz("upgrade", "--check", "--json");
      expect([exitCode, stdout]).toEqual([2, ""]);
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: "REGISTRY_UNREACHABLE" } });
    }
  });
});

describe("the system", () => {
  test("fetches a text, refuses one without an end, and gives up in time", async () => {
    const server = Bun.serve({
      port: 0,
      fetch({ url }) {
        if (url.endsWith("/long")) return new Response("x".repeat(2 << 20));
        return url.endsWith("/never")
          ? new Promise<Response>(() => {})
          : new Response("here", { status: 418 });
      },
    });
    try {
      const at = `http://localhost:${server.port}`;
      expect(await fetchText(`${at}/`, 5000)).toEqual({ status: 418, text: "here" });
      for (const path of ["long", "never"])
        expect(fetchText(`${at}/${path}`, path === "never" ? 20 : 5000)).rejects.toMatchObject({
          code: "REGISTRY_UNREACHABLE",
        });
    } finally {
      await server.stop(true);
    }
    expect(fetchText("http://localhost:1/", 5000)).rejects.toMatchObject({ code: "REGISTRY_UNREACHABLE" });
  });

  test("runs a program without a shell, and knows when there is none", async () => {
    const { directory } = new TestWorld();
    expect(await runProgram(["sh", "-c", "exit 3"], directory)).toBe(3);
    expect(runProgram(["no-such-program; true"], directory)).rejects.toMatchObject({
      code: "FILE_UNREADABLE",
    });
  });

  test("knows where this program is", () => {
    const { path, isCompiled } = systemWorld().program;
    expect([path.endsWith("/commands/world.ts"), isCompiled]).toEqual([true, false]);
  });
});
