import ts from "typescript";
import { type Block, inPlace } from "./block.js";

/** A block as a program, or what is wrong with its comments. */
export interface Program {
  readonly source: string;
  readonly problems: readonly string[];
}

/**
 * The block as a module of JavaScript which checks what the block says. A comment that trails an expression statement or
 * a `const` is its result: a value, written as a literal, or `StoreError STORE_X`, for what it throws. More may follow:
 * for an error a part of its message after `: `, then prose after `; `. Any other comment there is a problem: nothing that
 * looks checked goes unchecked.
 * @param probes the module with the functions that compare, as `import` names it
 */
export function instrument(block: Block, probes: string): Program {
  const text = inPlace(block);
  const file = ts.createSourceFile("sample.ts", text, ts.ScriptTarget.ESNext, true);
  const problems: string[] = [];
  const edits: Edit[] = [];
  visit(file);
  const checked = edits
    .sort((a, b) => b.start - a.start)
    .reduce((whole, { start, end, by }) => whole.slice(0, start) + by + whole.slice(end), text);
  const { outputText } = ts.transpileModule(checked, {
    fileName: block.document,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      inlineSourceMap: true,
    },
  });
  const header = `import * as $probes from ${JSON.stringify(probes)};`;
  return { source: `${header}${outputText}`, problems };

  function visit(node: ts.Node): void {
    if (ts.isExpressionStatement(node)) edit(node, node.expression);
    else if (ts.isVariableStatement(node)) edit(node, undefined);
    ts.forEachChild(node, visit);
  }

  function edit(statement: ts.ExpressionStatement | ts.VariableStatement, checked?: ts.Expression) {
    const comment = trailingComment(text, statement);
    if (comment === undefined) return;
    const line = file.getLineAndCharacterOfPosition(statement.end).line + 1;
    const place = JSON.stringify(`${block.document}:${line}`);
    const expected = expectation(comment);
    if (expected === undefined) {
      problems.push(
        `${block.document}:${line}: "${comment}" is neither a value nor an error; put prose on a line of its own`,
      );
    } else if (checked !== undefined) {
      const isAsync = awaits(checked);
      const code = `${isAsync ? "async " : ""}() => (${checked.getText(file)})`;
      const probe = `${isAsync ? "await " : ""}$probes.${expected.probe}${isAsync ? "Async" : ""}`;
      const by = `;${probe}(${place}, ${code}, ${expected.args});`;
      edits.push({ start: statement.getStart(file), end: statement.end, by });
    } else {
      const name = soleName(statement as ts.VariableStatement);
      if (name === undefined || expected.probe !== "gives") {
        problems.push(`${block.document}:${line}: a comment can't say what these variables are`);
      } else {
        const by = `;$probes.gives(${place}, () => ${name}, ${expected.args});`;
        edits.push({ start: statement.end, end: statement.end, by });
      }
    }
  }
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

function trailingComment(text: string, node: ts.Node): string | undefined {
  const [range] = ts.getTrailingCommentRanges(text, node.end) ?? [];
  return range && text.slice(range.pos + 2, range.end).trim();
}

/** Which probe a comment asks for, and with what. */
function expectation(comment: string): { probe: "gives" | "throws"; args: string } | undefined {
  const [, code, message = ""] =
    /^StoreError (STORE_[A-Z_]+)(?:: (.*?))?(?:; .*)?$/.exec(comment) ?? [];
  if (code !== undefined) return { probe: "throws", args: JSON.stringify([code, message]) };
  for (let end = comment.length; end > 0; end = comment.lastIndexOf("; ", end - 1)) {
    const value = comment.slice(0, end);
    if (isLiteral(value)) return { probe: "gives", args: `(${value})` };
  }
  return undefined;
}

function isLiteral(text: string): boolean {
  const file = ts.createSourceFile("value.ts", `(${text})`, ts.ScriptTarget.ESNext, true);
  const [statement, ...others] = file.statements;
  const errors = (file as unknown as { parseDiagnostics: readonly unknown[] }).parseDiagnostics;
  return (
    errors.length === 0 &&
    others.length === 0 &&
    statement !== undefined &&
    ts.isExpressionStatement(statement) &&
    isValue(statement.expression)
  );
}

const NAMES = new Set(["undefined", "NaN", "Infinity", "Map", "Set", "Date", "Uint8Array"]);

function isValue(node: ts.Node): boolean {
  switch (node.kind) {
    case ts.SyntaxKind.NumericLiteral:
    case ts.SyntaxKind.BigIntLiteral:
    case ts.SyntaxKind.StringLiteral:
    case ts.SyntaxKind.TrueKeyword:
    case ts.SyntaxKind.FalseKeyword:
    case ts.SyntaxKind.NullKeyword:
    case ts.SyntaxKind.MinusToken:
      return true;
  }
  if (ts.isIdentifier(node)) return NAMES.has(node.text);
  if (ts.isPropertyAssignment(node)) return isValue(node.initializer);
  if (ts.isPropertyAccessExpression(node)) return node.getText() === "Uint8Array.of";
  const holdsValues =
    ts.isParenthesizedExpression(node) ||
    ts.isArrayLiteralExpression(node) ||
    ts.isObjectLiteralExpression(node) ||
    ts.isPrefixUnaryExpression(node) ||
    ts.isNewExpression(node) ||
    ts.isCallExpression(node);
  if (!holdsValues) return false;
  let values = true;
  ts.forEachChild(node, (child) => {
    values &&= isValue(child);
  });
  return values;
}

/** Whether an expression itself awaits, and not only a function in it. */
function awaits(node: ts.Node): boolean {
  if (ts.isAwaitExpression(node)) return true;
  if (ts.isFunctionLike(node)) return false;
  return ts.forEachChild(node, awaits) ?? false;
}

/** The name that a statement declares, if it is just one. */
function soleName(statement: ts.VariableStatement): string | undefined {
  const [declaration, ...others] = statement.declarationList.declarations;
  if (declaration === undefined || others.length > 0) return undefined;
  return ts.isIdentifier(declaration.name) ? declaration.name.text : undefined;
}
