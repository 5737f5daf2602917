// Names a circle of imports among the page's modules, if there is one; fails then.
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { filesBelow } from "./api_types.mjs";

const source = join(dirname(fileURLToPath(import.meta.url)), "src");

const modules = filesBelow(source, /\.tsx?$/);

/** The modules of ours that one imports, types included. */
function importedBy(path) {
  const names = [...readFileSync(path, "utf8").matchAll(/from "(\.[^"]*)"/g)].map(([, name]) => name);
  const module = (name) => modules.find((one) => one.replace(/\.tsx?$/, "") === join(dirname(path), name));
  return names.map(module);
}

const done = new Set();

function follow(path, way) {
  if (way.includes(path)) {
    const circle = [...way.slice(way.indexOf(path)), path].map((module) => relative(source, module));
    console.error(`a circle of imports: ${circle.join(" → ")}`);
    process.exit(1);
  }
  if (done.has(path)) return;
  for (const next of importedBy(path)) follow(next, [...way, path]);
  done.add(path);
}

for (const module of modules) follow(module, []);
