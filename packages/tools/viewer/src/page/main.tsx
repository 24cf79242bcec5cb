import { render } from "preact";
import type { PlaceAnswer } from "../protocol.js";
import { App } from "./app.js";
import "./app.css";

const root = document.getElementById("app");
if (root !== null) {
  const place = JSON.parse(root.dataset.place ?? "") as PlaceAnswer;
  root.replaceChildren();
  render(<App place={place} />, root);
}
