/**
 * XXH64 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md): detects damage, is no protection against forgery. Not wrapped: a call of
 * ours for each of thousands of frames takes as long as the sum itself.
 */
export const checksum: (bytes: Uint8Array, seed?: bigint) => bigint = Bun.hash.xxHash64;

/** XXH32 of the UTF-8 bytes: a number to look an id up by. */
export const hash32: (text: string) => number = Bun.hash.xxHash32;
