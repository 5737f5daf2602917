// Bundles the page into a folder: index.html, app.js, app.css, icon.svg, and each once more as .gz.
//   WARDWATCH_NODE_PACKAGES=… node build.mjs FOLDER
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const packages = process.env.WARDWATCH_NODE_PACKAGES;
const { build } = createRequire(join(packages, "package.json"))("esbuild");
const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2];

mkdirSync(folder, { recursive: true });
await build({
  entryPoints: { app: join(here, "src/main.tsx") },
  bundle: true,
  minify: true,
  format: "esm",
  // The newest browsers of Windows 7 and 8.1, and what Debian 12 began with.
  target: ["chrome109", "firefox102", "safari15"],
  nodePaths: [join(packages, "node_modules")],
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  outdir: folder,
});
await build({ entryPoints: { app: join(here, "style/app.css") }, bundle: true, minify: true, target: ["chrome109", "firefox102", "safari15"], outdir: folder });
for (const name of ["index.html", "icon.svg"]) copyFileSync(join(here, name), join(folder, name));
for (const name of ["index.html", "app.js", "app.css", "icon.svg"]) {
  writeFileSync(join(folder, `${name}.gz`), gzipSync(readFileSync(join(folder, name)), { level: 9 }));
}
