import type { Suite } from "../harness/suite.js";
import { batchAtomicity } from "./batches/atomicity.js";
import { batch } from "./batches/batch.js";
import { batchConditions } from "./batches/conditions.js";
import { batchUse } from "./batches/use.js";
import { concurrency } from "./concurrency/concurrency.js";
import { modes } from "./concurrency/mode.js";
import { ownership } from "./concurrency/ownership.js";
import { sharing } from "./concurrency/sharing.js";
import { declaration } from "./declaration/declaration.js";
import { factory } from "./declaration/factory.js";
import { gaps } from "./declaration/gaps.js";
import { roundTrips } from "./declaration/round-trips.js";
import { durability } from "./durability/durability.js";
import { killedBatches } from "./durability/killed-batches.js";
import { killed } from "./durability/killed-process.js";
import { bagExpiry } from "./expiry/bags.js";
import { expiry } from "./expiry/expiry.js";
import { firstCall } from "./expiry/first-call.js";
import { moments } from "./expiry/moments.js";
import { byName } from "./lifecycle/by-name.js";
import { closed } from "./lifecycle/closed-table.js";
import { closingCode } from "./lifecycle/closing-code.js";
import { copy } from "./lifecycle/copy.js";
import { domains } from "./lifecycle/domains.js";
import { info } from "./lifecycle/info.js";
import { migration } from "./lifecycle/migration.js";
import { schema } from "./lifecycle/schema.js";
import { store } from "./lifecycle/store.js";
import { strictDomains } from "./lifecycle/strict-domains.js";
import { tables } from "./lifecycle/tables.js";
import { random } from "./random/against-model.js";
import { differential } from "./random/against-reference.js";
import { randomBatches } from "./random/batches.js";
import { append } from "./records/append.js";
import { counter } from "./records/counter.js";
import { deletion } from "./records/delete.js";
import { unchanged } from "./records/failed-calls.js";
import { insert } from "./records/insert.js";
import { insertNew } from "./records/insert-new.js";
import { lists } from "./records/lists.js";
import { lookup } from "./records/lookup.js";
import { manyKeys } from "./records/many-keys.js";
import { update } from "./records/update.js";
import { change } from "./traversal/changing-table.js";
import { iteration } from "./traversal/iteration.js";
import { largeTable } from "./traversal/large-table.js";
import { match } from "./traversal/match.js";
import { range } from "./traversal/range.js";
import { rangeChanges } from "./traversal/range-changes.js";
import { walk } from "./traversal/walk.js";
import { walkLookup } from "./traversal/walk-lookup.js";
import { equality } from "./values/equality.js";
import { isolation } from "./values/isolation.js";
import { keyIsolation } from "./values/key-isolation.js";
import { keys } from "./values/keys.js";
import { refusals } from "./values/refusals.js";
import { values } from "./values/values.js";

/** All suites, in the order in which to look at failures: an early failure often explains later ones. */
export const SUITES: readonly Suite[] = [
  factory,
  declaration,
  store,
  domains,
  byName,
  strictDomains,
  tables,
  insert,
  insertNew,
  lookup,
  manyKeys,
  deletion,
  update,
  counter,
  lists,
  append,
  walk,
  walkLookup,
  iteration,
  range,
  rangeChanges,
  change,
  largeTable,
  match,
  info,
  keys,
  values,
  refusals,
  equality,
  isolation,
  keyIsolation,
  unchanged,
  closed,
  closingCode,
  schema,
  batch,
  batchUse,
  batchConditions,
  batchAtomicity,
  expiry,
  firstCall,
  moments,
  bagExpiry,
  concurrency,
  modes,
  gaps,
  roundTrips,
  durability,
  killed,
  killedBatches,
  migration,
  copy,
  sharing,
  ownership,
  random,
  randomBatches,
  differential,
];
