/** XXH64 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md): detects damage, is no protection against forgery. */
export function checksum(bytes: Uint8Array, seed = 0n): bigint {
  return Bun.hash.xxHash64(bytes, seed);
}

/** XXH32 of the UTF-8 bytes: a number to look an id up by. */
export function hash32(text: string): number {
  return Bun.hash.xxHash32(text);
}
