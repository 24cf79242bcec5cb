// scripts/run.mjs says which Node the suite is meant to run on; a worker on another one would
// make `npm run test:nodes` claim what it did not test.
const expected = process.env.STORE_NODE_VERSION;
if (expected !== undefined && expected !== process.version) {
  throw new Error(`This worker runs Node ${process.version}, not ${expected}.`);
}
