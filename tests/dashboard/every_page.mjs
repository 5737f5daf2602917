// Every page in both languages and themes, wide and on a phone: axe, widths, titles, no error.
import { accessible, button, check, count, fits, known, look, reload, shot, title, visit } from "./browser.mjs";

const { units, names, pcs } = known;

const pages = {
  overview: "#/",
  devices: "#/devices",
  filtered: `#/devices?unit=${units[names.ward]}&clause=1c&verdict=fail`,
  device: `#/devices/${pcs.bad}`,
  facts: `#/devices/${pcs.bad}/facts`,
  notes: `#/devices/${pcs.quiet}/notes`,
  hostile: `#/devices/${pcs.hostile}`,
  units: "#/units",
  unit: `#/units/${units[names.ward]}`,
  scans: "#/scans",
  notices: "#/notices",
  policy: "#/policy",
  draft: "#/policy/draft",
  versions: "#/policy/versions",
  waivers: "#/waivers?all=true",
  accounts: "#/web-accounts",
  licences: "#/licences",
  reports: "#/reports",
  users: "#/users",
  tokens: "#/api-tokens",
  enrolment: "#/enrolment",
  webhooks: "#/webhooks",
  audit: "#/audit",
  account: "#/account",
  sessions: "#/sessions",
  nowhere: "#/nowhere",
};

async function walk(page, mode, more) {
  const titles = new Set();
  for (const [name, address] of Object.entries(pages)) {
    await visit(page, address);
    check(await count(page, "main .notice.bad") === 0, `${mode} ${name} shows no error`);
    const shown = await title(page);
    check(shown.endsWith(" · Wardwatch") && shown.length > 12, `${mode} ${name} has a title: ${shown}`);
    titles.add(shown);
    await accessible(page, `${mode} ${name}`);
    await fits(page, `${mode} ${name}`);
    await shot(page, `${mode}-${name}`);
    if (more) await more(name);
  }
  check(titles.size >= 17, `${mode}: pages are told apart by their titles`);
}

/** What the page says itself; names in it are the office's own. */
const ownWords = () => (
  [...document.querySelectorAll("main h2, main th[scope=col], main button, main label")].map((node) => node.innerText)
);
const vietnamese = /[ạảấầẩậắằẳặẹẻẽếềểệỉịọỏốồổộớờởợụủứừửựỳỷỹỵđ]/i;

export async function everyPage(page) {
  await walk(page, "vi-light");
  await button(page, "English").click();
  await page.waitForSelector("html[lang=en]");
  await page.setViewportSize({ width: 360, height: 740 });
  await page.locator("header select").selectOption("dark");
  await page.waitForSelector("html[data-theme=dark]");
  // A Vietnamese word that is left in the English page is a word that was forgotten.
  await walk(page, "en-dark-phone", async (name) => {
    const left = (await look(page, ownWords)).filter((said) => vietnamese.test(said) && said !== "Tiếng Việt");
    check(left.length === 0, `${name} is English: ${left.join(", ")}`);
  });
  await reload(page);
  const kept = await look(page, () => `${document.documentElement.lang} ${document.documentElement.dataset.theme}`);
  check(kept === "en dark", `language and theme are remembered: ${kept}`);
  await page.getByRole("button", { name: "Menu" }).click();
  await page.waitForSelector("nav.menu.open");
  await accessible(page, "the phone's menu");
  await page.locator("nav.menu a", { hasText: "PCs" }).click();
  await page.waitForSelector("nav.menu:not(.open)", { state: "attached" });
  await page.setViewportSize({ width: 1000, height: 700 });
  for (const [name, address] of Object.entries(pages)) {
    await visit(page, address);
    await fits(page, `${name} on a small screen`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.locator("header select").selectOption("system");
  await button(page, "Tiếng Việt").click();
  await page.waitForSelector("html[lang=vi]");
  return [];
}
