/** A file that stands in the hot chunk, and is evaluated only by who asks for what it exports. */
export interface DeferredModules {
  /** The path of the file that `specifier` names in the file at `path`, where that one is deferred. */
  deferredTarget(path: string, specifier: string): string | undefined;
}

/** Gives what a deferred file exports, and evaluates it at the first call. No name in the sources has a dollar. */
const accessor = "$evaluate";

/**
 * The same file as a function that is called at most once. To evaluate all that is hot, its classes and its tables, took a third of an empty process, and a command needs half
 * of it. The order is that of the imports, as it was; files that import each other in a circle would be evaluated without end, and no rule of the language notices: the caller
 * must have looked.
 * @param text JavaScript as Bun's transpiler writes it
 * @param exports the names
 * @throws Error for what has no such form: an export that is not a declaration
 */
export function deferredModule(
  path: string,
  text: string,
  exports: readonly string[],
  modules: DeferredModules,
): string {
  const { imports, evaluations, body } = importingDeferred(path, text, modules);
  const plain = body.replace(/^export (?=(?:const|class|function|async function)\b)/gm, "");
  const left = /^export\b.*/m.exec(plain);
  if (left !== null) throw new Error(`${path} cannot be deferred: ${left[0]}`);
  return [
    imports,
    "let $exported;",
    `export function ${accessor}() {\nif ($exported !== undefined) return $exported;\n${evaluations}\n${plain}`,
    `return $exported = { ${exports.join(", ")} };\n}`,
  ].join("\n");
}

/**
 * Whether a file has nothing but functions and plain values at its top, so that to defer it would cost more than to evaluate it. Only a guess is asked for: it decides about time alone.
 */
export function isPlain(text: string): boolean {
  const isCostly = (line: string): boolean =>
    /^(?:export )?class /.test(line) ||
    (/^(?:export )?const /.test(line) && /\bnew |\w\(/.test(line) && !line.includes("=>"));
  return !text.split("\n").some(isCostly);
}

/** A file that is evaluated as it is, and takes from deferred ones what it imports. */
export function importerOfDeferred(path: string, text: string, modules: DeferredModules): string {
  const { imports, evaluations, body } = importingDeferred(path, text, modules);
  return `${imports}\n${evaluations}\n${body}`;
}

/** What stands for `import("./x")` or `require("./x")` of a deferred file, and the import that it needs. */
export function lazyAccess(
  kind: string,
  specifier: string,
  number: number,
): { expression: string; line: string } {
  const name = `$lazily${number}`;
  return {
    expression: kind === "import" ? `Promise.resolve(${name}())` : `${name}()`,
    line: `import { ${accessor} as ${name} } from ${JSON.stringify(specifier)};`,
  };
}

function importingDeferred(
  path: string,
  text: string,
  modules: DeferredModules,
): { imports: string; evaluations: string; body: string } {
  const imports: string[] = [];
  const evaluations: string[] = [];
  // The transpiler sets this before the first import, on its line.
  const lines = text.replace(/^var \{require\}=import\.meta;(?=import)/, "$&\n");
  const body = lines.replace(
    /^import\b(?!\()\s*([\s\S]*?)\s*\bfrom\s*("[^"]+");$|^import\s*("[^"]+");$/gm,
    (whole, names, from) => {
      const isDeferred = from !== undefined && modules.deferredTarget(path, JSON.parse(from)) !== undefined;
      const [, list] = /^\{([\s\S]*)\}$/.exec(names ?? "") ?? [];
      // The accessor itself is what a lazy import became; its file is evaluated by the call that stands there.
      if (!isDeferred || list?.trim().startsWith(accessor)) {
        imports.push(whole);
        return "";
      }
      if (list === undefined) throw new Error(`${path} must name what it imports from ${from}`);
      const name = `$needed${evaluations.length}`;
      imports.push(`import { ${accessor} as ${name} } from ${from};`);
      evaluations.push(`const { ${list.replaceAll(" as ", ": ")} } = ${name}();`);
      return "";
    },
  );
  return { imports: imports.join("\n"), evaluations: evaluations.join("\n"), body };
}
