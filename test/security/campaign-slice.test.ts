import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { ensureBuilt } from "../helpers/bz-forms";
import { attacks } from "./attack-kind";
import type { Kind } from "./kind";
import { limitAttacks } from "./limits";
import { objectAttacks } from "./objects";
import { surroundingAttacks } from "./surroundings";
import { storedTexts, textArguments } from "./text-kinds";
import { unsafeCharacters } from "./texts";
import { tracedAttack } from "./traces";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

/** A slice of what `run.ts` goes through, always the same. */
const seed = 5;

async function slice(kind: Kind, count: number): Promise<string[]> {
  const group = Number(Bun.hash.wyhash(`${seed} ${kind.name}`) % BigInt(kind.groups));
  const wrong: string[] = [];
  for (let each = 0; each < count; each += 1)
    wrong.push(
      ...(await kind.judge(
        group,
        Number(Bun.hash.wyhash(`${seed} ${kind.name} ${each}`) % BigInt(kind.groupSize)),
      )),
    );
  return wrong;
}

describe("hostile texts", () => {
  test("in every field of a store are shown by no command as anything that a terminal obeys or a reader does not see", async () => {
    expect(await slice(storedTexts, 12)).toEqual([]);
  });

  test("as words of any command line are repeated as harmlessly", async () => {
    expect(await slice(textArguments, 12)).toEqual([]);
  });

  test("are told apart from what is harmless", () => {
    expect(unsafeCharacters("plain é שלום 👩\u200d👧\n\t", false)).toEqual([]);
    expect(unsafeCharacters("a\u001b[0m \u200b\u3164", false)).toEqual(["U+001b", "U+200b", "U+3164"]);
    expect(unsafeCharacters("a\u009b \u202e \u200b", true)).toEqual(["U+009b", "U+202e"]);
  });
});

describe("any command", async () => {
  await ensureBuilt();
  test("in odd surroundings ends as it should, and the store is well", async () => {
    expect(await slice(attacks("surroundings", surroundingAttacks), 2)).toEqual([]);
  });

  test("with something else in the place of a file of ours reads, writes and waits for nothing it should not", async () => {
    expect(await slice(attacks("objects in place of files", objectAttacks), 2)).toEqual([]);
  });

  test.skipIf(Bun.which("prlimit") === null)(
    "short of memory, descriptors or room ends as it should, and the store is well",
    async () => {
      expect(await slice(attacks("limits", limitAttacks), 2)).toEqual([]);
    },
  );

  test.skipIf(Bun.which("strace") === null)(
    "speaks to nobody, starts nothing, and writes and follows nothing outside",
    async () => {
      expect(await slice(attacks("system calls", [tracedAttack]), 2)).toEqual([]);
    },
  );
});
