const { realmTests } = require("./realm.cjs");

realmTests(/** @type {any} */ (globalThis), {
  core: require("@store/core"),
  memory: require("@store/memory"),
  file: require("@store/file"),
  conformance: require("@store/conformance").conformance,
});
