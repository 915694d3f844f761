/** XXH64 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md): detects damage, is no protection against forgery. */
export function checksum(bytes: Uint8Array, seed = 0n): bigint {
  return Bun.hash.xxHash64(bytes, seed);
}
