import { attacks } from "./attack-kind";
import { browsedPages } from "./browser";
import type { Kind } from "./kind";
import { limitAttacks } from "./limits";
import { objectAttacks } from "./objects";
import { surroundingAttacks } from "./surroundings";
import { storedTexts, textArguments } from "./text-kinds";
import { tracedAttack } from "./traces";

/** Every kind of cases that can be tried here; `skip` is told what cannot. */
export function everyKind(skip: (what: string) => void): Kind[] {
  const has = (program: string): boolean => Bun.which(program) !== null;
  const kinds = [
    storedTexts,
    textArguments,
    attacks("objects in place of files", objectAttacks),
    attacks("surroundings", surroundingAttacks),
  ];
  if (has("prlimit")) kinds.push(attacks("limits", limitAttacks));
  else skip("no prlimit here: no limits");
  if (has("strace")) kinds.push(attacks("system calls", [tracedAttack]));
  else skip("no strace here: what processes do was not watched");
  if (has("chromium")) kinds.push(browsedPages);
  else skip("no chromium here: no page was opened");
  return kinds;
}
