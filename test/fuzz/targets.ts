import { agentFileTargets } from "./agent-file-targets";
import { argumentTargets } from "./argument-targets";
import { byteTargets } from "./byte-targets";
import { documentTargets } from "./document-targets";
import { drawingTargets } from "./drawing-targets";
import { faceTargets } from "./face-targets";
import { formTargets } from "./form-targets";
import { lineTargets } from "./line-targets";
import type { Target } from "./target";
import { valueTargets } from "./value-targets";

/** Everything that reads what a user or a file says, as functions. */
export const pureTargets: readonly Target[] = [
  ...valueTargets,
  ...lineTargets,
  ...documentTargets,
  ...byteTargets,
  ...argumentTargets,
  ...agentFileTargets,
  ...faceTargets,
  ...formTargets,
  ...drawingTargets,
];
