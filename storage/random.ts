import type { LockEnvironment } from "./lock";

/** `length` characters of a to z and 0 to 9, for names that must not collide; not uniform, not for ids. */
export function randomName(environment: LockEnvironment, length: number): string {
  let text = "";
  for (const byte of environment.randomBytes(length)) text += (byte % 36).toString(36);
  return text;
}
