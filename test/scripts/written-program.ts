/** A program as the bundler writes a unit, made of choices: with names that stand for several things, and functions that are called once, twice or never. */
export function programOf(choices: readonly number[]): string {
  return new Writer(choices).program();
}

/** What a program answers and says on the way. */
export function outcomeOf(
  body: string,
  values: readonly number[] = [0, 1, 5],
): { readonly answers: string[]; readonly told: unknown[] } {
  const { answer, told } = new Function(body)() as { answer: (value: number) => unknown; told: unknown[] };
  const answers = values.map((value) => {
    try {
      return `gives ${JSON.stringify(answer(value))}`;
    } catch (error) {
      return `throws ${error instanceof Error ? error.name : String(error)}`;
    }
  });
  return { answers, told };
}

const functionCount = 7;
const names = ["a", "b", "c", "d"] as const;

class Writer {
  readonly #choices: readonly number[];
  #at = 0;
  #depth = 0;
  /** What may be read, the innermost last, and set. */
  #seen: string[] = [];
  #settable: string[] = [];
  /** Functions with a higher number may be called: so nothing goes on for ever. */
  #level = 0;
  #inMethod = false;
  #locals = 0;
  readonly #called = new Set<number>();

  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  program(): string {
    const functions = Array.from({ length: functionCount }, (_, index) => this.#function(index));
    return [
      "var told = [], state = 1;",
      "var limit = 3;",
      "var most = limit + 4;",
      'var word = "w";',
      "function tell(value) {\n  told.push(value);\n  return value;\n}",
      ...functions,
      this.#class(),
      "var answer = (value) => f0(value, { a: value, b: state }, [value]);",
      "return { answer, told };",
    ].join("\n");
  }

  #choose(count: number): number {
    const choice = this.#choices[this.#at] ?? 0;
    this.#at += 1;
    return choice % count;
  }

  #function(level: number): string {
    this.#level = level;
    this.#locals = 0;
    return this.#within(() => {
      const params = this.#params();
      return `function f${level}(${params}) {\n${this.#statements(4)}\nreturn ${this.#expression()};\n}`;
    });
  }

  #class(): string {
    this.#level = functionCount - 2;
    this.#inMethod = true;
    const method = (name: string): string =>
      this.#within(
        () => `${name}(${this.#params()}) {\n${this.#statements(2)}\nreturn ${this.#expression()};\n}`,
      );
    const first = method("first");
    this.#level = functionCount;
    this.#inMethod = false;
    const own = this.#within(
      () =>
        `$own(${this.#params()}) {\nthis.count += 1;\n${this.#statements(2)}\nreturn ${this.#expression()} + this.count;\n}`,
    );
    return `class Box {\nconstructor(value) {\nthis.count = value;\n}\n${first}\n${own}\n}`;
  }

  #params(): string {
    const [one, two, third] = [this.#choose(4), this.#choose(4), this.#choose(4)].map((at) => names[at]);
    const shape = this.#choose(4);
    this.#declare(one ?? "a", true);
    if (shape === 0 || one === two) return `${one}`;
    if (shape === 1) {
      const usual = this.#leaf();
      this.#declare(two ?? "b", true);
      return `${one}, ${two} = ${usual}`;
    }
    if (shape === 2 || third === one || third === two) {
      this.#declare(two ?? "b", true);
      return `${one}, { b: ${two} }`;
    }
    this.#declare(two ?? "b", true);
    this.#declare(third ?? "c", false);
    return `${one}, { a: ${two} = 4, ...${third} }`;
  }

  #statements(most: number): string {
    if (this.#depth > 2) return `tell(${this.#leaf()});`;
    this.#depth += 1;
    const lines = Array.from({ length: 1 + this.#choose(most) }, () => this.#statement());
    this.#depth -= 1;
    return lines.join("\n");
  }

  #block(): string {
    return this.#within(() => `{\n${this.#statements(2)}\n}`);
  }

  #statement(): string {
    const name = this.#local();
    const value = this.#expression();
    switch (this.#choose(14)) {
      case 0:
      case 1:
        return this.#declared(name, `const ${name} = ${value};`, false);
      case 2:
        return this.#declared(name, `let ${name} = ${value};`, true);
      case 3:
        return this.#settable.length === 0
          ? `state = ${value};`
          : `${this.#settable[this.#choose(this.#settable.length)]} ${["=", "+=", "??=", "||="][this.#choose(4)]} ${value};`;
      case 4:
        return `if (${value}) return ${this.#expression()};`;
      case 5:
        return `if (${value}) ${this.#block()} else tell(${this.#expression()});`;
      case 6: {
        const list = `[${value}, ${this.#expression()}]`;
        return this.#within(() => {
          this.#declare(name, false);
          return `for (const ${name} of ${list}) ${this.#block()}`;
        });
      }
      case 7:
        return `try ${this.#block()} catch (error) {\ntell("caught");\n} finally ${this.#block()}`;
      case 8:
        return `if (${value} > 2) throw ${this.#leaf()};`;
      case 9: {
        const second = this.#local();
        const text = `const { a: ${name}, b: ${second} } = { a: ${value}, b: ${this.#expression()} };`;
        this.#declare(second, false);
        return this.#declared(name, text, false);
      }
      case 10:
        return `switch (${value}) {\ncase 1:\n${this.#within(() => this.#statements(1))}\ndefault:\ntell("other");\n}`;
      case 11: {
        const own = this.#within(() => {
          this.#declare("given", false);
          return `(given) => ${this.#choose(2) === 0 ? this.#expression() : `{\n${this.#statements(2)}\nreturn given;\n}`}`;
        });
        return `const ${name} = ${own};\ntell(${name}(${value}));`;
      }
      default:
        return `${value};`;
    }
  }

  #expression(): string {
    if (this.#depth > 3) return this.#leaf();
    this.#depth += 1;
    const text = this.#compound();
    this.#depth -= 1;
    return text;
  }

  #compound(): string {
    const some = (): string => this.#expression();
    switch (this.#choose(13)) {
      case 0:
        return `tell(${some()})`;
      case 1:
        return `(${some()} + ${some()})`;
      case 2:
        return `(${some()} ? ${some()} : ${some()})`;
      case 3:
        return `(${some()} ${["&&", "||", "??"][this.#choose(3)]} ${some()})`;
      case 4:
      case 5:
      case 6:
      case 7:
        return this.#call();
      case 8:
        return `{ a: ${some()}, b: ${some()} }.${this.#choose(2) === 0 ? "a" : "b"}`.replace(
          /^(.*)$/s,
          "($1)",
        );
      case 9:
        return `Math.max(${some()}, ${some()})`;
      case 10:
        return `[${some()}, ${some()}].length`;
      case 11:
        return this.#inMethod
          ? `this.$own(${some()}, { a: ${some()}, b: 2 })`
          : `new Box(${this.#leaf()}).count`;
      default:
        return this.#leaf();
    }
  }

  #call(): string {
    const above = Array.from({ length: functionCount }, (_, at) => at).filter((at) => at > this.#level);
    const uncalled = above.filter((at) => !this.#called.has(at));
    const among = this.#choose(4) === 0 || uncalled.length === 0 ? above.slice(0, 2) : uncalled;
    const callee = among[this.#choose(among.length)];
    if (callee === undefined) return this.#leaf();
    this.#called.add(callee);
    const name = `f${callee}`;
    const object = `{ a: ${this.#leaf()}, b: ${this.#expression()} }`;
    return `${name}(${this.#expression()}, ${object}${this.#choose(4) === 0 ? `, ${this.#expression()}` : ""})`;
  }

  #leaf(): string {
    const leaves = ["1", "0", "limit", "most", "state", "word.length", "(state += 1)", "-2", ...this.#seen];
    return leaves[this.#choose(leaves.length)] ?? "1";
  }

  #declare(name: string, isSettable: boolean): void {
    this.#seen.push(name);
    if (isSettable) this.#settable.push(name);
  }

  #declared(name: string, text: string, isSettable: boolean): string {
    this.#declare(name, isSettable);
    return text;
  }

  /** A name that the function has not yet, and others have. */
  #local(): string {
    this.#locals += 1;
    return `v${this.#locals}`;
  }

  #within(write: () => string): string {
    const [seen, settable] = [this.#seen, this.#settable];
    [this.#seen, this.#settable] = [[...seen], [...settable]];
    const text = write();
    [this.#seen, this.#settable] = [seen, settable];
    return text;
  }
}
