import type { World } from "../../commands/world";
import { nativeEnvironment } from "../../storage/environment";
import type { FileSystem } from "../../storage/file-system";
import { NativeFileSystem } from "../../storage/native-file-system";
import { openStore } from "../../storage/store";
import type { Interloping, Interlude } from "./interloper";

/** The store of a world, whose file system says before each of its calls what it is about to do. */
export function watchedStore(onCall: (name: string) => void): World["openStore"] {
  return (request) =>
    openStore(request, {
      ...nativeEnvironment(request.onProgress),
      fileSystem: watched<FileSystem>(new NativeFileSystem(), onCall),
    });
}

/** Private fields are known to the thing itself alone, so what stands for it has to be taken off again where it is handed back. */
const originals = new WeakMap<object, object>();

function watched<Thing extends object>(thing: Thing, onCall: (name: string) => void): Thing {
  const stand = new Proxy(thing, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...parameters: unknown[]) => {
        if (name !== "close") onCall(String(name));
        const plain = parameters.map((each) => originalOf(each));
        const answer: unknown = Reflect.apply(member, target, plain);
        return isOpened(answer) ? watched(answer, onCall) : answer;
      };
    },
  });
  originals.set(stand, thing);
  return stand;
}

function originalOf(value: unknown): unknown {
  return typeof value === "object" && value !== null ? (originals.get(value) ?? value) : value;
}

/** A file or a directory. */
function isOpened(value: unknown): value is object {
  return typeof value === "object" && value !== null && "close" in value && "status" in value;
}

const answerBytes = 1 << 20;

/** Somebody else, in a thread of their own: a whole command line runs while this thread stands still in the middle of one. */
export class Interloper {
  readonly #shared = new SharedArrayBuffer(8 + answerBytes);
  readonly #flags = new Int32Array(this.#shared, 0, 2);
  readonly #worker = new Worker(new URL("./interloper.ts", import.meta.url).href);

  constructor() {
    // Nobody waits for it at the end.
    this.#worker.unref();
    this.#worker.postMessage(this.#shared);
  }

  run(interloping: Interloping): Interlude {
    Atomics.store(this.#flags, 0, 0);
    this.#worker.postMessage(interloping);
    const outcome = Atomics.wait(this.#flags, 0, 0, 30_000);
    if (outcome === "timed-out")
      throw new Error(`a command in between never ended: ${interloping.words.join(" ")}`);
    const bytes = new Uint8Array(this.#shared, 8, this.#flags[1]).slice();
    return JSON.parse(new TextDecoder().decode(bytes)) as Interlude;
  }

  end(): void {
    this.#worker.terminate();
  }
}
