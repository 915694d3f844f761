import { test } from "bun:test";
import fc from "fast-check";
import { BzError } from "../../model/errors";
import { storeWithWrites } from "../helpers/moments";
import { faceIn, put, replaceFace, sync, titlesIn, write } from "../helpers/simulated-face";
import { attempt } from "../helpers/simulated-world";

const timeoutMs = 60_000;

test(
  "whatever bytes stand in a face, commands answer or refuse with a reason, and nothing that was acknowledged is lost",
  async () => {
    const { world: fresh } = storeWithWrites(1);
    write(fresh, [
      { op: "change", id: "t-third", at: 1_800_000_000_000, set: { notes: "kept" }, labels: { a: true } },
      { op: "change", id: "t-other", at: 1_800_000_000_001, edges: [edge("t-third")] },
    ]);
    await sync(fresh);
    const original = new Uint8Array(Buffer.from(faceIn(fresh)));
    await fc.assert(
      fc.asyncProperty(fc.array(mutation(), { minLength: 1, maxLength: 6 }), async (mutations) => {
        const world = fresh.fork();
        replaceFace(world, mutations.reduce(mutated, original));
        const ids = Object.keys(titlesIn(fresh));
        refusedOrDone(() => Object.keys(titlesIn(world)));
        const mine = refusedOrDone(() => write(world, [put("t-mine", "Mine")]));
        const synced = await sync(world);
        if (synced.kind === "failed" && !(synced.error instanceof BzError)) throw synced.error;
        replaceFace(world, "");
        const titles = titlesIn(world);
        for (const id of ids) if (!(id in titles)) throw new Error(`${id} is lost`);
        if (mine && titles["t-mine"] !== "Mine") throw new Error("the acknowledged write is lost");
      }),
      { numRuns: 250, seed: 20_260_115 },
    );
  },
  timeoutMs,
);

function edge(id: string) {
  return { depends_on_id: id, type: "blocks", present: true, created_at: "2026-01-03T00:00:00.000Z" };
}

function refusedOrDone(action: () => unknown): boolean {
  const outcome = attempt(action);
  if (outcome.kind === "failed" && !(outcome.error instanceof BzError)) throw outcome.error;
  return outcome.kind === "done";
}

type Mutation = {
  kind: "set" | "insert" | "remove" | "copy" | "space";
  at: number;
  length: number;
  byte: number;
};

function mutation() {
  return fc.record<Mutation>({
    kind: fc.constantFrom("set", "set", "insert", "remove", "copy", "space"),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 40 }),
    // Mostly what has a meaning in a line.
    byte: fc.oneof(
      fc.constantFrom(...[...'{}[]":,\\\n\r0129-e<=>|ntf'].map((each) => each.charCodeAt(0))),
      fc.integer({ min: 0, max: 255 }),
    ),
  });
}

function mutated(bytes: Uint8Array, { kind, at, length, byte }: Mutation): Uint8Array {
  const start = Math.floor(at * bytes.length);
  const before = bytes.subarray(0, start);
  const part = bytes.subarray(start, start + length);
  const after = bytes.subarray(start + (kind === "set" ? 1 : 0));
  if (kind === "remove") return Buffer.concat([before, bytes.subarray(start + length)]);
  if (kind === "copy") return Buffer.concat([before, part, part, bytes.subarray(start + length)]);
  if (kind === "space") {
    const end = Math.max(start, bytes.indexOf(0x0a, start));
    return Buffer.concat([bytes.subarray(0, end), Uint8Array.of(0x20), bytes.subarray(end)]);
  }
  return Buffer.concat([before, Uint8Array.of(byte), after]);
}
