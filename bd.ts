#!/usr/bin/env -S bun --config=/dev/null --no-env-file --tsconfig-override=/dev/null
import { runCommandLine } from "./commands/command-line";
import { systemWorld } from "./commands/world";
import { exitNow } from "./output/writer";

// bz under the name of bd. Bun tells a script where it lies, not what the link to it is called, hence a file of its own.
exitNow(await runCommandLine(process.argv.slice(2), { ...systemWorld(), calledAs: "bd" }));
