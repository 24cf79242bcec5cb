// @ts-check
/**
 * The public declarations of each published package as one sorted text, `etc/<package>.api.md`, so that a review sees
 * what a change does to them. Writes the reports; with `--check` compares, and changes nothing. Expects the packages to
 * be built.
 */
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import {
  ConsoleMessageId,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
} from "@microsoft/api-extractor";
import { packages, root } from "./workspace.mjs";

const isCheck = process.argv.includes("--check");

/** @param {string} directory of a package */
function configFor(directory) {
  const mainEntryPointFilePath = join(directory, "dist/index.d.ts");
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(directory, "package.json"),
    configObject: {
      projectFolder: directory,
      mainEntryPointFilePath,
      newlineKind: "lf",
      apiReport: {
        enabled: true,
        reportFileName: basename(directory),
        reportFolder: join(directory, "etc"),
        reportTempFolder: join(directory, "node_modules/.cache/api"),
        // What is exported is often made of types that aren't: a change of those is one of the API.
        includeForgottenExports: true,
      },
      compiler: {
        overrideTsconfig: {
          extends: join(root, "tsconfig.base.json"),
          files: [mainEntryPointFilePath],
        },
      },
      messages: {
        // Comments are for people; Biome and review look after them.
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
      },
    },
  });
}

/** What of the extractor's messages is shown: its own say less than the rows below. */
const SHOWN = [ConsoleMessageId.ApiReportDiff];

let failures = 0;
for (const { directory, manifest } of packages()) {
  if (manifest.private) continue;
  mkdirSync(join(directory, "etc"), { recursive: true });
  const { succeeded, apiReportChanged, errorCount } = Extractor.invoke(configFor(directory), {
    localBuild: !isCheck,
    printApiReportDiff: true,
    messageCallback(message) {
      const isOfConsole = message.messageId.startsWith("console-");
      if (/** @type {string[]} */ (SHOWN).includes(message.messageId)) console.log(message.text);
      message.handled = isOfConsole;
    },
  });
  const isRight = isCheck ? succeeded && !apiReportChanged : errorCount === 0;
  if (!isRight) failures++;
  const what = apiReportChanged ? (isCheck ? "differs" : "written") : "as it was";
  console.log(`${isRight ? "✓" : "✗"} ${manifest.name.padEnd(20)} ${what}`);
}

if (isCheck && failures > 0) {
  console.log(
    "\nThe public declarations of these packages differ from their report. If that is meant, run `npm run api`, commit" +
      "\nthe reports, and describe the change with `npm run changeset`. If not, see what changed above.",
  );
}
process.exitCode = failures > 0 ? 1 : 0;
