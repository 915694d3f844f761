import { gitStatesKind, jsonlFiles, yamlConfig } from "./file-seeds";
import { jsonShape, jsonSyntax, prototypeKeys } from "./json-seeds";
import type { SeedKind } from "./seed";
import { datesNumbersEnums, dependencies, ids } from "./value-seeds";
import { argumentsKind, csv } from "./word-seeds";

/** The corpus of bad inputs. Texts, file-system objects and environments that mean harm stand in `test/security`. */
export const seedKinds: readonly SeedKind[] = [
  jsonSyntax,
  jsonShape,
  prototypeKeys,
  jsonlFiles,
  ids,
  datesNumbersEnums,
  dependencies,
  yamlConfig,
  csv,
  argumentsKind,
  gitStatesKind,
];
