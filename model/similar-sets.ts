/**
 * Finds the pairs of sets whose common members are at least the share `threshold` of all their members, without comparing each
 * with each. Sorted with the rarest members first, two such sets share one of their first few; so only those are indexed and
 * looked up. A member of many sets (more than one in twenty, or 200) says little: two sets have to be similar without such
 * members, too, so that a template which all descriptions were made from makes none of them alike.
 * @param isKnown whether it is known already that two belong together, so that a crowd of like ones is not compared pair by pair
 */
export function findSimilarSets(
  sets: readonly (readonly string[])[],
  threshold: number,
  isKnown: (left: number, right: number) => boolean,
  visit: (left: number, right: number, similarity: number) => void,
): void {
  const { whole, telling: ranked } = rankMembers(sets);
  const order = [...ranked.keys()].sort(
    (left, right) => sizeOf(ranked[left]) - sizeOf(ranked[right]) || left - right,
  );
  const holders = new Map<number, number[]>();
  // For which set each was looked at last.
  const lookedAt = new Int32Array(sets.length).fill(-1);
  for (const at of order) {
    const members = ranked[at] ?? noMembers;
    const size = members.length;
    const compare = (candidate: number): void => {
      if (lookedAt[candidate] === at) return;
      lookedAt[candidate] = at;
      const other = ranked[candidate] ?? noMembers;
      if (other.length < threshold * size - tolerance || isKnown(candidate, at)) return;
      const similarity = shareOf(members, other, threshold);
      if (similarity === undefined) return;
      const similarityOfAll = shareOf(whole[candidate] ?? noMembers, whole[at] ?? noMembers, threshold);
      if (similarityOfAll !== undefined) visit(candidate, at, Math.min(similarity, similarityOfAll));
    };
    for (const member of members.subarray(0, size - least(threshold * size) + 1))
      for (const holder of holders.get(member) ?? []) compare(holder);
    // Whoever looks this one up later is at least as large, so fewer of its members need to be found.
    const indexed = size - least(((2 * threshold) / (1 + threshold)) * size) + 1;
    for (const member of members.subarray(0, indexed)) {
      const known = holders.get(member);
      if (known === undefined) holders.set(member, [at]);
      else known.push(at);
    }
  }
}

const noMembers = new Uint32Array(0);
const tolerance = 1e-9;

interface RankedSets {
  readonly whole: Uint32Array[];
  /** Without the members of many sets. */
  readonly telling: Uint32Array[];
}

/** The members as numbers, the rarest first. */
function rankMembers(sets: readonly (readonly string[])[]): RankedSets {
  const counts = new Map<string, number>();
  for (const set of sets) for (const member of set) counts.set(member, (counts.get(member) ?? 0) + 1);
  const most = Math.min(200, Math.max(20, sets.length / 20));
  const sorted = [...counts].sort((left, right) => left[1] - right[1] || (left[0] < right[0] ? -1 : 1));
  const ranks = new Map(sorted.map(([member], rank) => [member, rank]));
  const tellingCount = sorted.filter(([, count]) => count <= most).length;
  const whole = sets.map((set) => Uint32Array.from(set, (member) => ranks.get(member) ?? 0).sort());
  return { whole, telling: whole.map((members) => members.filter((rank) => rank < tellingCount)) };
}

function sizeOf(members: Uint32Array | undefined): number {
  return members?.length ?? 0;
}

/** The smallest whole number that is not below, whatever the last bit says. */
function least(value: number): number {
  return Math.ceil(value - tolerance);
}

/** How much two sorted sets have in common; undefined below the threshold, and as soon as that is certain. */
function shareOf(left: Uint32Array, right: Uint32Array, threshold: number): number | undefined {
  const both = left.length + right.length;
  const wanted = least((threshold / (1 + threshold)) * both);
  let common = 0;
  for (let at = 0, other = 0; at < left.length && other < right.length; ) {
    if (common + Math.min(left.length - at, right.length - other) < wanted) return undefined;
    const difference = (left[at] ?? 0) - (right[other] ?? 0);
    if (difference === 0) common++;
    if (difference <= 0) at++;
    if (difference >= 0) other++;
  }
  return common < wanted ? undefined : common / (both - common);
}
