import { BzError } from "../model/errors";

/**
 * The text at an address, no more of it than anybody needs.
 * @throws BzError REGISTRY_UNREACHABLE
 */
export async function fetchText(
  url: string,
  timeoutMs: number,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await fetch(url, {
      headers: { accept: "application/json" },
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, text: await readText(response) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BzError("REGISTRY_UNREACHABLE", `${new URL(url).host} cannot be asked: ${reason}`, {
      hint: "look at the network; `bz upgrade` without --check needs none",
      context: { url },
      cause: error,
    });
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > lengthLimit) throw new Error("the answer is too long");
  }
  return text;
}

const lengthLimit = 1 << 20;
