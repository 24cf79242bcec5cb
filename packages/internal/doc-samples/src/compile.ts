import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { type Block, inPlace } from "./block.js";

const SAMPLES = fileURLToPath(new URL("../samples", import.meta.url));

/** How a strict user compiles, of this Node's kind; the declarations of our packages are checked, too. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  types: ["node"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  verbatimModuleSyntax: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  skipLibCheck: false,
  noEmit: true,
};

/** Declarations that many programs share. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/**
 * Compiles all blocks in one program, each as a module of its own, and returns what the compiler says: under its block,
 * or under undefined where it concerns none but the declarations of our packages.
 */
export function compileProblems(blocks: readonly Block[]): Map<Block | undefined, string[]> {
  // Where modules resolve as in this package, but no file is.
  const files = new Map(blocks.map((block, index) => [join(SAMPLES, `${index}.ts`), block]));
  const program = ts.createProgram([...files.keys()], OPTIONS, hostWith(files));
  const diagnostics = [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...program.getSourceFiles().flatMap((file) =>
      // Of what is installed, only what our packages declare is ours.
      file.fileName.includes("/node_modules/")
        ? []
        : [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)],
    ),
  ];
  const problems = new Map<Block | undefined, string[]>();
  for (const diagnostic of diagnostics) {
    const block = files.get(resolve(diagnostic.file?.fileName ?? ""));
    problems.set(block, [...(problems.get(block) ?? []), textOf(diagnostic, block)]);
  }
  return problems;
}

/** The file system, with the blocks as files in it. */
function hostWith(files: ReadonlyMap<string, Block>): ts.CompilerHost {
  const host = ts.createCompilerHost(OPTIONS);
  return {
    ...host,
    fileExists: (name) => files.has(resolve(name)) || host.fileExists(name),
    readFile: (name) => host.readFile(name),
    directoryExists: (name) => resolve(name) === SAMPLES || ts.sys.directoryExists(name),
    getSourceFile: (name, options) => {
      const block = files.get(resolve(name));
      if (block !== undefined) return ts.createSourceFile(name, inPlace(block), options);
      if (!parsed.has(name)) parsed.set(name, host.getSourceFile(name, options));
      return parsed.get(name);
    },
  };
}

function textOf({ file, start = 0, code, messageText }: ts.Diagnostic, block?: Block): string {
  const message = ts.flattenDiagnosticMessageText(messageText, "\n");
  const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1;
  return `${block?.document ?? file?.fileName}:${line}: TS${code}: ${message}`;
}
