import { currentDirectory, openAt } from "../../native/file";
import { lockBefore } from "../../native/file-lock";
import { writeAllTo } from "../../native/process";

/** `bun lock-holder.ts FILE`: some other program that takes the flock of a file, says `locked`, and holds it until its stdin ends. */
if (!lockBefore(openAt(currentDirectory, process.argv[2] ?? "", "update"), 30_000))
  throw new Error("no lock within 30 s");
writeAllTo(1, new TextEncoder().encode("locked\n"));
await Bun.stdin.bytes();
