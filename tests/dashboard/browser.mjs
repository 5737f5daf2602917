// A real browser, and what all walks through the page share.
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.WARDWATCH_NODE_PACKAGES, "package.json"));
const { chromium } = require("playwright-core");
const axe = require("axe-core");

/** What dashboard_test.py says of the centre. */
export const known = JSON.parse(process.env.WARDWATCH_WALK);

export function check(condition, what) {
  if (!condition) throw new Error(`not so: ${what}`);
  console.log(`ok: ${what}`);
}

const switches = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export async function open() {
  const context = await chromium.launchPersistentContext(known.profile, {
    executablePath: "/usr/bin/chromium", args: switches, ignoreHTTPSErrors: true, viewport: { width: 1280, height: 800 }, acceptDownloads: true,
  });
  context.setDefaultTimeout(20000);
  // For work on the page without building the centre: a folder that reporting/dashboard/build has written.
  const folder = process.env.WARDWATCH_PAGE;
  if (folder) await context.route(/\/app\.(js|css)$/, (route) => route.fulfill({ path: join(folder, route.request().url().split("/").pop()) }));
  const page = context.pages()[0] ?? (await context.newPage());
  page.problems = [];
  page.on("console", (message) => { if (message.type() === "error") page.problems.push(`${message.text()} ${message.location().url}`); });
  page.on("pageerror", (error) => page.problems.push(error.message));
  return { context, page };
}

/** The console's errors since the last look, but for those that were provoked. */
export function problems(page, ...provoked) {
  const found = page.problems.splice(0);
  return found.filter((text) => !provoked.some((one) => text.includes(one)));
}

export async function settled(page) {
  await page.waitForSelector("h1");
  await page.waitForFunction(() => !document.querySelector(".loading, [aria-busy=true]"));
}

/** Goes to a page of the dashboard as a link would. */
export async function visit(page, hash) {
  await page.evaluate((next) => { location.hash = next; }, hash);
  await page.waitForFunction((next) => location.hash === next || (next === "#/" && location.hash === ""), hash);
  await settled(page);
}

export async function accessible(page, name) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const said = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
  check(said.length === 0, `axe finds nothing wrong with ${name}${said.length ? `: ${said.join("; ")}` : ""}`);
}

export async function fits(page, name) {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  check(wide <= room, `${name} needs no scrolling sideways: ${wide} of ${room}`);
}

export const shot = (page, name) => page.screenshot({ path: join(known.shots, `${name}.png`), fullPage: true });

export const text = (page, selector = "main") => page.locator(selector).first().innerText();

/** Waits until the page says each of the words. */
export async function says(page, words, selector = "main") {
  for (const word of words) {
    await page.waitForFunction(([where, wanted]) => document.querySelector(where)?.innerText.includes(wanted), [selector, word])
      .catch(() => { throw new Error(`not so: the page says ${JSON.stringify(word)}`); });
    console.log(`ok: the page says ${JSON.stringify(word)}`);
  }
}

/** Rows of the first table below `selector`, as lists of cells. */
export const rows = (page, selector = "main table") => page.evaluate((wanted) =>
  [...document.querySelector(wanted).tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.innerText.replace(/\s+/g, " ").trim())), selector);

export async function signIn(page, user, password) {
  await page.fill("[name=user]", user);
  await page.fill("[name=password]", password);
  await page.keyboard.press("Enter");
}

export const button = (page, name) => page.getByRole("button", { name, exact: true });

/** In the open dialog: presses its button and waits until it has closed. */
export async function finishDialog(page, name) {
  await page.locator("dialog").getByRole("button", { name, exact: true }).click();
  await page.waitForSelector("dialog", { state: "detached" });
}
