export { serveViewer, type Viewer, type ViewerOptions } from "./serve-viewer.js";
export type { Domains } from "./tables/catalogue.js";
