import { BzError } from "../model/errors";
import { selectIssues } from "../model/query";
import {
  compareHits,
  parseSearch,
  type SearchHit,
  type SearchQuery,
  searchedTexts,
  searchIssue,
} from "../model/search";
import { findSnippet, type Snippet } from "../model/snippet";
import { isLive } from "../model/status";
import { wordPieces } from "../model/words";
import { formatSearchList } from "../output/search-list";
import type { Screen } from "../output/style";
import { defineBz } from "./command";
import { filterArguments, readFilters } from "./filter-arguments";
import { pageArguments, pageOfIssues, readPage } from "./issue-page";

export const command = defineBz({
  meta: {
    name: "search",
    description:
      "Finds live issues that hold every word: in title, description, design, acceptance criteria, notes, close reason, comments, labels, assignee, external reference, or as the beginning of the id. Words in double quotes stand side by side: '\"login page\"'. A word may be part of a longer one; capitals and accents make no difference. An exact id comes first; then a title counts more than labels, those more than the description, and that more than other texts; whole words count more than parts of words. Equal ones are ordered by priority, then by last change.",
  },
  args: () => ({
    query: {
      type: "positional",
      required: true,
      repeat: true,
      text: true,
      description: 'Words and "phrases", all of which must be there',
    },
    all: { type: "boolean", alias: "A", description: "Closed ones, too" },
    ...filterArguments(),
    ...pageArguments(),
  }),
  answer: "found-issues",
  examples: [
    "bz search login",
    "bz search 'login \"status page\"' --all",
    "bz search timeout -t bug -l parser --json",
  ],
  async run(context, args) {
    const query = readPage(context, args, ["score"], ["matches"]);
    const wanted = readSearch(args.query);
    const filters = await readFilters(context, args);
    return context.read((view) => {
      const filter = filters(view);
      // Closed ones are looked at, too, to say that they are there.
      const isHiding = args.all !== true && filter.status === undefined;
      const hits = new Map<string, SearchHit>();
      let hiddenCount = 0;
      const page = selectIssues(view.state, {
        ...filter,
        ...query,
        all: isHiding || args.all,
        among: view.state.idsWithWords(wordPieces(wanted.terms)),
        accepts(issue) {
          const whole = view.state.issue(issue.id);
          const hit = whole && searchIssue(wanted, whole);
          if (hit === undefined) return false;
          const isHidden = isHiding && !isLive(issue.status);
          if (isHidden) hiddenCount++;
          else hits.set(issue.id, hit);
          return !isHidden;
        },
        order: (left, right) => compareFound(hits.get(left.id), hits.get(right.id)),
      });
      const answer = pageOfIssues({
        view,
        query,
        page,
        whenEmpty: nothingFound(hiddenCount),
        facts: (id) => {
          const hit = hits.get(id);
          if (hit === undefined) return {};
          const places = placesOf(wanted, hit, snippetWidth);
          return {
            score: hit.score,
            matches: places.map(({ field, snippet }) => ({ field, snippet: snippet.text })),
          };
        },
        more: () => ({ hidden_closed_count: hiddenCount }),
      });
      if (query.fields.chosen !== undefined) return answer;
      const text = (screen: Screen): string => {
        const width = screen.isTerminal
          ? Math.max(narrowest, Math.min(snippetWidth, screen.width - fieldWidth))
          : snippetWidth;
        const found = page.issues.map((issue) => ({
          issue,
          places: placesOf(wanted, hits.get(issue.id), width),
        }));
        return formatSearchList(found, query.nowMs, screen);
      };
      return { ...answer, text };
    });
  },
});

/** @throws BzError USAGE when there is nothing to look for */
function readSearch(words: readonly string[]): SearchQuery {
  const wanted = parseSearch(words.join(" "));
  if (wanted !== undefined) return wanted;
  throw new BzError("USAGE", "there is nothing to look for", { hint: "`bz list` shows everything" });
}

function compareFound(left: SearchHit | undefined, right: SearchHit | undefined): number {
  return left === undefined || right === undefined ? 0 : compareHits(left, right);
}

function nothingFound(hiddenCount: number): string {
  if (hiddenCount === 0) return "nothing found";
  const closed = hiddenCount === 1 ? "1 closed issue matches" : `${hiddenCount} closed issues match`;
  return `nothing found among live issues; ${closed}, --all shows ${hiddenCount === 1 ? "it" : "them"}`;
}

/** One piece of each field in which something was found: of labels or comments, the first that holds it. */
function placesOf(
  { terms }: SearchQuery,
  hit: SearchHit | undefined,
  width: number,
): { field: string; snippet: Snippet }[] {
  if (hit === undefined) return [];
  return hit.fields.flatMap((field) => {
    for (const text of searchedTexts(hit.issue, field)) {
      const snippet = findSnippet(text, terms, field === "title" ? wholeTitle : width);
      if (snippet !== undefined) return [{ field, snippet }];
    }
    return [];
  });
}

/** In characters. */
const snippetWidth = 90;
const narrowest = 30;
/** What stands in front of a snippet on a terminal, and the two ellipses. */
const fieldWidth = "    acceptance_criteria: ……".length;
const wholeTitle = 1_000;
