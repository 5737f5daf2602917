// Users and their roles, the forced new password, the second factor, API tokens, the audit log.
import { createHmac } from "node:crypto";
import { accessible, button, check, finishDialog, known, rows, says, settled, shot, signIn, text, visit } from "./browser.mjs";

const { names, units, pcs } = known;
const manager = { user: "quan.ly", password: "Sông Hồng chảy 9 khúc!" };

/** RFC 6238, as authenticator apps do it. */
function totp(secret, at = Date.now()) {
  const bits = [...secret.replace(/[\s=]/g, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
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
  await button(page, "Thêm người dùng").click();
  await accessible(page, "the question for a user");
  await page.locator("dialog").getByLabel("Tên đăng nhập").fill(manager.user);
  await page.locator("dialog").getByLabel("Họ và tên").fill("Trần Văn Quản");
  await page.locator("dialog").getByLabel("Vai trò").selectOption("unit_manager");
  await page.locator("dialog").getByLabel("Đơn vị được xem (gồm cả đơn vị trực thuộc)").selectOption(String(units[names.ward]));
  await page.locator("dialog").getByRole("button", { name: "Lưu" }).click();
  await page.waitForSelector("dialog .copy code");
  await accessible(page, "a new user's password");
  const made = await text(page, "dialog .copy code");
  await button(page, "Đóng").click();
  check((await rows(page)).some((row) => row.join().includes("Trần Văn Quản")), "the user is listed");
  return made;
}

async function forcedPassword(page, made) {
  await changeUser(page, manager.user, made);
  await page.getByRole("heading", { name: "Đặt mật khẩu mới" }).waitFor();
  await accessible(page, "the forced new password");
  const kept = () => page.locator("ul.rules li.kept").count();
  await page.getByLabel("Mật khẩu hiện tại").fill(made);
  await page.getByLabel("Mật khẩu mới", { exact: true }).fill("quan1");
  const few = await kept();
  check(await button(page, "Đổi mật khẩu").isDisabled(), "a weak password cannot be sent");
  await page.getByLabel("Mật khẩu mới", { exact: true }).fill(manager.password);
  await page.getByLabel("Nhập lại mật khẩu mới").fill(manager.password);
  check(await kept() === 8 && few < 8, "the rules are checked while one types");
  await shot(page, "new-password");
  await button(page, "Đổi mật khẩu").click();
  await page.waitForSelector("nav.menu");
  await settled(page);
}

async function restricted(page) {
  const menu = await text(page, "nav.menu");
  check(menu.includes("Máy tính") && !menu.includes("Người dùng") && !menu.includes("Nhật ký"), "the menu holds what the role allows");
  await visit(page, "#/devices");
  const shown = await text(page);
  check(shown.includes("PC-MOT-CUA-01") && !shown.includes("PC-YEN-06"), "a unit's manager sees the PCs of the unit");
  check(await page.locator(".bar button").count() === 0, "without the buttons that the role does not allow");
  await visit(page, `#/devices/${pcs.good}`);
  check(await page.locator("#scan-now").count() === 0 && await page.getByRole("button", { name: "Thu hồi máy" }).count() === 0, "on a PC's page as well");
  await visit(page, "#/users");
  await says(page, ["Không có quyền xem trang này"]);
  await accessible(page, "a page that the role does not allow");
  await visit(page, "#/");
  await says(page, [names.office]);
  check(!(await text(page)).includes(names.other), "the overview is of the unit");
}

async function secondFactor(page) {
  await visit(page, "#/account");
  await button(page, "Bật xác thực hai bước").click();
  await page.waitForSelector(".copy code");
  await accessible(page, "the second factor");
  check(await page.getByRole("img", { name: "Mã QR cho ứng dụng xác thực" }).isVisible(), "the secret can be scanned");
  const secret = await text(page, ".copy code");
  await page.getByLabel(/^Mã xác thực/).fill("000000");
  await button(page, "Xác nhận").click();
  await page.waitForSelector("main [role=alert]");
  await page.getByLabel(/^Mã xác thực/).fill(totp(secret));
  await button(page, "Xác nhận").click();
  await page.getByText("Đã bật xác thực hai bước.").waitFor();
  await changeUser(page, manager.user, manager.password);
  await page.waitForSelector("[name=code]");
  await accessible(page, "the question for a code");
  await shot(page, "sign-in-code");
  // A code serves once: the next one is of the next half minute, which the centre takes as well.
  await page.fill("[name=code]", totp(secret, Date.now() + 30000));
  await page.keyboard.press("Enter");
  await page.waitForSelector("nav.menu");
  await settled(page);
  check(true, "signing in needs the code");
  await changeUser(page, "admin", known.password);
  await page.waitForSelector("nav.menu");
  await settled(page);
  await visit(page, "#/users");
  await page.getByLabel(`Thao tác: ${manager.user}`).click();
  await page.locator("details[open]").getByRole("button", { name: "Tắt xác thực hai bước" }).click();
  await page.waitForFunction((user) => [...document.querySelectorAll("main tbody tr")].some((row) => row.innerText.includes(user) && !row.innerText.includes("Tắt") && /Không/.test(row.innerText)), manager.user);
  await page.getByLabel(`Thao tác: ${manager.user}`).click();
  await page.locator("details[open]").getByRole("button", { name: "Khóa", exact: true }).click();
  await page.getByText("Đã khóa").waitFor();
}

async function tokens(page) {
  await visit(page, "#/api-tokens");
  await button(page, "Tạo mã").click();
  await page.getByLabel("Tên (dùng để làm gì)").fill("Grafana");
  await page.locator("dialog").getByRole("button", { name: "Tạo mã" }).click();
  await page.waitForSelector("dialog .copy code");
  const token = await text(page, "dialog .copy code");
  await button(page, "Đóng").click();
  const ask = async () => (await page.request.get(`${known.address}/api/v1/units`, { headers: { Authorization: `Bearer ${token}`, Cookie: "" } })).status();
  check(await ask() === 200, "the token opens the API");
  await page.getByRole("button", { name: "Thu hồi: Grafana" }).click();
  await finishDialog(page, "Thu hồi");
  await page.getByText("Đã thu hồi").waitFor();
  check(await ask() === 401, "until it is revoked");
}

async function audit(page) {
  await visit(page, "#/audit");
  const first = await rows(page);
  check(first.length > 10, `what was done is in the log: ${first.length} entries`);
  await page.fill("[name=q]", manager.user);
  await page.waitForFunction((user) => location.hash.includes("q=") && [...document.querySelectorAll("main tbody tr")].every((row) => row.innerText.includes(user)), manager.user);
  await button(page, "Kiểm tra tính toàn vẹn").click();
  await page.waitForSelector(".notice.good");
  check((await text(page, ".notice.good")).includes("nguyên vẹn"), "the log is verified");
  const file = await page.request.get(known.address + await page.getByRole("link", { name: "Xuất CSV" }).getAttribute("href"));
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
