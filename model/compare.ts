/**
 * The order of two texts' UTF-8 bytes, without encoding them. UTF-16 units have the same order but for surrogates, which stand
 * below U+E000 to U+FFFF as units and above them as bytes.
 */
export function compareBytes(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const leftUnit = left.charCodeAt(at);
    const rightUnit = right.charCodeAt(at);
    if (leftUnit === rightUnit) continue;
    return byteRank(leftUnit) - byteRank(rightUnit);
  }
  return left.length - right.length;
}

function byteRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
