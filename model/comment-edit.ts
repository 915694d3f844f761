import { type Comment, commentId } from "./comment";
import { isDigits } from "./digits";
import { readStamps, type Stamps } from "./line-stamps";
import { commentItem } from "./stamp";
import { formatTime, instantMs } from "./time";

/** When comments were last edited. */
export type EditTimes = (comment: Comment) => string | undefined;

/**
 * Tells when a comment of this line was last edited; undefined for one that never was. The id of a comment made here is a hash of what was
 * said first, so that one whose words give another hash was edited, at its stamp. Of ids that other tools gave nobody can tell.
 */
export function editTimesOf(line: string): EditTimes {
  let stamps: Stamps | undefined;
  return ({ id, issue_id, author, text, created_at }) => {
    // 53 bits; tools that count comments do not come that far.
    if (id.length < 10 || !isDigits(id, 16)) return undefined;
    stamps ??= readStamps(line);
    const stampMs = stamps.items.get(commentItem(id, created_at));
    const createdMs = instantMs(created_at);
    if (stampMs === undefined || stampMs <= createdMs) return undefined;
    return id === commentId(issue_id, createdMs, author, text) ? undefined : formatTime(stampMs);
  };
}
