/** Where in a text something is that isn't JSON. */
class JsonSyntaxError extends SyntaxError {}

/**
 * Parses JSON as `JSON.parse` does, but loses nothing silently: an integer that no number holds exactly, a number that is
 * too large for any, and a key that is there twice are refused.
 *
 * @param wildcard what `_`, which is no JSON, stands for; without it, it is refused
 */
export function parseJson(text: string, wildcard?: symbol): unknown {
  return new Parser(text, wildcard).parse();
}

/** JSON's white space. */
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** A string, if what is between the quotes is one for JSON.parse. */
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const WORD = /[A-Za-z_$][\w$.:-]*/y;
const WORDS = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

class Parser {
  readonly #text: string;
  readonly #wildcard: symbol | undefined;
  #at = 0;

  constructor(text: string, wildcard: symbol | undefined) {
    this.#text = text;
    this.#wildcard = wildcard;
  }

  parse(): unknown {
    const value = this.#value();
    this.#take(SPACE);
    if (this.#at < this.#text.length) this.#fail("expected nothing more");
    return value;
  }

  #value(): unknown {
    this.#take(SPACE);
    const character = this.#text[this.#at];
    if (character === "[") return this.#array();
    if (character === "{") return this.#object();
    if (character === '"') return this.#string();
    const number = this.#take(NUMBER);
    if (number !== undefined) return this.#number(number);
    return this.#word();
  }

  #array(): unknown[] {
    const values: unknown[] = [];
    this.#at++;
    if (this.#takes("]")) return values;
    for (;;) {
      values.push(this.#value());
      if (this.#takes("]")) return values;
      if (!this.#takes(",")) this.#fail('expected "," or "]"');
    }
  }

  #object(): object {
    const object: Record<string, unknown> = {};
    this.#at++;
    if (this.#takes("}")) return object;
    for (;;) {
      this.#take(SPACE);
      if (this.#text[this.#at] !== '"') this.#fail("expected a key in double quotes");
      const start = this.#at;
      const key = this.#string();
      if (Object.hasOwn(object, key)) {
        this.#at = start;
        this.#fail(`the key ${JSON.stringify(key)} is there twice`);
      }
      if (!this.#takes(":")) this.#fail('expected ":"');
      // Also a key that is called __proto__ is a key.
      Object.defineProperty(object, key, {
        value: this.#value(),
        writable: true,
        enumerable: true,
        configurable: true,
      });
      if (this.#takes("}")) return object;
      if (!this.#takes(",")) this.#fail('expected "," or "}"');
    }
  }

  #string(): string {
    const start = this.#at;
    const quoted = this.#take(STRING);
    try {
      return JSON.parse(quoted ?? "") as string;
    } catch {
      this.#at = start;
      return this.#fail("a string that isn't one of JSON, or doesn't end");
    }
  }

  #number(text: string): number {
    const number = Number(text);
    const problem = numberProblem(text, number);
    if (problem !== undefined) {
      this.#at -= text.length;
      this.#fail(problem);
    }
    return number;
  }

  #word(): unknown {
    const start = this.#at;
    const word = this.#take(WORD);
    if (word === undefined) this.#fail(this.#at === this.#text.length ? "it ends here" : "no JSON");
    if (WORDS.has(word)) return WORDS.get(word);
    if (word === "_" && this.#wildcard !== undefined) return this.#wildcard;
    this.#at = start;
    return this.#fail(
      word === "_" ? "a wildcard may stand in patterns only" : `a string needs quotes: "${word}"`,
    );
  }

  #takes(character: string): boolean {
    this.#take(SPACE);
    const isThere = this.#text[this.#at] === character;
    if (isThere) this.#at++;
    return isThere;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #fail(what: string): never {
    const place = this.#text.length > 20 ? ` at character ${this.#at + 1}` : "";
    throw new JsonSyntaxError(`${what}${place}`);
  }
}

/** What is wrong with a JSON number; undefined: nothing that is lost without a word. */
function numberProblem(text: string, number: number): string | undefined {
  if (!Number.isFinite(number)) return `${text} is too large for a number`;
  if (Number.isSafeInteger(number) || /[.eE]/.test(text)) return undefined;
  return BigInt(text) === BigInt(number)
    ? undefined
    : `${text} is no number that is kept exactly; as a bigint it is {"$bigint":"${text}"}`;
}
