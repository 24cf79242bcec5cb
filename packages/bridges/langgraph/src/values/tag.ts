/** Marks what a table holds in place of a value that it can't. On disk: never change it, nor the kinds. */
export const TAG = "@store/langgraph";

/** What stands for something else in a stored value. */
export type Tagged =
  /** An object of LangChain's, as its own JSON. */
  | { readonly [TAG]: "langchain"; readonly json: string }
  | { readonly [TAG]: "error"; readonly name: string; readonly message: string }
  | { readonly [TAG]: "regexp"; readonly source: string; readonly flags: string }
  /** What a DeltaChannel of LangGraph's stores in place of its changes. */
  | { readonly [TAG]: "delta"; readonly value: unknown }
  /** A plain object that has the mark as a property of its own. */
  | { readonly [TAG]: "object"; readonly entries: readonly (readonly [string, unknown])[] };
