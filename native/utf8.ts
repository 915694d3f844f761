/** One of each for everybody: a decoder takes the engine 20 microseconds to make. What is no UTF-8 becomes replacement characters; a byte order mark stays. */
export const encoder = new TextEncoder();
export const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
