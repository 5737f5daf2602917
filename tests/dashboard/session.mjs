// Signing in and out, by keyboard, in both languages.
import { accessible, button, check, fits, known, settled, shot, signIn, text } from "./browser.mjs";

export async function signingIn(page) {
  const answer = await page.request.get(known.address, { headers: { "Accept-Encoding": "gzip" } });
  check(answer.headers()["content-encoding"] === "gzip" && Boolean(answer.headers().etag), "the page's files are compressed and have an ETag");
  const again = await page.request.get(`${known.address}/app.js`, { headers: { "If-None-Match": (await page.request.get(`${known.address}/app.js`)).headers().etag } });
  check(again.status() === 304, "a file that has not changed is not sent again");
  await page.waitForSelector("form.login");
  check(await page.evaluate(() => document.documentElement.lang) === "vi", "the page is Vietnamese first");
  await accessible(page, "the sign-in");
  await shot(page, "sign-in-vi");
  await signIn(page, "admin", "wrong password");
  await page.waitForSelector("[role=alert]");
  check((await text(page, "[role=alert]")).includes("không đúng"), "a wrong password is refused in Vietnamese");
  check(await page.evaluate(() => document.activeElement.name) === "password" && await page.inputValue("[name=password]") === "", "the keyboard is back at an empty password");
  await accessible(page, "the refused sign-in");
  await button(page, "English").click();
  await page.waitForFunction(() => document.documentElement.lang === "en");
  check((await text(page, "[role=alert]")).includes("is wrong"), "the refusal follows the language");
  await button(page, "Tiếng Việt").click();
  await page.setViewportSize({ width: 360, height: 740 });
  await fits(page, "the sign-in on a phone");
  await page.setViewportSize({ width: 1280, height: 800 });
  // By keyboard alone: the password, past "show", to the button.
  await page.focus("[name=password]");
  await page.keyboard.type(known.password);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForSelector("nav.menu");
  await settled(page);
  check(await page.title() === "Tổng quan · Wardwatch", "signing in leads to the overview");

  await page.keyboard.press("Tab");
  check(await page.evaluate(() => document.activeElement.className) === "skip", "the first stop of the keyboard is the skip link");
  await page.keyboard.press("Enter");
  check(await page.evaluate(() => document.activeElement.tagName) === "H1", "it leads to the content");
  await page.locator("nav.menu a", { hasText: "Máy tính" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.title.startsWith("Máy tính"));
  check(await page.evaluate(() => document.activeElement.tagName) === "H1", "a new page takes the keyboard to its heading");
  return [" 401 "];
}

export async function signingOut(page) {
  await page.click("#sign-out");
  await page.waitForSelector("form.login");
  const status = await page.evaluate(async () => (await fetch("/api/v1/units")).status);
  check(status === 401, "signing out ends the session at the centre");
  await page.goBack();
  await page.waitForSelector("form.login");
  check(!(await page.content()).includes("PC-MOT-CUA-01"), "going back shows nothing of what was there");
  return [" 401 "];
}
