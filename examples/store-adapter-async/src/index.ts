export { directoryObjects, type ObjectStore } from "./object-store.js";
export { type ObjectsOptions, objectsAdapter } from "./objects-adapter.js";
