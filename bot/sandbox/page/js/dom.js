/** Small helpers for building nodes. Text always becomes a text node: nothing here parses HTML. */

const SVG = "http://www.w3.org/2000/svg";
const TINTS = 8;

export const byId = (id) => document.getElementById(id);

/** Build an element; `on…` attributes are listeners, `data` is the dataset, empty values are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function setAttribute(node, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name === "data") Object.assign(node.dataset, value);
  else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else node.setAttribute(name, value === true ? "" : value);
}

/** An icon of the sprite in index.html. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** A round picture with the first letter of a name, tinted by id so that a person keeps their colour. */
export function avatar(name, id, kind = "person") {
  if (kind === "bot") return el("img", { class: "avatar", src: "icon.svg", alt: "" });
  const letter = [...name.trim()][0] ?? "?";
  return el("span", { class: `avatar tint-${tint(id)}`, "aria-hidden": "true" }, kind === "group" ? icon("group") : letter.toUpperCase());
}

export const tint = (id) => Math.abs(Number(id) || 0) % TINTS;

/** A count in a pill; nothing when there is nothing to count. */
export const badge = (count) => (count > 0 ? el("span", { class: "badge" }, shortCount(count)) : null);

export const shortCount = (count) => (count > 99 ? "99+" : String(count));

/** Arrow keys, Home and End move the focus through the buttons of `container`. */
export function roveWithArrows(container, { onEscape } = {}) {
  container.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && onEscape) {
      onEscape();
      return;
    }
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const edge = { Home: 0, End: -1 }[event.key];
    if (step === undefined && edge === undefined) return;
    const stops = [...container.querySelectorAll("button:not([disabled]), a[href]")].filter((node) => node.offsetParent !== null);
    const at = stops.indexOf(document.activeElement);
    const next = edge === undefined ? stops[(at + step + stops.length) % stops.length] : stops.at(edge);
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
}
