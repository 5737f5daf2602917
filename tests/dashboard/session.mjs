// Signing in and out, by keyboard, in both languages.
import {
  accessible, button, check, fits, keyboardAt, known, look, says, saysNot, shot, signedIn, signIn, title, until,
} from "./browser.mjs";

async function files(page) {
  const answer = await page.request.get(known.address, { headers: { "Accept-Encoding": "gzip" } });
  const { "content-encoding": encoding, etag } = answer.headers();
  check(encoding === "gzip" && Boolean(etag), "the page's files are compressed and have an ETag");
  const script = `${known.address}/app.js`;
  const headers = { "If-None-Match": (await page.request.get(script)).headers().etag };
  const again = await page.request.get(script, { headers });
  check(again.status() === 304, "a file that has not changed is not sent again");
}

async function refused(page) {
  await page.waitForSelector("form.login");
  check(await look(page, () => document.documentElement.lang) === "vi", "the page is Vietnamese first");
  await accessible(page, "the sign-in");
  await shot(page, "sign-in-vi");
  await signIn(page, "admin", "wrong password");
  await page.waitForSelector("[role=alert]");
  await says(page, ["không đúng"], "[role=alert]");
  await until(page, "the keyboard is back at an empty password", () => (
    document.activeElement.name === "password" && document.activeElement.value === ""
  ));
  await accessible(page, "the refused sign-in");
  await button(page, "English").click();
  await page.waitForSelector("html[lang=en]");
  await says(page, ["is wrong"], "[role=alert]");
  await button(page, "Tiếng Việt").click();
  await page.setViewportSize({ width: 360, height: 740 });
  await fits(page, "the sign-in on a phone");
  await page.setViewportSize({ width: 1280, height: 800 });
}

async function byKeyboard(page) {
  // By keyboard alone: the password, past "show", to the button.
  await page.focus("[name=password]");
  await page.keyboard.type(known.password);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await signedIn(page);
  check(await title(page) === "Tổng quan · Wardwatch", "signing in leads to the overview");

  await page.keyboard.press("Tab");
  await keyboardAt(page, ".skip", "the first stop of the keyboard is the skip link");
  await page.keyboard.press("Enter");
  await keyboardAt(page, "h1", "it leads to the content");
  await page.locator("nav.menu a", { hasText: "Máy tính" }).focus();
  await page.keyboard.press("Enter");
  await until(page, "the menu leads to the PCs", () => document.title.startsWith("Máy tính"));
  await keyboardAt(page, "h1", "a new page takes the keyboard to its heading");
}

export async function signingIn(page) {
  await files(page);
  await refused(page);
  await byKeyboard(page);
  return [" 401 "];
}

export async function signingOut(page) {
  await page.click("#sign-out");
  await page.waitForSelector("form.login");
  const status = await look(page, async () => (await fetch("/api/v1/units")).status);
  check(status === 401, "signing out ends the session at the centre");
  await page.goBack();
  await until(page, "going back leads to the page before", () => location.hash !== "");
  await page.waitForSelector("form.login");
  await saysNot(page, "PC-MOT-CUA-01", "html");
  return [" 401 "];
}
