// Bundles the page into a folder: index.html, app.js, app.css, icon.svg, and each once more as .gz; beside them
// centre_api.ts, what the centre's API takes and answers.
//   WARDWATCH_NODE_PACKAGES=… node build.mjs FOLDER
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { apiTypes } from "./api_types.mjs";

const packages = process.env.WARDWATCH_NODE_PACKAGES;
const { build } = createRequire(join(packages, "package.json"))("esbuild");
const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2];

mkdirSync(folder, { recursive: true });
const centreApi = join(folder, "centre_api.ts");
writeFileSync(centreApi, apiTypes());
// The newest browsers of Windows 7 and 8.1, and what Debian 12 began with.
const common = { bundle: true, minify: true, target: ["chrome109", "firefox102", "safari15"], outdir: folder };
await build({
  ...common,
  entryPoints: { app: join(here, "src/main.tsx") },
  format: "esm",
  nodePaths: [join(packages, "node_modules")],
  alias: { "centre-api": centreApi },
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
});
await build({ ...common, entryPoints: { app: join(here, "style/app.css") } });
for (const name of ["index.html", "icon.svg"]) copyFileSync(join(here, name), join(folder, name));
for (const name of ["index.html", "app.js", "app.css", "icon.svg"]) {
  writeFileSync(join(folder, `${name}.gz`), gzipSync(readFileSync(join(folder, name)), { level: 9 }));
}
