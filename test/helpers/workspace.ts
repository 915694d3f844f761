import { onTestFinished } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { editIssue } from "../../model/change";
import { createIssue } from "../../model/create-issue";
import { newIssueId } from "../../model/issue-id";
import { recencyOf } from "../../model/recency";
import { nativeEnvironment } from "../../storage/environment";
import { initStore, openStore, type Store, type StoreRequest } from "../../storage/store";

/** A store in a real directory of its own, used in this process. */
export interface TestWorkspace {
  readonly directory: string;
  readonly request: StoreRequest;
  /** A new opening, as another process would do it. */
  open(): Store;
}

/** Gone when the running test is. */
export function temporaryDirectory(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), `bz-${name}-`));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export async function makeWorkspace(name: string): Promise<TestWorkspace> {
  const directory = temporaryDirectory(name);
  const request: StoreRequest = { cwd: directory, env: { HOME: directory } };
  await initStore(request, { prefix: "bd", here: true });
  const { clocks, ...others } = nativeEnvironment();
  // What an export takes on a busy machine must not use up what exports may take.
  const environment = { ...others, clocks: { ...clocks, monotonicMs: () => 0 } };
  return { directory, request, open: () => openStore(request, environment) };
}

/**
 * Writes one new issue; its id.
 * @param given unless a new one is to be found
 */
export function addIssue(store: Store, title: string, given?: string): string {
  const info = { timeMs: Date.now(), actor: "tester", command: "q" };
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
  return store.write(info, ({ state, prefix }) => {
    const id = given ?? newIssueId(prefix, state.count, random, (each) => state.has(each));
    return {
      operations: [createIssue({ title }, { id, nowMs: info.timeMs, actor: info.actor })],
      result: id,
    };
  }).result;
}

export function retitle(store: Store, id: string, title: string): void {
  const info = { timeMs: Date.now(), actor: "tester", command: "update" };
  store.write(info, ({ state }) => {
    const issue = state.issue(id);
    const line = state.line(id);
    if (issue === undefined || line === undefined) throw new Error(`${id} is not there`);
    const operation = editIssue(
      issue,
      { title },
      { recency: recencyOf(line), nowMs: info.timeMs, actor: info.actor },
    );
    return { operations: operation === undefined ? [] : [operation], result: undefined };
  });
}

export function titles(store: Store): string[] {
  return store.read(({ state }) => [...state.issues()].map(({ title }) => title)).sort();
}
