import type { Suite } from "../suite.js";
import { change } from "./change.js";
import { closed } from "./closed.js";
import { colour } from "./colour.js";
import { concurrency } from "./concurrency.js";
import { counter } from "./counter.js";
import { declaration } from "./declaration.js";
import { deletion } from "./delete.js";
import { differential } from "./differential.js";
import { domains } from "./domains.js";
import { durability } from "./durability.js";
import { equality } from "./equality.js";
import { factory } from "./factory.js";
import { gaps } from "./gaps.js";
import { info } from "./info.js";
import { insert } from "./insert.js";
import { insertNew } from "./insert-new.js";
import { isolation } from "./isolation.js";
import { iteration } from "./iteration.js";
import { keys } from "./keys.js";
import { killed } from "./killed.js";
import { lookup } from "./lookup.js";
import { match } from "./match.js";
import { migration } from "./migration.js";
import { ownership } from "./ownership.js";
import { random } from "./random.js";
import { range } from "./range.js";
import { refusals } from "./refusals.js";
import { sharing } from "./sharing.js";
import { store } from "./store.js";
import { unchanged } from "./unchanged.js";
import { update } from "./update.js";
import { values } from "./values.js";
import { walk } from "./walk.js";

/** In the order in which a failure is worth looking at: the first one explains those after it. */
export const SUITES: readonly Suite[] = [
  factory,
  declaration,
  store,
  domains,
  insert,
  insertNew,
  lookup,
  deletion,
  update,
  counter,
  walk,
  iteration,
  range,
  change,
  match,
  info,
  keys,
  values,
  refusals,
  equality,
  isolation,
  unchanged,
  closed,
  concurrency,
  colour,
  gaps,
  durability,
  killed,
  migration,
  sharing,
  ownership,
  random,
  differential,
];
