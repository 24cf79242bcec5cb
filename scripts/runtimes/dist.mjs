// @ts-check
/** What a package was built into, as an URL: these programs belong to no package that could import another.
 * @param {string} name its folder in `packages`
 */
export function dist(name) {
  return new URL(`../../packages/${name}/dist/index.js`, import.meta.url).href;
}
