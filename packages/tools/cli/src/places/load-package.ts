import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Loads a package that isn't installed with this one: from beside it, else from the project in the working directory.
 * @param purpose what needs it, for the message: "a place at postgres://"
 */
export async function loadPackage<T>(name: string, purpose: string): Promise<T> {
  try {
    return (await import(name)) as T;
  } catch (error) {
    if (!isMissing(error, name)) throw failedToLoad(name, purpose, error);
  }
  let path: string;
  try {
    path = createRequire(join(process.cwd(), "package.json")).resolve(name);
  } catch {
    throw new Error(
      `${purpose} needs ${name}, which isn't installed: npm install ${name}, or npx -p @store/cli -p ${name} store ...`,
    );
  }
  try {
    return (await import(pathToFileURL(path).href)) as T;
  } catch (error) {
    throw failedToLoad(name, purpose, error);
  }
}

/** Whether it is this package that isn't there, and none of its own. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === "ERR_MODULE_NOT_FOUND" && String(message).includes(`'${name}'`);
}

function failedToLoad(name: string, purpose: string, cause: unknown): Error {
  return new Error(`${purpose} needs ${name}, which doesn't load: ${(cause as Error).message}`, {
    cause,
  });
}
