import keyvTestSuite, { keyvIteratorTests } from "@keyv/test-suite";
import { Keyv as Keyv5 } from "keyv";
import { Keyv as Keyv6 } from "keyv-6";
import * as vitest from "vitest";
import { afterAll, beforeAll, describe } from "vitest";
import { KeyvStore } from "../src/index.js";
import { hasKeyv6 } from "./support/keyv-versions.js";
import { backends, type OpenTable } from "./support/tables.js";

/** Keyv 6 answers with a list there, over any store; the suite, which is for Keyv 5, wants it falsy. */
const FAILS_WITH_KEYV_6 = ".deleteMany([keys]) with nonexistent keys resolves to false";

const forKeyv6 = {
  ...vitest,
  it: (title: string, test: () => Promise<void>) =>
    (title === FAILS_WITH_KEYV_6 ? vitest.it.fails : vitest.it)(title, test),
} as unknown as typeof vitest;

const versions = [
  { name: "Keyv 5", Keyv: Keyv5, suite: vitest, missing: undefined },
  {
    name: "Keyv 6",
    Keyv: Keyv6 as unknown as typeof Keyv5,
    suite: forKeyv6,
    missing: hasKeyv6 ? undefined : "Keyv 6 needs Node 22.19",
  },
];

for (const { name, Keyv, suite, missing } of versions) {
  for (const backend of backends) {
    for (const type of ["set", "ordered_set"] as const) {
      const why = missing ?? backend.missing;
      const title = `${name} over a ${type} in ${backend.name}`;
      describe.skipIf(why !== undefined)(why ? `${title}, skipped: ${why}` : title, () => {
        let opened: OpenTable;
        beforeAll(async () => {
          opened = await backend.open(type);
        });
        afterAll(() => opened.close());
        const store = () => new KeyvStore(opened.table);

        keyvTestSuite(suite, Keyv, store);
        keyvIteratorTests(suite, Keyv, store);
      });
    }
  }
}
