import type { PlaceAnswer } from "../protocol.js";

/** The page itself: what it asks for carries the token, too. */
export function documentOf(token: string, place: PlaceAnswer): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>store viewer</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='7' fill='%230b6e75'/%3E%3Cg fill='%23fff'%3E%3Crect x='7' y='8' width='18' height='4' rx='2'/%3E%3Crect x='7' y='14' width='13' height='4' rx='2' opacity='.8'/%3E%3Crect x='7' y='20' width='8' height='4' rx='2' opacity='.6'/%3E%3C/g%3E%3C/svg%3E">
<link rel="stylesheet" href="app.css?token=${token}">
</head>
<body>
<div id="app" data-place="${escaped(JSON.stringify(place))}"><noscript>This page needs JavaScript, which comes from its own server.</noscript></div>
<script type="module" src="app.js?token=${token}"></script>
</body>
</html>
`;
}

/** Within quotes. */
function escaped(text: string): string {
  return text.replace(/[^\w {}:,.[\]/-]/gu, (letter) => `&#${letter.codePointAt(0)};`);
}
