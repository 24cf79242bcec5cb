import { library } from "../../tooling/tsup.js";

// The bundle of types loses the reference that the source has: without it, a consumer whose `lib` is ES2022 and who has
// no types of Node's gets a `Store` of type `any`.
export default { ...library, dts: { banner: '/// <reference lib="esnext.disposable" />' } };
