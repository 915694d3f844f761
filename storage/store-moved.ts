/** The files that were read do not fit together: a compaction, or a removal of the store, went by. Start over. */
export class StoreMoved extends Error {}
