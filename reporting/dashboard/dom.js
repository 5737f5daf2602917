// Building the page. Every text goes through text nodes: names of PCs, folders and accounts are written by others.

/** An element with attributes ("class", "href", …; functions become listeners) and children (nodes or texts). */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** A table whose cells carry their column's title, for the narrow layout. `rows` hold nodes or texts. */
export function table(titles, rows, attributes = {}) {
  const head = element("thead", {}, element("tr", {}, ...titles.map((title) => element("th", { scope: "col" }, title))));
  const body = element("tbody", {}, ...rows.map((cells) =>
    element("tr", {}, ...cells.map((cell, i) => element("td", { "data-title": titles[i] }, cell)))));
  return element("table", attributes, head, body);
}

/** Replaces the page and moves the keyboard there, so that readers announce it. */
export function showPage(title, ...children) {
  const page = document.getElementById("page");
  page.replaceChildren(...children.filter((child) => child !== null));
  document.title = title ? `${title} · Wardwatch` : "Wardwatch";
  page.focus({ preventScroll: true });
}

/** Lower case without Vietnamese marks: "Đường" is found as "duong". */
export function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
}
