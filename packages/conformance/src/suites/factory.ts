import { holds, refuses, same } from "../assertion.js";
import { placeOf } from "../factory.js";
import { Scene } from "../scene.js";
import type { Suite } from "../suite.js";

/** First of all: when the places aren't fresh and apart, no other result means anything. */
export const factory: Suite = {
  name: "createAdapter and cleanup",
  heading: "the kit itself",
  define({ test }) {
    test("createAdapter returns an empty place", async (scene) => {
      same(await (await scene.table()).size, 0, "the size of a new place's table");
    });

    test("createAdapter returns a place that no other place sees", async (scene) => {
      const other = await scene.another();
      const [one, two] = [await scene.table(), await other.table()];
      await one.insert(["one", 1]);
      await two.insert(["two", 2]);
      same(await one.lookup("two"), [], "what the first place has of the second");
      same(await two.lookup("one"), [], "what the second place has of the first");
    });

    test("createAdapter returns an empty place after one of before was closed", async (scene) => {
      const before = await Scene.begin(scene.options, 1, scene.mode);
      try {
        await (await before.table()).insert(["before", 1]);
      } finally {
        await before.end();
      }
      same(await (await scene.table()).size, 0, "the size of a new place's table");
    });

    test("createAdapter's options are accepted by the adapter", async (scene) => {
      const created = placeOf(scene.place);
      holds(
        created.options === undefined || typeof created.options === "object",
        "the options that createAdapter returns must be an object",
      );
      const config = await scene.store.domainConfig("d");
      holds(config.adapter === scene.adapter, "domainConfig must return the adapter as given");
    });

    test("a store with what createAdapter returned opens a set, and refuses an unknown type", async (scene) => {
      same((await scene.table()).type, "set", "the table's type");
      await refuses("STORE_INVALID_OPTIONS", () => scene.table("heap" as never));
    });
  },
};
