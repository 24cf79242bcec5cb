import type { ListNamespacesOperation, MatchCondition } from "@langchain/langgraph-checkpoint";
import { compareKeys, StoreError } from "@store/core";

/** The namespaces among these that the operation asks for: each once, in order. */
export function selectNamespaces(
  namespaces: Iterable<readonly string[]>,
  { matchConditions = [], maxDepth, limit, offset }: ListNamespacesOperation,
): string[][] {
  const found = new Map<string, string[]>();
  for (const namespace of namespaces) {
    if (!matchConditions.every((condition) => matches(condition, namespace))) continue;
    const cut = namespace.slice(0, maxDepth);
    found.set(JSON.stringify(cut), cut);
  }
  const from = offset ?? 0;
  const end = from + (limit ?? Number.POSITIVE_INFINITY);
  return [...found.values()].sort(compareKeys).slice(from, end);
}

/** The labels that all of them begin with. */
export function commonPrefix({ matchConditions = [] }: ListNamespacesOperation): string[] {
  const paths = matchConditions.filter(({ matchType }) => matchType === "prefix");
  const [path = []] = paths.map(({ path }) => path);
  const wildcard = path.indexOf("*");
  return wildcard < 0 ? path : path.slice(0, wildcard);
}

function matches({ matchType, path }: MatchCondition, namespace: readonly string[]): boolean {
  if (matchType !== "prefix" && matchType !== "suffix") {
    throw new StoreError("STORE_INVALID_OPERATION", `no match is of the type ${String(matchType)}`);
  }
  const start = matchType === "prefix" ? 0 : namespace.length - path.length;
  return (
    path.length <= namespace.length &&
    path.every((label, index) => label === "*" || label === namespace[start + index])
  );
}
