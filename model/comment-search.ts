import { type Comment, commentName } from "./comment";
import { BzError } from "./errors";
import type { Issue } from "./issue";
import { nearestSpellings } from "./spelling";

/**
 * The comment that a user meant: the exact name, else the only one that starts with the text. A leading `#`, as shown, is nothing.
 * @throws BzError NOT_FOUND, AMBIGUOUS_ID listing the candidates
 */
export function findComment({ id, comments }: Issue, text: string): Comment {
  const wanted = text.startsWith("#") ? text.slice(1) : text;
  const named = comments.map((comment) => ({ comment, name: commentName(comment, comments) }));
  const exact = named.filter(({ comment, name }) => name === wanted || comment.id === wanted);
  const found = exact.length > 0 ? exact : named.filter(({ name }) => name.startsWith(wanted));
  const [only] = found;
  if (wanted === "" || only === undefined) throw unknownComment(id, wanted, named);
  if (found.length === 1) return only.comment;
  const names = found.map(({ name }) => name);
  throw new BzError("AMBIGUOUS_ID", `"${text}" could be ${listSome(names)} on ${id}`, {
    hint:
      new Set(names).size === 1
        ? "other tools gave them one name and one time; nothing tells them apart"
        : "write more of the id",
    context: { id, comment: text, candidates: names.slice(0, 50) },
  });
}

function unknownComment(id: string, text: string, named: readonly { readonly name: string }[]): BzError {
  const names = named.map(({ name }) => name);
  const nearest = nearestSpellings(text, names);
  return new BzError("NOT_FOUND", `${id} has no comment "${text}"`, {
    hint:
      names.length === 0
        ? `${id} has no comments at all`
        : nearest.length > 0
          ? `did you mean ${listSome(nearest)}?`
          : `its comments are ${listSome(names)}; \`bz comments ${id}\` shows them`,
    context: { id, comment: text, nearest },
  });
}

function listSome(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(", ");
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
