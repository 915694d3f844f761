import { describe, expect, test } from "bun:test";
import { storeWithWrites } from "../helpers/moments";
import { attemptAsync, codeOf, repositoryPath } from "../helpers/simulated-world";

describe("an export to a file of the caller's choice", () => {
  test("replaces that file and needs no look at what it held", async () => {
    const { world } = storeWithWrites(1);
    const path = `${repositoryPath}/out.jsonl`;
    for (let round = 0; round < 2; round += 1)
      expect(await world.start().store().exportTo(path)).toEqual({ path, issues: 5, records: 0 });
    const written = world.disk.at(path);
    expect(
      written?.kind === "file" && new TextDecoder().decode(written.read(0, 1 << 20)).split("\n"),
    ).toHaveLength(6);
  });

  test("is refused where no directory or no regular file is", async () => {
    const { world } = storeWithWrites(1);
    const repository = world.disk.at(repositoryPath);
    if (repository?.kind === "directory") world.disk.makeDirectory(repository, "folder", 0o755);
    for (const path of [`${repositoryPath}/none/out.jsonl`, `${repositoryPath}/folder`, "/"])
      expect(codeOf(await attemptAsync(() => world.start().store().exportTo(path)))).toBe("FILE_UNREADABLE");
  });
});
