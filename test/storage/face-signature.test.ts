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
  const signed = signatureOf(world);
  expect(signed).toMatchObject({ content: "plain", sequence: 2 });
  holdCompactLock(world);
  await writer.settle();
  expect(signatureOf(world)).toEqual(signed);
});

describe("a signature", () => {
  const garbage = ["", "BZFACE", "BZFACE\r\n", "\0".repeat(512), "x".repeat(100_000)];

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

  test("of another version, of a kind that nobody knows, or with a number that is none, is no signature", async () => {
    const fresh = await worldWithNews();
    const name = signatureNameIn(fresh);
    const bytes = encodeSignature(signatureOf(fresh));
    const changes = [
      ...[8, 12].map((at) => (view: DataView) => view.setUint32(at, 9, true)),
      ...[96, 104, 112, 120, 128].flatMap((at) =>
        [Number.NaN, Number.POSITIVE_INFINITY].map(
          (value) => (view: DataView) => view.setFloat64(at, value, true),
        ),
      ),
    ];
    for (const change of changes) {
      const world = fresh.fork();
      world.remove(`store/${name}`);
      makeStoreFile(world, name, signedAgain(bytes, change));
      expect(titlesIn(world)["t-third"]).toBe("Theirs");
      expect(await sync(world)).toMatchObject({ kind: "done" });
      expect(faceIn(world)).toContain('"title":"Theirs"');
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
    const bytes = world.file(`store/${name}`)?.read(0, 2000) ?? new Uint8Array();
    expect(decodeSignature(bytes)?.content).toBe("mixed");
    world.remove(`store/${name}`);
    // As if it were plain.
    bytes[12] = 0;
    makeStoreFile(world, name, bytes);
    write(world, [put("t-mine")]);
    await sync(world);
    expect(faceIn(world)).toContain('"id":"t-mine"');
    expect(faceIn(world)).toContain("theirs, no line of ours");
  });

  test("of an earlier store is not believed by a later one", async () => {
    const world = await syncedWorld();
    const name = signatureNameIn(world);
    const file = world.file(`store/${name}`);
    const old = file?.read(0, file.size) ?? new Uint8Array();
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

/** With the checksum of what it says now. */
function signedAgain(bytes: Uint8Array, change: (view: DataView) => void): Uint8Array {
  const changed = bytes.slice();
  const view = new DataView(changed.buffer);
  change(view);
  view.setBigUint64(136, checksum(changed.subarray(0, 136)), true);
  return changed;
}

function makeStoreFile(world: SimulatedWorld, name: string, content: string | Uint8Array): void {
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
