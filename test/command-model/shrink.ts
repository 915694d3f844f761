import type { Step } from "./actions";
import type { Script } from "./campaign";
import type { Meeting } from "./clones";

/** Where a step stands: at which meeting, and on which side of it. */
interface Place {
  readonly step: Step;
  readonly meeting: number;
  readonly side: "left" | "right";
}

/** Takes steps away, first many at once, then one by one, then interruptions, as long as anything is wrong without them. */
export async function shrink(script: Script, isWrong: (script: Script) => Promise<boolean>): Promise<Script> {
  let smallest = placesOf(script);
  const isWrongWith = (places: readonly Place[]) => isWrong(scriptOf(places, script));
  for (let size = Math.ceil(smallest.length / 2); size > 0; size = size > 1 ? Math.ceil(size / 2) : 0) {
    for (let at = 0; at < smallest.length; ) {
      const fewer = smallest.toSpliced(at, size);
      if (fewer.length > 0 && (await isWrongWith(fewer))) smallest = fewer;
      else at += size;
    }
  }
  for (const [at, { step, ...place }] of smallest.entries()) {
    if (step.seam === undefined) continue;
    const calmer = smallest.with(at, { ...place, step: { by: step.by, deed: step.deed } });
    if (await isWrongWith(calmer)) smallest = calmer;
  }
  return scriptOf(smallest, script);
}

function placesOf(script: Script): Place[] {
  if ("steps" in script) return script.steps.map((step) => ({ step, meeting: 0, side: "left" }));
  return script.meetings.flatMap((meeting, at) =>
    (["left", "right"] as const).flatMap((side) =>
      meeting[side].map((step) => ({ step, meeting: at, side })),
    ),
  );
}

function scriptOf(places: readonly Place[], like: Script): Script {
  if ("steps" in like) return { steps: places.map(({ step }) => step) };
  const of = (meeting: number, side: Place["side"]) =>
    places.filter((place) => place.meeting === meeting && place.side === side).map(({ step }) => step);
  const meetings: Meeting[] = like.meetings.map(({ way }, at) => ({
    left: of(at, "left"),
    right: of(at, "right"),
    way,
  }));
  return { meetings };
}
