import { expect, test } from "bun:test";
import { holdCompactLock, storeWithWrites } from "../helpers/moments";
import { put, sync } from "../helpers/simulated-face";
import { beadsPath, type SimulatedWorld } from "../helpers/simulated-world";
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
  const signed = Buffer.from(world.file(name)?.read(0, 2000) ?? []).toString();
  expect(JSON.parse(signed)).toMatchObject({ content: "plain", sequence: 2 });
  holdCompactLock(world);
  await writer.settle();
  expect(Buffer.from(world.file(`store/${signatureNameIn(world)}`)?.read(0, 2000) ?? []).toString()).toBe(
    signed,
  );
});

function signatureNameIn(world: SimulatedWorld): string {
  const store = world.disk.at(`${beadsPath}/store`);
  const names = store?.kind === "directory" ? [...store.entries.keys()] : [];
  return names.find((name) => name.startsWith("face.")) ?? "";
}
