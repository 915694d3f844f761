#!/bin/sh
# `bz` in a checkout: dist/bz if it was built since the sources last changed, else the sources. What is published has no need of this.
path=$0
[ ! -h "$path" ] || path=$(readlink -f "$path")
root=${path%/*}/..

is_built() {
  [ -x "$root/dist/bz" ] || return 1
  [ -z "$(cd "$root" && find index.ts package.json bun.lock commands model native output scripts storage -newer dist/bz -print -quit 2>&1)" ]
}

if is_built; then exec "$root/dist/bz" "$@"; fi
if ! command -v bun >/dev/null; then
  echo "error: bz runs on Bun, and there is none on the PATH: npm install --global bun@1.4.5" >&2
  exit 2
fi
exec bun --config=/dev/null --no-env-file --tsconfig-override=/dev/null "$root/index.ts" "$@"
