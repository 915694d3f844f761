import { setDefaultTimeout } from "bun:test";

/** A machine that others work on, too, may need ten times as long as ours; what hangs is told all the same. Tests that start many processes say more. */
setDefaultTimeout(60_000);
