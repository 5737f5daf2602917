// Users and their roles, the forced new password, the second factor, API tokens, the audit log.
import { createHmac } from "node:crypto";
import {
  accessible, ask, button, check, count, counted, fileOf, finishDialog, known, link, listed, rows, says, saysNot, shot,
  signedIn, signIn, text, until, visit,
} from "./browser.mjs";

const { names, units, pcs } = known;
const manager = { user: "quan.ly", password: "Sông Hồng chảy 9 khúc!" };

/** RFC 6238, as authenticator apps do it. */
function totp(secret, at = Date.now()) {
  const digit = (letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0");
  const bits = [...secret.replace(/[\s=]/g, "")].map(digit).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  const offset = hash[hash.length - 1] & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1000000).padStart(6, "0");
}

async function changeUser(page, user, password) {
  await page.click("#sign-out");
  await page.waitForSelector("form.login");
  await signIn(page, user, password);
}

async function addManager(page) {
  await visit(page, "#/users");
  await ask(page, button(page, "Thêm người dùng"));
  await accessible(page, "the question for a user");
  const dialog = page.locator("dialog");
  await dialog.getByLabel("Tên đăng nhập").fill(manager.user);
  await dialog.getByLabel("Họ và tên").fill("Trần Văn Quản");
  await dialog.getByLabel("Vai trò").selectOption("unit_manager");
  await dialog.getByLabel("Đơn vị được xem (gồm cả đơn vị trực thuộc)").selectOption(String(units[names.ward]));
  await dialog.getByRole("button", { name: "Lưu" }).click();
  await page.waitForSelector("dialog .copy code");
  await accessible(page, "a new user's password");
  const made = await text(page, "dialog .copy code");
  await finishDialog(page, "Đóng");
  await listed(page, "Trần Văn Quản");
  return made;
}

async function forcedPassword(page, made) {
  await changeUser(page, manager.user, made);
  await page.getByRole("heading", { name: "Đặt mật khẩu mới" }).waitFor();
  await accessible(page, "the forced new password");
  const kept = "ul.rules li.kept";
  await page.getByLabel("Mật khẩu hiện tại").fill(made);
  await page.getByLabel("Mật khẩu mới", { exact: true }).fill("quan1");
  // A small letter, a digit, and another one than before.
  await counted(page, kept, 3);
  await until(page, "a weak password cannot be sent", () => document.querySelector("button[type=submit]").disabled);
  await page.getByLabel("Mật khẩu mới", { exact: true }).fill(manager.password);
  await page.getByLabel("Nhập lại mật khẩu mới").fill(manager.password);
  await counted(page, kept, 8);
  await shot(page, "new-password");
  await button(page, "Đổi mật khẩu").click();
  await signedIn(page);
}

async function restricted(page) {
  const menu = await text(page, "nav.menu");
  check(menu.includes("Máy tính") && !menu.includes("Người dùng") && !menu.includes("Nhật ký"),
    "the menu holds what the role allows");
  await visit(page, "#/devices");
  const shown = await text(page);
  check(shown.includes("PC-MOT-CUA-01") && !shown.includes("PC-YEN-06"), "a unit's manager sees the PCs of the unit");
  check(await count(page, ".bar button") === 0, "without the buttons that the role does not allow");
  await visit(page, `#/devices/${pcs.good}`);
  check(await count(page, "#scan-now, .page-actions button") === 0, "on a PC's page as well");
  await visit(page, "#/users");
  await says(page, ["Không có quyền xem trang này"]);
  await accessible(page, "a page that the role does not allow");
  await visit(page, "#/");
  await says(page, [names.office]);
  await saysNot(page, names.other);
}

async function beginSecondFactor(page) {
  await visit(page, "#/account");
  await button(page, "Bật xác thực hai bước").click();
  await page.waitForSelector(".copy code");
  await accessible(page, "the second factor");
  await page.getByRole("img", { name: "Mã QR cho ứng dụng xác thực" }).waitFor();
  const secret = await text(page, ".copy code");
  await page.getByLabel(/^Mã xác thực/).fill("000000");
  await button(page, "Xác nhận").click();
  await page.waitForSelector("main [role=alert]");
  await page.getByLabel(/^Mã xác thực/).fill(totp(secret));
  await button(page, "Xác nhận").click();
  await says(page, ["Đã bật xác thực hai bước."]);
  return secret;
}

async function secondFactor(page) {
  const secret = await beginSecondFactor(page);
  // A code serves once: the next one is of the next half minute, which the centre takes as well.
  await page.getByLabel(/^Mã xác thực/).fill(totp(secret, Date.now() + 30000));
  await button(page, "Tạo mã khôi phục").click();
  await page.waitForSelector(".copy code");
  const [recovery, ...others] = (await text(page, ".copy code")).split("\n");
  check(others.length === 9 && /^(\d{5} ){3}\d{5}$/.test(recovery), "ten recovery codes are shown");
  await changeUser(page, manager.user, manager.password);
  await page.waitForSelector("[name=code]");
  await accessible(page, "the question for a code");
  await shot(page, "sign-in-code");
  await page.fill("[name=code]", recovery);
  await page.keyboard.press("Enter");
  await signedIn(page);
  check(true, "signing in needs a code, and a recovery code is one");
  await changeUser(page, "admin", known.password);
  await signedIn(page);
  await visit(page, "#/users");
  const menu = page.getByLabel(`Thao tác: ${manager.user}`);
  await menu.click();
  await page.locator("details[open]").getByRole("button", { name: "Tắt xác thực hai bước" }).click();
  await until(page, "the second factor is ended", (user) => (
    [...document.querySelectorAll("main tbody tr")].some((row) => (
      row.innerText.includes(user) && [...row.cells].some((cell) => cell.innerText === "Không")
    ))
  ), manager.user);
  await menu.click();
  await page.locator("details[open]").getByRole("button", { name: "Khóa", exact: true }).click();
  await listed(page, manager.user, "Đã khóa");
}

async function tokens(page) {
  await visit(page, "#/api-tokens");
  await ask(page, button(page, "Tạo mã"));
  await page.getByLabel("Tên (dùng để làm gì)").fill("Grafana");
  await page.locator("dialog").getByRole("button", { name: "Tạo mã" }).click();
  await page.waitForSelector("dialog .copy code");
  const token = await text(page, "dialog .copy code");
  await finishDialog(page, "Đóng");
  const headers = { Authorization: `Bearer ${token}`, Cookie: "" };
  const answer = async () => (await page.request.get(`${known.address}/api/v1/units`, { headers })).status();
  check(await answer() === 200, "the token opens the API");
  await ask(page, button(page, "Thu hồi: Grafana"));
  await finishDialog(page, "Thu hồi");
  await listed(page, "Grafana", "Đã thu hồi");
  check(await answer() === 401, "until it is revoked");
}

async function audit(page) {
  await visit(page, "#/audit");
  const first = await rows(page);
  check(first.length > 10, `what was done is in the log: ${first.length} entries`);
  await page.getByLabel("Tìm trong nhật ký").fill(manager.user);
  await until(page, "what is searched stands in the address", () => location.hash.includes("q="));
  const found = await rows(page);
  check(found.length > 0 && found.length < first.length && found.every((row) => row.join().includes(manager.user)),
    `the log is searched: ${found.length} entries`);
  await button(page, "Kiểm tra tính toàn vẹn").click();
  await page.waitForSelector(".notice.good");
  await says(page, ["nguyên vẹn"], ".notice.good");
  const file = await fileOf(page, link(page, "Xuất CSV"));
  check(file.status() === 200 && (await file.text()).includes(manager.user), "the log is exported");
  await shot(page, "audit");
}

export async function people(page) {
  const made = await addManager(page);
  await forcedPassword(page, made);
  await restricted(page);
  await secondFactor(page);
  await tokens(page);
  await audit(page);
  return [" 401 ", " 400 "];
}
