/** A local of a script: a function, a constant, or a variable. */
export interface Declaration {
  readonly name: string;
  readonly source: string;
  /** Names of others in it. */
  readonly uses: ReadonlySet<string>;
}

/** The locals of a source, in its order. Each begins at the margin, and a function ends there. */
export function declarations(source: string): readonly Declaration[] {
  const found = source.matchAll(/^local function (\w+)[\s\S]*?^end$|^local (\w+)(?: = .*)?$/gm);
  return Array.from(found, ([text, functionName, variableName]) => {
    const name = String(functionName ?? variableName);
    const uses = wordsOf(text);
    uses.delete(name);
    return { name, source: text, uses };
  });
}

/**
 * Those that a piece of source uses, and what these use in turn, as source. A script makes its functions anew in each call,
 * which costs more than most of them do: it has no others.
 */
export function sourceOf(all: readonly Declaration[], source: string): string {
  const wanted = wordsOf(source);
  const chosen: string[] = [];
  for (const declaration of [...all].reverse()) {
    if (!wanted.has(declaration.name)) continue;
    for (const name of declaration.uses) wanted.add(name);
    chosen.unshift(declaration.source);
  }
  return [...chosen, source].join("\n");
}

function wordsOf(source: string): Set<string> {
  return new Set(source.match(/\w+/g));
}
