import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { SystemCallError } from "../../native/errno";
import { openUserFiles } from "../../storage/beside-store";
import { nativeEnvironment } from "../../storage/environment";
import { UserFiles } from "../../storage/user-files";
import { temporaryDirectory } from "../helpers/bz";

function repository(): string {
  const root = temporaryDirectory("user-files");
  mkdirSync(`${root}/.git`);
  mkdirSync(`${root}/.beads`);
  mkdirSync(`${root}/inner`);
  return root;
}

const append = (text: string | undefined): string => `${text ?? ""}more`;

describe("files of the user", () => {
  test("are made with their directories, updated, left alone and removed", async () => {
    const root = repository();
    const files = await openUserFiles("project", { cwd: `${root}/inner`, env: {} });
    expect(files.read(".a/b/c.md")).toBeUndefined();
    expect(files.edit(".a/b/c.md", () => "text")).toBe("created");
    expect(files.edit(".a/b/c.md", (text) => text)).toBe("unchanged");
    expect(files.edit(".a/b/c.md", append)).toBe("updated");
    expect(files.read(".a/b/c.md")).toBe("textmore");
    expect(readdirSync(`${root}/.a/b`)).toEqual(["c.md"]);
    expect(files.edit(".a/b/c.md", () => undefined)).toBe("removed");
    expect(files.edit(".a/b/c.md", () => undefined)).toBe("unchanged");
    expect(files.edit(".x/y.md", () => undefined)).toBe("unchanged");
    expect(existsSync(`${root}/.x`)).toBe(false);
  });

  test("keep their permissions", async () => {
    const root = repository();
    writeFileSync(`${root}/A.md`, "x");
    chmodSync(`${root}/A.md`, 0o640);
    (await openUserFiles("project", { cwd: root, env: {} })).edit("A.md", append);
    expect(statSync(`${root}/A.md`).mode & 0o777).toBe(0o640);
  });

  test("are followed through links inside of the repository, which stay links", async () => {
    const root = repository();
    writeFileSync(`${root}/inner/REAL.md`, "real ");
    symlinkSync("inner/REAL.md", `${root}/LINK.md`);
    symlinkSync("inner", `${root}/dir`);
    const files = await openUserFiles("project", { cwd: root, env: {} });
    expect(files.edit("LINK.md", append)).toBe("updated");
    expect(files.edit("dir/NEW.md", append)).toBe("created");
    expect(readFileSync(`${root}/inner/REAL.md`, "utf8")).toBe("real more");
    expect(readdirSync(`${root}/inner`).sort()).toEqual(["NEW.md", "REAL.md"]);
  });

  test("are never reached outside of it, nor through a link to nothing", async () => {
    const root = repository();
    const outside = temporaryDirectory("outside");
    writeFileSync(`${outside}/theirs`, "theirs");
    symlinkSync(`${outside}/theirs`, `${root}/A.md`);
    symlinkSync(outside, `${root}/.claude`);
    symlinkSync(`${outside}/not-yet`, `${root}/B.md`);
    const files = await openUserFiles("project", { cwd: root, env: {} });
    for (const path of ["A.md", ".claude/settings.json", ".claude/deep/x", "B.md"]) {
      expect(() => files.edit(path, append)).toThrow(expect.objectContaining({ code: "INVALID" }));
      expect(() => files.read(path)).toThrow(expect.objectContaining({ code: "INVALID" }));
    }
    expect(readdirSync(outside)).toEqual(["theirs"]);
    expect(readFileSync(`${outside}/theirs`, "utf8")).toBe("theirs");
  });

  test("that are no text are refused", async () => {
    const root = repository();
    writeFileSync(`${root}/A.md`, new Uint8Array([0xff, 0xfe]));
    mkdirSync(`${root}/B.md`);
    writeFileSync(`${root}/C`, "");
    const files = await openUserFiles("project", { cwd: root, env: {} });
    for (const path of ["A.md", "B.md", "C/d.md"])
      expect(() => files.edit(path, append)).toThrow(expect.objectContaining({ code: "INVALID" }));
  });

  test("are those of the home directory when that is asked for, without any workspace", async () => {
    const home = temporaryDirectory("home");
    mkdirSync(`${home}/dotfiles`);
    symlinkSync("dotfiles", `${home}/.claude`);
    const files = await openUserFiles("home", { cwd: "/", env: { HOME: home } });
    expect(files.edit(".claude/settings.json", () => "{}")).toBe("created");
    expect(readFileSync(`${home}/dotfiles/settings.json`, "utf8")).toBe("{}");
    for (const env of [{}, { HOME: "beside" }, { HOME: `${home}/not-there` }])
      expect(openUserFiles("home", { cwd: "/", env })).rejects.toMatchObject({ code: "INVALID" });
  });

  test("on a disk that fails are neither read nor written, and the disk is named", () => {
    const root = repository();
    const request = { cwd: root, env: {} };
    const failing = (from: number) => {
      let calls = 0;
      return (path: string): string => {
        calls += 1;
        if (calls >= from) throw new SystemCallError("realpath", "EIO", path);
        return path;
      };
    };
    const open = (from: number) => new UserFiles("project", request, nativeEnvironment(), failing(from));
    const refused = expect.objectContaining({
      code: "STORAGE_FAILED",
      context: expect.objectContaining({ path: root }),
    });
    expect(() => open(1)).toThrow(refused);
    expect(() => open(2).read("A.md")).toThrow(expect.objectContaining({ code: "STORAGE_FAILED" }));
    expect(() => open(2).edit("A.md", append)).toThrow(expect.objectContaining({ code: "STORAGE_FAILED" }));
    expect(existsSync(`${root}/A.md`)).toBe(false);
  });

  test("are not written under --readonly, and those of a project need one", async () => {
    const root = repository();
    const files = await openUserFiles("project", { cwd: root, env: {}, readonly: true });
    expect(() => files.edit("A.md", append)).toThrow(expect.objectContaining({ code: "WRITE_REFUSED" }));
    const nowhere = temporaryDirectory("nowhere");
    expect(openUserFiles("project", { cwd: nowhere, env: {} })).rejects.toMatchObject({
      code: "NOT_INITIALIZED",
    });
  });
});
