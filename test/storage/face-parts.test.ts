import { expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { contentBlockLength } from "../../storage/face-content";
import {
  faceIn,
  namesIn,
  put,
  replaceFace,
  sync,
  syncedWorld,
  titlesIn,
  write,
} from "../helpers/simulated-face";
import { beadsPath, type SimulatedWorld } from "../helpers/simulated-world";
import { line } from "../helpers/story";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(120_000);

const longText = "x".repeat(contentBlockLength / 5);
const later = "2026-02-02T03:04:05.678Z";

/** A face of several blocks, all of which is signed; some of its issues were changed since the snapshot, too. */
async function worldWithBlocks(): Promise<SimulatedWorld> {
  const world = await syncedWorld();
  write(
    world,
    Array.from({ length: 24 }, (_, number) => put(`t-${100 + number}`, `${number} ${longText}`)),
  );
  await sync(world);
  await world.start().store().compact();
  write(world, [put("t-105", "changed since"), put("t-118", `changed since ${longText}`)]);
  await sync(world);
  world.nowMs += 10_000;
  return world;
}

const anEdit = fc.oneof(
  fc.record({
    kind: fc.constant("title" as const),
    at: fc.nat(),
    text: fc.constantFrom("short", `long ${longText}`),
  }),
  fc.record({ kind: fc.constantFrom("remove", "repeat", "to the front", "to the end"), at: fc.nat() }),
  fc.record({
    kind: fc.constant("add" as const),
    at: fc.nat(),
    text: fc.constantFrom(...[1, 2, 3].map(String)),
  }),
  fc.record({
    kind: fc.constant("odd" as const),
    at: fc.nat(),
    text: fc.constantFrom("{broken", "", '{"_type":"memory"}', "<<<<<<< a", "=======", ">>>>>>> b"),
  }),
);

function editedBy(edit: { kind: string; at: number; text?: string }, lines: readonly string[]): string[] {
  const at = edit.at % lines.length;
  const found = lines[at] ?? "";
  const without = lines.filter((_, place) => place !== at);
  const { text = "" } = edit;
  switch (edit.kind) {
    case "remove":
      return without;
    case "repeat":
      return [...lines.slice(0, at), found, ...lines.slice(at)];
    case "to the front":
      return [found, ...without];
    case "to the end":
      return [...without, found];
    case "add":
      return [...lines.slice(0, at), line(`t-new-${text}`, `Theirs ${text}`), ...lines.slice(at)];
    case "odd":
      return [...lines.slice(0, at), text, ...lines.slice(at)];
    default: {
      const id = /"id":"([^"]+)"/.exec(found)?.[1];
      if (id === undefined) return [...lines];
      const theirs = line(id, text).replace(/"updated_at":"[^"]*"/, `"updated_at":"${later}"`);
      return lines.map((each, place) => (place === at ? theirs : each));
    }
  }
}

/** What it says when nothing tells what its face was before. */
function unsigned(world: SimulatedWorld): SimulatedWorld {
  const twin = world.fork();
  const store = twin.disk.at(`${beadsPath}/store`);
  const names = store?.kind === "directory" ? [...store.entries.keys()] : [];
  for (const name of names.filter((each) => each.startsWith("face."))) twin.remove(`store/${name}`);
  return twin;
}

async function outcomeOf(world: SimulatedWorld): Promise<unknown> {
  const read = titlesIn(world);
  write(world, [put("t-mine")]);
  const written = titlesIn(world);
  await sync(world);
  return {
    read,
    written,
    synced: titlesIn(world),
    face: faceIn(world),
    names: namesIn(world).filter((name) => !name.includes("tmp")),
  };
}

test("whatever others do to a face of many blocks, it brings what it brings where nothing tells what it was", async () => {
  const world = await worldWithBlocks();
  const face = faceIn(world);
  expect(face.length).toBeGreaterThan(4 * contentBlockLength);
  await fc.assert(
    fc.asyncProperty(
      fc.array(anEdit, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (edits, isTerminated) => {
        const lines = edits.reduce((changed, edit) => editedBy(edit, changed), face.trimEnd().split("\n"));
        const changed = world.fork();
        replaceFace(changed, `${lines.join("\n")}${isTerminated ? "\n" : ""}`);
        const twin = unsigned(changed);
        expect(await outcomeOf(changed)).toEqual(await outcomeOf(twin));
      },
    ),
    { numRuns: 60 },
  );
});

test("what others do to a face one after the other is all taken in", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anEdit, { minLength: 2, maxLength: 5 }), async (edits) => {
      const world = await worldWithBlocks();
      for (const edit of edits) {
        const before = faceIn(world).trimEnd().split("\n");
        replaceFace(world, `${editedBy(edit, before).join("\n")}\n`);
        const twin = unsigned(world);
        expect(titlesIn(world)).toEqual(titlesIn(twin));
        // What it has read is signed behind its answer.
        const store = world.start().store();
        store.write({ timeMs: world.nowMs, actor: "tester", command: "test" }, () => ({
          operations: [put("t-mine", edit.kind)],
          result: undefined,
        }));
        await store.settle();
        world.nowMs += 10_000;
      }
    }),
    { numRuns: 15 },
  );
});
