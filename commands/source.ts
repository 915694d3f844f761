import { BzError } from "../model/errors";

/** No file or pipe may be longer. Bun decodes two gibibytes to an empty text, without a word. */
export const sourceLimitBytes = 1 << 30;

/** Throws what the system said. */
export async function readBounded(path: string, regularLimitBytes: number | undefined): Promise<Uint8Array> {
  const file = Bun.file(path);
  const status = await file.stat();
  if (regularLimitBytes !== undefined) {
    if (!status.isFile()) throw refusal("EINVAL");
    if (status.size > regularLimitBytes) throw refusal("EFBIG");
  }
  if (status.isFile() || status.isDirectory()) return file.bytes();
  if (status.isFIFO() || status.isSocket()) return readUpToLimit(file.stream());
  // Bun cannot stream a device.
  const bytes = await file.slice(0, deviceLimitBytes + 1).bytes();
  if (bytes.length > deviceLimitBytes) throw refusal("EFBIG");
  return bytes;
}

/** A terminal may be a source, and `/dev/null`; one that gives more than a person types has no end. */
const deviceLimitBytes = 1 << 24;

function refusal(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Everything up to its end. Throws BzError FILE_UNREADABLE. */
export async function readStandardInput(): Promise<Uint8Array> {
  try {
    return await readUpToLimit(Bun.stdin.stream());
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new BzError("FILE_UNREADABLE", `standard input cannot be read (${code})`, {
      hint: "see what it is connected to; a file can be named in its place",
      context: { errno: code },
      cause: error,
    });
  }
}

/** Stops reading where no command would take more, whatever is piped in. */
async function readUpToLimit(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > sourceLimitBytes) break;
  }
  return Buffer.concat(chunks);
}
