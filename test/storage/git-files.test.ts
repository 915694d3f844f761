import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { initStore, openStore } from "../../storage/store";
import { Git, hasGit } from "../helpers/git";
import { tester } from "../helpers/tester";
import { addIssue, temporaryDirectory, titles } from "../helpers/workspace";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

describe.skipIf(!hasGit())("git", () => {
  test("sees the face and the four files beside it, and nothing of the store or of what is left lying about", async () => {
    const { git } = await tracked();
    expect(git.succeed("ls-files").split("\n")).toEqual([
      ".beads/.gitattributes",
      ".beads/.gitignore",
      ".beads/config.yaml",
      ".beads/issues.jsonl",
      ".beads/metadata.json",
      "code",
    ]);
    for (const name of ["issues.jsonl.tmp.12.ab", "displaced.1.ab", "config.yaml.tmp.1.a"])
      git.write(`.beads/${name}`, "x");
    expect(git.succeed("status", "--porcelain")).toBe("");
  });

  for (const words of [
    ["stash", "-u"],
    ["clean", "-fd"],
    ["reset", "--hard"],
    ["checkout", "-q", "-f", "main"],
  ]) {
    test(`spares the store at \`git ${words.join(" ")}\` on a branch that never saw bz`, async () => {
      const { git, request } = await tracked();
      git.succeed("checkout", "-q", "before");
      expect(readdirSync(join(git.directory, ".beads"))).toEqual(["store"]);
      // Made on this very branch, with the rules of the branch: none.
      addIssue(openStore(request), "written on the branch");
      git.write("scratch", "untracked\n");
      git.write("code", "changed\n");
      const before = storeFiles(git);
      git.succeed(...words);
      expect(storeFiles(git)).toEqual(before);
      expect(titles(openStore(request))).toEqual(["kept", "written on the branch"]);
    });
  }

  test("takes the store only when it is told to take ignored files", async () => {
    const { git, request } = await tracked();
    git.succeed("clean", "-fdx");
    expect(readdirSync(join(git.directory, ".beads")).includes("store")).toBe(false);
    expect(titles(openStore(request))).toEqual(["kept"]);
    addIssue(openStore(request), "after");
    git.succeed("clean", "-fd");
    expect(titles(openStore(request))).toEqual(["after", "kept"]);
  });

  test("merges what both sides added to the face without stopping", async () => {
    const { git } = await tracked();
    const face = join(git.directory, ".beads/issues.jsonl");
    const kept = readFileSync(face, "utf8");
    git.succeed("checkout", "-q", "-b", "theirs");
    git.write(".beads/issues.jsonl", `${kept}{"id":"bd-theirs"}\n`);
    git.commitAll("theirs");
    git.succeed("checkout", "-q", "main");
    git.write(".beads/issues.jsonl", `${kept}{"id":"bd-ours"}\n`);
    git.commitAll("ours");
    git.succeed("merge", "-q", "--no-edit", "theirs");
    expect(readFileSync(face, "utf8").split("\n").toSorted()).toEqual(
      `${kept}{"id":"bd-ours"}\n{"id":"bd-theirs"}\n`.split("\n").toSorted(),
    );
  });
});

describe("files of another tool that stand there already", () => {
  test("get the rules that they lack at their end, keep the rest and their mode, and get them once", async () => {
    const directory = realpathSync(temporaryDirectory("git-files"));
    const git = new Git(directory);
    git.write(".beads/.gitignore", "# theirs\n*.db\nstore/");
    git.write(".beads/.gitattributes", "*.db binary\n");
    git.write(".beads/metadata.json", '{"theirs":1}');
    chmodSync(join(directory, ".beads/.gitignore"), 0o640);
    await init(directory);
    const read = (name: string) => readFileSync(join(directory, ".beads", name), "utf8");
    expect(read(".gitignore")).toBe("# theirs\n*.db\nstore/\n*.tmp.*\ndisplaced.*\n");
    expect(statSync(join(directory, ".beads/.gitignore")).mode & 0o777).toBe(0o640);
    expect(read(".gitattributes")).toBe("*.db binary\nissues.jsonl merge=union\n");
    expect(read("metadata.json")).toBe('{"theirs":1}');
    const first = [read(".gitignore"), read(".gitattributes"), read("config.yaml")];
    rmSync(join(directory, ".beads/store"), { recursive: true });
    await init(directory);
    expect([read(".gitignore"), read(".gitattributes"), read("config.yaml")]).toEqual(first);
    expect(readdirSync(join(directory, ".beads")).filter((name) => name.includes(".tmp."))).toEqual([]);
  });

  test("keep their own way to merge the face", async () => {
    for (const rule of ["issues.jsonl merge=theirs\n", "*.jsonl -text -merge\n", "/issues.jsonl\tmerge\n"]) {
      const directory = realpathSync(temporaryDirectory("git-files"));
      new Git(directory).write(".beads/.gitattributes", rule);
      await init(directory);
      expect(readFileSync(join(directory, ".beads/.gitattributes"), "utf8")).toBe(rule);
    }
  });
});

/** A repository with one issue in its store and its face on `main`, and a branch `before` from the time before `init`. */
async function tracked() {
  const directory = realpathSync(temporaryDirectory("git-files"));
  const git = Git.init(directory);
  git.write("code", "1\n");
  git.commitAll("code");
  git.succeed("branch", "before");
  const request = await init(directory);
  addIssue(openStore(request), "kept");
  await openStore(request).sync(tester);
  git.commitAll("issues");
  return { git, request };
}

async function init(directory: string) {
  const request = { cwd: directory, env: { HOME: directory } };
  await initStore(request, { prefix: "bd", here: false });
  return request;
}

/** Every file of the store, with what it holds. */
function storeFiles({ directory }: Git): Record<string, string> {
  const store = join(directory, ".beads/store");
  const names = readdirSync(store, { recursive: true, encoding: "utf8" }).toSorted();
  const files = names.filter((name) => statSync(join(store, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(store, name)).toString("base64")]));
}
