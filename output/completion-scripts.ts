import bash from "./completions/bash.txt";
import fish from "./completions/fish.txt";
import powershell from "./completions/powershell.txt";
import zsh from "./completions/zsh.txt";

export const shells = ["bash", "zsh", "fish", "powershell"] as const;

export type Shell = (typeof shells)[number];

/**
 * What each shell runs when somebody presses Tab. They are our own since what `@bomb.sh/tab` generates evaluates the words on the line and, in bash,
 * expands the candidates: a label `$(...)` of a cloned store would be run by pressing Tab.
 */
export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell };
