// Every page in both languages and themes, wide and on a phone: axe, widths, titles, no error.
import { accessible, button, check, fits, known, settled, shot, visit } from "./browser.mjs";

const { units, names, pcs } = known;

const pages = {
  overview: "#/", devices: "#/devices", filtered: `#/devices?unit=${units[names.ward]}&clause=1c&verdict=fail`, device: `#/devices/${pcs.bad}`,
  facts: `#/devices/${pcs.bad}/facts`, hostile: `#/devices/${pcs.hostile}`, units: "#/units", unit: `#/units/${units[names.ward]}`, scans: "#/scans",
  policy: "#/policy", draft: "#/policy/draft", versions: "#/policy/versions", waivers: "#/waivers?all=true", accounts: "#/web-accounts", licences: "#/licences",
  reports: "#/reports", users: "#/users", tokens: "#/api-tokens", enrolment: "#/enrolment", webhooks: "#/webhooks", audit: "#/audit", account: "#/account",
  nowhere: "#/nowhere",
};

async function walk(page, mode, look) {
  const titles = new Map();
  for (const [name, address] of Object.entries(pages)) {
    await visit(page, address);
    check(await page.locator("main .notice.bad").count() === 0, `${mode} ${name} shows no error`);
    const title = await page.title();
    check(title.endsWith(" · Wardwatch") && title.length > 12, `${mode} ${name} has a title: ${title}`);
    titles.set(title, name);
    await accessible(page, `${mode} ${name}`);
    await fits(page, `${mode} ${name}`);
    await shot(page, `${mode}-${name}`);
    if (look) await look(name);
  }
  check(titles.size >= 17, `${mode}: pages are told apart by their titles`);
}

export async function everyPage(page) {
  await walk(page, "vi-light");
  await button(page, "English").click();
  await page.waitForFunction(() => document.documentElement.lang === "en");
  await page.setViewportSize({ width: 360, height: 740 });
  await page.locator("header select").selectOption("dark");
  check(await page.evaluate(() => document.documentElement.dataset.theme) === "dark", "the theme is chosen");
  // A Vietnamese word that is left in the English page is a word that was forgotten; names are the office's own.
  await walk(page, "en-dark-phone", async (name) => {
    const left = await page.evaluate(() => [...document.querySelectorAll("main h2, main th[scope=col], main button, main label")].map((node) => node.innerText).filter((said) => /[ạảấầẩậắằẳặẹẻẽếềểệỉịọỏốồổộớờởợụủứừửựỳỷỹỵđ]/i.test(said)));
    check(left.filter((said) => said !== "Tiếng Việt").length === 0, `${name} is English: ${left.join(", ")}`);
  });
  await page.reload();
  await settled(page);
  check(await page.evaluate(() => document.documentElement.lang === "en" && document.documentElement.dataset.theme === "dark"), "language and theme are remembered");
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
  return [];
}
