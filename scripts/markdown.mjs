// @ts-check
/** What the scripts know of Markdown: its links, and the headings that they lead to. */

const FENCED = /^(```[\s\S]*?^```)/m;
const LINK = /!?\[((?:[^[\]]|\[[^[\]]*\])*)\]\(([^)\s]+)\)/g;

/**
 * The text with each of its links as `rewrite` returns it. What looks like a link in a sample is none; links to the web
 * stay as they are.
 * @param {string} text
 * @param {(link: string, words: string, target: string) => string} rewrite
 */
export function rewriteLinks(text, rewrite) {
  return text
    .split(FENCED)
    .map((part) => (part.startsWith("```") ? part : part.replace(LINK, toRewritten)))
    .join("");

  /** @param {string} link @param {string} words @param {string} target */
  function toRewritten(link, words, target) {
    return /^[a-z]+:/.test(target) ? link : rewrite(link, words, target);
  }
}

/** @param {string} text @returns {string[]} the targets of the links to files and headings */
export function linkTargets(text) {
  /** @type {string[]} */
  const targets = [];
  rewriteLinks(text, (link, _, target) => {
    targets.push(target);
    return link;
  });
  return targets;
}

/** @param {string} text @returns {string[]} what links call the headings of a page */
export function anchorsIn(text) {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
