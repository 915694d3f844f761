import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Attack } from "./place";

const shell =
  (script: string): NonNullable<Attack["wrap"]> =>
  (command) => ["bash", "-c", script, "bash", ...command];

const environments: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
  "no HOME": { HOME: undefined },
  "a HOME that is not there": { HOME: "/nonexistent/home" },
  "a relative HOME": { HOME: "../.." },
  "an empty HOME": { HOME: "" },
  "no PATH": { PATH: "" },
  "TERM=dumb": { TERM: "dumb" },
  "LANG=C": { LANG: "C", LC_ALL: "C", LANGUAGE: "" },
  "a locale that is not there": { LANG: "../../x.UTF-8", LC_ALL: "xx_XX" },
  "a TZ that leads elsewhere": { TZ: "../../../../etc/passwd" },
  "odd columns": { COLUMNS: "-1", LINES: "1e9" },
  "endless columns": { COLUMNS: "999999999999999999999" },
  "empty variables of ours": {
    BEADS_DIR: "",
    BZ_COMPAT: "",
    BZ_PAGER: "",
    BEADS_ACTOR: "",
    BD_ACTOR: "",
    BZ_FORMAT: "",
  },
  "an actor of 100 kB": { BEADS_ACTOR: "a".repeat(100_000) },
  "an actor with escapes": { BEADS_ACTOR: "\u001b]0;t\u0007\n\u202e" },
  "XDG_CONFIG_HOME is a device": { XDG_CONFIG_HOME: "/dev/zero" },
  "TMPDIR is not there": { TMPDIR: "/nonexistent" },
  "variables of Node": {
    NODE_OPTIONS: "--require ./evil.js",
    NODE_PATH: ".",
    NODE_EXTRA_CA_CERTS: "./evil.js",
  },
  "variables of git": { GIT_DIR: "/nonexistent", GIT_PAGER: "touch pwned", GIT_EDITOR: "touch pwned" },
  "programs of the user": {
    EDITOR: "touch pwned;",
    VISUAL: "touch pwned;",
    SHELL: "./evil.js",
    BROWSER: "touch pwned",
  },
  proxies: { HTTP_PROXY: "http://127.0.0.1:9", HTTPS_PROXY: "http://127.0.0.1:9" },
};

/** Odd environments, odd arguments, odd descriptors. In each, `evil.js` in the working directory would leave a mark if anything ran it. */
export const surroundingAttacks: readonly Attack[] = [
  ...Object.entries(environments).map(([name, env]): Attack => ({ name, env, prepare: putTrap })),
  { name: "stdin is closed", wrap: shell('exec "$@" <&-'), hasNoInput: true },
  { name: "stdout is closed", wrap: shell('exec "$@" >&-'), mayDie: true },
  { name: "stderr is closed", wrap: shell('exec "$@" 2>&-'), mayDie: true },
  {
    name: "stdin, stdout and stderr are closed",
    wrap: shell('exec "$@" <&- >&- 2>&-'),
    mayDie: true,
    hasNoInput: true,
  },
  { name: "stdin cannot be read", wrap: shell('exec "$@" 0>/dev/null') },
  { name: "stdin is a directory", wrap: shell('exec "$@" </') },
  { name: "stdout is full", wrap: shell('exec "$@" >/dev/full') },
  { name: "stdout and stderr are full", wrap: shell('exec "$@" >/dev/full 2>&1'), mayDie: true },
  { name: "an argument that is no UTF-8", wrap: shell("exec \"$@\" $'\\xff\\xfe'") },
  { name: "a flag that is no UTF-8", wrap: shell("exec \"$@\" --titl$'\\xc3'=x") },
  { name: "an argument of 100 kB", wrap: (command) => [...command, "x".repeat(100_000)] },
  {
    name: "arguments of 2 MiB",
    wrap: shell(
      'ulimit -s unlimited; for n in $(seq 1 16); do set -- "$@" "$(head -c 130000 /dev/zero | tr "\\0" x)"; done; exec "$@"',
    ),
  },
  { name: "60,000 arguments", wrap: shell('exec "$@" $(seq 1 60000)') },
  {
    name: "the working directory is gone",
    hurtsStore: true,
    wrap: shell('mkdir gone; cd gone; rmdir ../gone; exec "$@"'),
  },
  { name: "a umask that takes everything", wrap: shell('umask 777; exec "$@"') },
  { name: "no network at all", wrap: (command) => ["unshare", "-n", "--", ...command] },
];

function putTrap({ directory }: { readonly directory: string }): void {
  writeFileSync(join(directory, "evil.js"), '#!/bin/sh\nrequire("fs").writeFileSync("pwned", "")\n', {
    mode: 0o755,
  });
  rmSync(join(directory, "pwned"), { force: true });
}
