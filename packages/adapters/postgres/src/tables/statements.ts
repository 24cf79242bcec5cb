import type { Names } from "../schema/names.js";
import { type BagStatements, bagStatements } from "./bag-statements.js";
import { type SetStatements, setStatements } from "./set-statements.js";

/** The statements of all tables of a schema. */
export interface Statements {
  readonly set: SetStatements;
  readonly bag: BagStatements;
}

/** Those of a schema. */
export function statementsOf(names: Names): Statements {
  return { set: setStatements(names), bag: bagStatements(names) };
}
