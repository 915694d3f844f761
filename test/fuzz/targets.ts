import { documentTargets } from "./document-targets";
import { lineTargets } from "./line-targets";
import type { Target } from "./target";
import { valueTargets } from "./value-targets";

/** Everything that reads what a user or a file says, as functions. */
export const pureTargets: readonly Target[] = [...valueTargets, ...lineTargets, ...documentTargets];
