/** XXH64 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md): detects damage, is no protection against forgery. */
export function checksum(bytes: Uint8Array, seed = 0n): bigint {
  return Bun.hash.xxHash64(bytes, seed);
}

export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** `length` characters of a to z and 0 to 9, for names that must not collide; not uniform, not for ids. */
export function randomName(length: number): string {
  let text = "";
  for (const byte of randomBytes(length)) text += (byte % 36).toString(36);
  return text;
}
