// A real browser, and what all walks through the page share. A look at the page stands here only, and waits first until
// the page says that it shows what its address asks for (settled) or until it shows what is looked for (until, says,
// counted): never for time. check_waits keeps the walks to that.
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

const switches = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
// As long as a page may take on a machine that does much else; what is looked for usually stands there at once.
const patience = 90_000;

export async function open() {
  const context = await chromium.launchPersistentContext(known.profile, {
    executablePath: "/usr/bin/chromium", args: switches, ignoreHTTPSErrors: true, acceptDownloads: true,
    viewport: { width: 1280, height: 800 },
  });
  context.setDefaultTimeout(patience);
  // For work on the page without building the centre: a folder that reporting/dashboard/build has written.
  const folder = process.env.WARDWATCH_PAGE;
  if (folder) {
    await context.route(/\/app\.(js|css)$/, (route) => (
      route.fulfill({ path: join(folder, route.request().url().split("/").pop()) })
    ));
  }
  const page = context.pages()[0] ?? (await context.newPage());
  page.problems = [];
  page.on("console", (message) => {
    if (message.type() === "error") page.problems.push(`${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => page.problems.push(error.message));
  return { context, page };
}

/** The console's errors since the last look, but for those that were provoked. */
export function problems(page, ...provoked) {
  const found = page.problems.splice(0);
  return found.filter((text) => !provoked.some((one) => text.includes(one)));
}

/** Waits until `condition`, a function that runs in the page, holds there. */
export async function until(page, what, condition, given) {
  await page.waitForFunction(condition, given).catch((error) => {
    throw new Error(`not so: ${what}`, { cause: error });
  });
  console.log(`ok: ${what}`);
}

/** Waits until the page shows what its address asks for and nothing of it is still on its way or being made. */
export async function settled(page) {
  await page.waitForFunction(() => {
    const address = document.querySelector("main")?.dataset.address;
    const current = address === undefined || address === location.hash;
    return current && document.querySelector("h1") && !document.querySelector(".loading, [aria-busy=true]");
  });
}

/** What a function that runs in the settled page finds there. */
export async function look(page, find, given) {
  await settled(page);
  return page.evaluate(find, given);
}

/** Goes to a page of the dashboard as a link would. */
export async function visit(page, hash) {
  await page.evaluate((next) => { location.hash = next; }, hash);
  await page.waitForFunction((next) => document.querySelector("main").dataset.address === next, hash);
  await settled(page);
}

/** Presses a link and waits for what it leads to. */
export async function follow(page, link) {
  const hash = await link.getAttribute("href");
  await link.click();
  await page.waitForFunction((next) => document.querySelector("main").dataset.address === next, hash);
  await settled(page);
}

export async function reload(page) {
  await page.reload();
  await settled(page);
}

export async function accessible(page, name) {
  await settled(page);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const said = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
  check(said.length === 0, `axe finds nothing wrong with ${name}${said.length ? `: ${said.join("; ")}` : ""}`);
}

export async function fits(page, name) {
  const widths = () => [document.documentElement.scrollWidth, document.documentElement.clientWidth];
  const [wide, room] = await look(page, widths);
  check(wide <= room, `${name} needs no scrolling sideways: ${wide} of ${room}`);
}

export async function shot(page, name) {
  await settled(page);
  await page.screenshot({ path: join(known.shots, `${name}.png`), fullPage: true });
}

export async function text(page, selector = "main") {
  await settled(page);
  return page.locator(selector).first().innerText();
}

export async function title(page) {
  await settled(page);
  return page.title();
}

/** How many there are in the settled page. */
export async function count(page, selector) {
  await settled(page);
  return (typeof selector === "string" ? page.locator(selector) : selector).count();
}

/** Waits until there are so many. */
export async function counted(page, selector, number) {
  await until(page, `there are ${number} of ${selector}`, ([wanted, all]) => (
    document.querySelectorAll(wanted).length === all
  ), [selector, number]);
  await settled(page);
}

/** Waits until the page says each of the words. */
export async function says(page, words, selector = "main") {
  for (const word of words) {
    await until(page, `the page says ${JSON.stringify(word)}`, ([where, wanted]) => (
      document.querySelector(where)?.innerText.includes(wanted)
    ), [selector, word]);
  }
}

/** Waits until the page no longer says the word. */
export async function saysNot(page, word, selector = "main") {
  await until(page, `the page does not say ${JSON.stringify(word)}`, ([where, unwanted]) => {
    const shown = document.querySelector(where);
    return shown && !shown.innerText.includes(unwanted);
  }, [selector, word]);
}

/** Waits until a row of a table says all of the words. */
export async function listed(page, ...words) {
  await until(page, `a row says ${words.join(", ")}`, (wanted) => (
    [...document.querySelectorAll("main tbody tr")].some((row) => wanted.every((word) => row.innerText.includes(word)))
  ), words);
  await settled(page);
}

/** Waits until the keyboard is at an element that matches. */
export const keyboardAt = (page, selector, what) => (
  until(page, what, (wanted) => document.activeElement.matches(wanted), selector)
);

/** Rows of the first table below `selector`, as lists of cells. */
export const rows = (page, selector = "main table") => look(page, (wanted) => (
  [...document.querySelector(wanted).tBodies[0].rows].map((row) => (
    [...row.cells].map((cell) => cell.innerText.replace(/\s+/g, " ").trim())
  ))
), selector);

/** What a link leads to outside of the page: a file that the centre makes. */
export async function fileOf(page, link) {
  await settled(page);
  return page.request.get(known.address + await link.getAttribute("href"));
}

export async function signIn(page, user, password) {
  await page.fill("[name=user]", user);
  await page.fill("[name=password]", password);
  await page.keyboard.press("Enter");
}

/** Waits for the pages behind the sign-in. */
export async function signedIn(page) {
  await page.waitForSelector("nav.menu");
  await settled(page);
}

export const button = (page, name) => page.getByRole("button", { name, exact: true });
export const link = (page, name) => page.getByRole("link", { name, exact: true });

/** In the open dialog: presses its button and waits until it has closed and the page shows what came of it. */
export async function finishDialog(page, name) {
  await page.locator("dialog").getByRole("button", { name, exact: true }).click();
  await page.waitForSelector("dialog", { state: "detached" });
  await settled(page);
}

/** Presses the button and waits for its question. */
export async function ask(page, pressed) {
  await pressed.click();
  await page.waitForSelector("dialog");
}
