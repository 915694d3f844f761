import { describe, expect, test } from "bun:test";
import { checksum } from "../../storage/checksum";
import { decodeSignature, type FaceSignature, signatureLength } from "../../storage/face-signature";
import { encodeSignature } from "../../storage/face-signing";
import { holdCompactLock, storeWithWrites } from "../helpers/moments";
import {
  faceIn,
  makeFile,
  overwriteFace,
  put,
  sync,
  syncedWorld,
  titlesIn,
  worldWithNews,
  write,
} from "../helpers/simulated-face";
import { beadsPath, type SimulatedWorld } from "../helpers/simulated-world";
import { line } from "../helpers/story";
import { tester } from "../helpers/tester";

test("a writer signs what it has read no more when an exporter has signed since", async () => {
  const { world } = storeWithWrites(1);
  await sync(world);
  world.remove(`store/${signatureNameIn(world)}`);
  const writer = world.start().store();
  // It finds a face that nobody has signed, as others do between the exchange and the signature of an exporter.
  writer.write(tester, () => ({ operations: [put("t-mine")], result: undefined }));
  world.nowMs += 10;
  await sync(world);
  const name = `store/${signatureNameIn(world)}`;
  const signed = Buffer.from(world.file(name)?.read(0, signatureLength) ?? []).toString();
  expect(JSON.parse(signed.slice(signed.indexOf(" ")))).toMatchObject({ content: "plain", sequence: 2 });
  holdCompactLock(world);
  await writer.settle();
  expect(
    Buffer.from(world.file(`store/${signatureNameIn(world)}`)?.read(0, signatureLength) ?? []).toString(),
  ).toBe(signed);
});

describe("a signature", () => {
  const garbage = ["", "{", "null", "[]", '{"storeId":1}', "\0".repeat(512), "x".repeat(100_000)];

  test("that is lost, or holds garbage, harms nothing", async () => {
    const fresh = await worldWithNews();
    const name = signatureNameIn(fresh);
    for (const content of [undefined, ...garbage]) {
      const world = fresh.fork();
      world.remove(`store/${name}`);
      if (content !== undefined) makeStoreFile(world, name, content);
      expect(titlesIn(world)["t-third"]).toBe("Theirs");
      write(world, [put("t-mine")]);
      expect(await sync(world)).toMatchObject({ kind: "done", value: { outcome: "written" } });
      expect(faceIn(world)).toContain('"title":"Theirs"');
      expect(titlesIn(world)).toMatchObject({ "t-third": "Theirs", "t-mine": "New" });
    }
  });

  test("with any one value of another type is no signature", async () => {
    const fresh = await worldWithNews();
    const name = signatureNameIn(fresh);
    const signature = signatureOf(fresh);
    for (const key of Object.keys(signature)) {
      for (const value of [null, [], "x", -1, {}]) {
        const world = fresh.fork();
        world.remove(`store/${name}`);
        makeStoreFile(world, name, signed(JSON.stringify({ ...signature, [key]: value })));
        expect(titlesIn(world)["t-third"]).toBe("Theirs");
        expect(await sync(world)).toMatchObject({ kind: "done" });
        expect(faceIn(world)).toContain('"title":"Theirs"');
      }
    }
  });

  test("with any one bit flipped is no signature", async () => {
    const bytes = encodeSignature(signatureOf(await syncedWorld()));
    expect(decodeSignature(bytes)).toBeDefined();
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const damaged = bytes.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decodeSignature(damaged)).toBeUndefined();
    }
    for (let length = 0; length < bytes.length; length += 1)
      expect(decodeSignature(bytes.subarray(0, length))).toBeUndefined();
  });

  test("that is damaged does not make the lines of others ours", async () => {
    const world = await syncedWorld();
    overwriteFace(world, `${faceIn(world)}theirs, no line of ours\n`);
    await sync(world);
    world.nowMs += 10_000;
    const name = signatureNameIn(world);
    const text = Buffer.from(world.file(`store/${name}`)?.read(0, 2000) ?? []).toString();
    expect(text).toContain('"mixed"');
    world.remove(`store/${name}`);
    makeStoreFile(world, name, text.replace('"mixed"', '"plain"'));
    write(world, [put("t-mine")]);
    await sync(world);
    expect(faceIn(world)).toContain('"id":"t-mine"');
    expect(faceIn(world)).toContain("theirs, no line of ours");
  });

  test("of an earlier store is not believed by a later one", async () => {
    const world = await syncedWorld();
    const name = signatureNameIn(world);
    const file = world.file(`store/${name}`);
    const old = Buffer.from(file?.read(0, file.size) ?? []).toString();
    // Another store, born from less than what stands in this very face.
    const whole = faceIn(world);
    const face = world.file("issues.jsonl");
    if (face === undefined) throw new Error("there is a face");
    const times = [face.modifiedNs, face.changedNs] as const;
    world.remove("store");
    overwriteFace(world, `${line("t-other", "Other")}\n`);
    write(world, [put("t-mine")]);
    overwriteFace(world, whole);
    [face.modifiedNs, face.changedNs] = times;
    const now = signatureNameIn(world);
    world.remove(`store/${now}`);
    makeStoreFile(world, name, old);
    expect(titlesIn(world)).toMatchObject({ "t-third": "Third", "t-mine": "New" });
  });
});

function signatureOf(world: SimulatedWorld): FaceSignature {
  const file = world.file(`store/${signatureNameIn(world)}`);
  const signature = decodeSignature(file?.read(0, signatureLength) ?? new Uint8Array());
  if (signature === undefined) throw new Error("it verifies");
  return signature;
}

/** Whatever it says, it was written as it is. */
function signed(text: string): string {
  return `${checksum(new TextEncoder().encode(text)).toString(16).padStart(16, "0")} ${text}`;
}

function makeStoreFile(world: SimulatedWorld, name: string, content: string): void {
  makeFile(world, `moved-${name}`, content);
  world.disk.rename(
    { directory: directoryAt(world, ""), name: `moved-${name}` },
    { directory: directoryAt(world, "/store"), name },
  );
}

function directoryAt(world: SimulatedWorld, path: string) {
  const node = world.disk.at(`/simulated/repository/.beads${path}`);
  if (node?.kind !== "directory") throw new Error("there is such a directory");
  return node;
}

function signatureNameIn(world: SimulatedWorld): string {
  const store = world.disk.at(`${beadsPath}/store`);
  const names = store?.kind === "directory" ? [...store.entries.keys()] : [];
  return names.find((name) => name.startsWith("face.")) ?? "";
}
