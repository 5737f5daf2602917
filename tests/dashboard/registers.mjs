// Web systems with their accounts, licences, and reports.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, button, check, finishDialog, known, rows, says, shot, text, visit } from "./browser.mjs";

const { names, units } = known;
const path = (name) => join(known.folder, name);
const columns = "account,owner,unit,last password change,last login,status";

async function webAccounts(page) {
  await visit(page, "#/web-accounts");
  await says(page, ["Chưa có hệ thống web nào"]);
  await button(page, "Thêm hệ thống").click();
  await accessible(page, "the question for a web system");
  await page.getByLabel("Tên hệ thống").fill("Cổng dịch vụ công");
  await page.getByLabel("Tên miền").fill("dichvucong.hanoi.gov.vn");
  await finishDialog(page, "Lưu");
  await page.locator("main table").getByRole("link", { name: "Cổng dịch vụ công" }).click();
  await page.waitForFunction(() => document.title.startsWith("Cổng dịch vụ công"));
  await button(page, "Nhập tài khoản (CSV)").click();
  const ward = `${names.city}/${names.ward}`;
  writeFileSync(path("1.csv"), `${columns}\r\nan,Nguyễn Văn An,${ward},hôm qua,2026-11-01,active\r\n`);
  await page.setInputFiles("dialog input[type=file]", path("1.csv"));
  await button(page, "Xem trước").click();
  await page.waitForSelector("dialog .notice.bad table");
  await accessible(page, "the wrong lines of a register");
  await shot(page, "import-mistakes");
  const today = new Date().toISOString().slice(0, 10);
  writeFileSync(path("2.csv"), `${columns}\r\nan,Nguyễn Văn An,${ward},2020-01-01,${today},active\r\nbinh,Trần Thị Bình,${ward},${today},2020-01-01,active\r\nchi,"=HYPERLINK(""x"")",${ward},${today},${today},active\r\n`);
  await page.setInputFiles("dialog input[type=file]", path("2.csv"));
  await button(page, "Xem trước").click();
  await page.waitForFunction(() => document.querySelector("dialog .notice.plain")?.innerText.includes("thêm 3"));
  await finishDialog(page, "Nhập");
  await visit(page, "#/web-accounts");
  await page.getByLabel("Vấn đề").selectOption("overdue");
  await page.waitForFunction(() => document.querySelectorAll("main section:last-of-type table").length > 0 && location.hash.includes("problem=overdue"));
  await page.getByRole("button", { name: "Thu hồi: an" }).click();
  await page.locator("dialog").getByLabel("Thu hồi", { exact: true }).selectOption("requested");
  await page.locator("dialog").getByLabel("Ghi chú").fill("Công văn 12");
  await finishDialog(page, "Lưu");
  await page.getByText("Công văn 12").waitFor();
  check((await text(page)).includes("Đã đề nghị thu hồi"), "how far a revocation has come is shown");
  const file = await page.request.get(known.address + await page.getByRole("link", { name: "Xuất danh sách (CSV)" }).getAttribute("href"));
  check(file.status() === 200 && (await file.text()).includes("Công văn 12"), "the list to hand back is exported as it is filtered");
  await visit(page, "#/web-accounts");
  check((await text(page)).includes('=HYPERLINK("x")'), "a formula is shown as text");
  await shot(page, "web-accounts");
  await visit(page, "#/");
  await says(page, ["1 tài khoản hệ thống web quá hạn đổi mật khẩu", "1 tài khoản hệ thống web không còn dùng"]);
}

async function licences(page) {
  await visit(page, "#/licences");
  await button(page, "Thêm bản quyền").click();
  await accessible(page, "the question for a licence");
  await page.getByLabel("Sản phẩm").fill("Bkav Pro");
  await page.getByLabel("Số hợp đồng / mã tham chiếu").fill("HĐ 12/2025");
  await page.getByLabel("Số máy được dùng").fill("2");
  // Ten days from the office's today.
  await page.getByLabel("Hết hạn").fill(new Date(Date.now() + (10 * 24 + 7) * 3600000).toISOString().slice(0, 10));
  await page.getByLabel("Đơn vị (gồm cả đơn vị trực thuộc)").selectOption(String(units[names.city]));
  await finishDialog(page, "Lưu");
  await page.getByText("HĐ 12/2025").first().waitFor();
  await says(page, ["còn 10 ngày", "vượt số máy"]);
  await shot(page, "licences");
  await visit(page, "#/");
  await says(page, ["1 bản quyền diệt mã độc đã hết hạn hoặc sẽ hết hạn trong 30 ngày"]);
}

async function reports(page) {
  await visit(page, "#/reports");
  await page.getByRole("button", { name: "Từ đầu năm" }).click();
  await page.getByLabel(/^Số báo cáo/).fill("45/BC-UBND");
  const address = await page.getByRole("link", { name: /^Báo cáo hành chính/ }).getAttribute("href");
  const printed = await page.request.get(known.address + address);
  check(printed.status() === 200 && (await printed.text()).includes("45/BC-UBND"), "the administrative report opens with what was entered");
  for (const name of ["Tuân thủ theo điều khoản và đơn vị (Excel)", "Tuân thủ theo điều khoản và đơn vị (CSV)", "Danh sách máy tính hiện nay (Excel)", "Danh sách máy tính hiện nay (CSV)"]) {
    const file = await page.request.get(known.address + await page.getByRole("link", { name }).getAttribute("href"));
    check(file.status() === 200 && (await file.body()).length > 100, `${name} is made`);
  }
  await page.getByLabel("Từ ngày").fill("2026-11-20");
  await page.getByLabel("Đến ngày").fill("2026-11-10");
  await page.locator("main [role=alert]").waitFor();
  check((await rows(page).catch(() => [])).length === 0 && await page.getByRole("link", { name: /^Báo cáo hành chính/ }).count() === 0, "a period that ends before it begins is refused");
}

async function reportMails(page) {
  await visit(page, "#/reports");
  await button(page, "Thêm lịch gửi").click();
  await page.getByLabel("Địa chỉ nhận").fill("van.phong@coquan.vn, chu.tich@coquan.vn");
  await page.getByLabel("Ngày gửi trong tháng").fill("7");
  await accessible(page, "the question for a monthly report");
  await finishDialog(page, "Thêm");
  await page.getByRole("rowheader", { name: "van.phong@coquan.vn, chu.tich@coquan.vn" }).waitFor();
  await shot(page, "report-mails");
  await page.getByRole("button", { name: /^Xóa: van.phong/ }).click();
  await finishDialog(page, "Xóa");
  await says(page, ["Chưa có lịch gửi nào."]);
}

export async function registers(page) {
  await webAccounts(page);
  await licences(page);
  await reports(page);
  await reportMails(page);
}
