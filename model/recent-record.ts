import { parseRecord } from "./issue-json";
import type { JsonObject } from "./json";
import { keepingRecent } from "./recent-lines";

/**
 * The same as `parseRecord`, for a line of a face that is to be taken in, and for those that it is compared with.
 * @throws BzError INVALID for a line that is no JSON object
 */
export const recentRecord: (line: string) => JsonObject = keepingRecent(parseRecord);
