// Web systems with their accounts, licences, and reports.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  accessible, ask, button, check, count, fileOf, finishDialog, follow, known, link, listed, says, saysNot, shot, text,
  until, visit,
} from "./browser.mjs";

const { names, units } = known;
const path = (name) => join(known.folder, name);
const columns = "account,owner,unit,last password change,last login,status";

async function webSystem(page) {
  await visit(page, "#/web-accounts");
  await says(page, ["Chưa có hệ thống web nào"]);
  await ask(page, button(page, "Thêm hệ thống"));
  await accessible(page, "the question for a web system");
  await page.getByLabel("Tên hệ thống").fill("Cổng dịch vụ công");
  await page.getByLabel("Tên miền").fill("dichvucong.hanoi.gov.vn");
  await finishDialog(page, "Lưu");
  await follow(page, page.locator("main table").getByRole("link", { name: "Cổng dịch vụ công" }));
  await until(page, "the system has a page", () => document.title.startsWith("Cổng dịch vụ công"));
}

async function importAccounts(page) {
  await ask(page, button(page, "Nhập tài khoản (CSV)"));
  const ward = `${names.city}/${names.ward}`;
  writeFileSync(path("1.csv"), `${columns}\r\nan,Nguyễn Văn An,${ward},hôm qua,2026-11-01,active\r\n`);
  await page.setInputFiles("dialog input[type=file]", path("1.csv"));
  await button(page, "Xem trước").click();
  await page.waitForSelector("dialog .notice.bad table");
  await accessible(page, "the wrong lines of a register");
  await shot(page, "import-mistakes");
  const today = new Date().toISOString().slice(0, 10);
  writeFileSync(path("2.csv"), [
    columns,
    `an,Nguyễn Văn An,${ward},2020-01-01,${today},active`,
    `binh,Trần Thị Bình,${ward},${today},2020-01-01,active`,
    `chi,"=HYPERLINK(""x"")",${ward},${today},${today},active`, "",
  ].join("\r\n"));
  await page.setInputFiles("dialog input[type=file]", path("2.csv"));
  await button(page, "Xem trước").click();
  await page.waitForSelector("dialog .notice.plain");
  await says(page, ["thêm 3"], "dialog .notice.plain");
  await finishDialog(page, "Nhập");
}

async function searchAccounts(page) {
  await visit(page, "#/web-accounts");
  const search = page.getByLabel(/^Tìm tài khoản/);
  await search.fill("tran thi bình");
  await until(page, "what is searched stands in the address", () => location.hash.includes("q=tran+thi+b"));
  await listed(page, "Trần Thị Bình");
  await saysNot(page, "Nguyễn Văn An");
  await search.fill("tran+thi");
  await says(page, ["Không có tài khoản nào theo bộ lọc này."]);
}

async function webAccounts(page) {
  await webSystem(page);
  await importAccounts(page);
  await searchAccounts(page);
  await visit(page, "#/web-accounts");
  await page.getByLabel("Vấn đề").selectOption("overdue");
  await until(page, "what is filtered stands in the address", () => location.hash.includes("problem=overdue"));
  await ask(page, button(page, "Thu hồi: an"));
  await page.locator("dialog").getByLabel("Thu hồi", { exact: true }).selectOption("requested");
  await page.locator("dialog").getByLabel("Ghi chú").fill("Công văn 12");
  await finishDialog(page, "Lưu");
  await listed(page, "Công văn 12", "Đã đề nghị thu hồi");
  const file = await fileOf(page, link(page, "Xuất danh sách (CSV)"));
  const exported = await file.text();
  check(file.status() === 200 && exported.includes("Công văn 12") && !exported.includes("Trần Thị Bình"),
    "the list to hand back is exported as it is filtered");
  await visit(page, "#/web-accounts");
  await says(page, ['=HYPERLINK("x")']);
  await shot(page, "web-accounts");
  await visit(page, "#/");
  await says(page, ["1 tài khoản hệ thống web quá hạn đổi mật khẩu", "1 tài khoản hệ thống web không còn dùng"]);
}

async function licences(page) {
  await visit(page, "#/licences");
  await ask(page, button(page, "Thêm bản quyền"));
  await accessible(page, "the question for a licence");
  await page.getByLabel("Sản phẩm").fill("Bkav Pro");
  await page.getByLabel("Số hợp đồng / mã tham chiếu").fill("HĐ 12/2025");
  await page.getByLabel("Số máy được dùng").fill("2");
  // Ten days from the office's today.
  await page.getByLabel("Hết hạn").fill(new Date(Date.now() + (10 * 24 + 7) * 3600000).toISOString().slice(0, 10));
  await page.getByLabel("Đơn vị (gồm cả đơn vị trực thuộc)").selectOption(String(units[names.city]));
  await finishDialog(page, "Lưu");
  await listed(page, "HĐ 12/2025", "còn 10 ngày", "vượt số máy");
  await shot(page, "licences");
  await visit(page, "#/");
  await says(page, ["1 bản quyền diệt mã độc đã hết hạn hoặc sẽ hết hạn trong 30 ngày"]);
}

async function reports(page) {
  await visit(page, "#/reports");
  await page.getByRole("button", { name: "Từ đầu năm" }).click();
  check(!(await text(page)).includes("Trích yếu"), "what the centre writes itself is not asked for");
  await page.getByLabel(/^Số báo cáo/).fill("45/BC-UBND");
  await page.getByLabel(/^Chức vụ người ký/).fill("CHỦ TỊCH");
  await page.getByLabel(/^Người ký/).fill("Trần Văn A");
  const open = page.getByRole("link", { name: /^Báo cáo hành chính/ });
  await open.and(page.locator("[href*='signer=Tr%E1%BA%A7n']")).waitFor();
  const printed = await fileOf(page, open);
  const paper = await printed.text();
  check(printed.status() === 200 && paper.includes("45/BC-UBND"), "the administrative report has the number entered");
  const sign = paper.slice(paper.indexOf('<div class="sign">')).replace(/<[^>]*>/g, " ").split(/\s{2,}/).slice(1, 3);
  check(sign.join() === "CHỦ TỊCH,Trần Văn A", `the signer's post stands above the name: ${sign.join(", ")}`);
  const notice = await fileOf(page, link(page, "Thông báo cho người sử dụng máy (để in)"));
  check((await notice.text()).includes("khoản 3 Điều 25"), "the notice to the users of PCs can be printed");
  for (const name of [
    "Tuân thủ theo điều khoản và đơn vị (Excel)", "Tuân thủ theo điều khoản và đơn vị (CSV)",
    "Danh sách máy tính hiện nay (Excel)", "Danh sách máy tính hiện nay (CSV)",
  ]) {
    const file = await fileOf(page, link(page, name));
    check(file.status() === 200 && (await file.body()).length > 100, `${name} is made`);
  }
  await page.getByLabel("Từ ngày").fill("2026-11-20");
  await page.getByLabel("Đến ngày").fill("2026-11-10");
  await page.locator("main [role=alert]").waitFor();
  check(await count(page, open) === 0, "a period that ends before it begins is refused");
}

async function reportMails(page) {
  await visit(page, "#/reports");
  await ask(page, button(page, "Thêm lịch gửi"));
  await page.getByLabel("Địa chỉ nhận").fill("van.phong@coquan.vn, chu.tich@coquan.vn");
  await page.getByLabel("Ngày gửi trong tháng").fill("7");
  await accessible(page, "the question for a monthly report");
  await finishDialog(page, "Thêm");
  await page.getByRole("rowheader", { name: "van.phong@coquan.vn, chu.tich@coquan.vn" }).waitFor();
  await shot(page, "report-mails");
  await ask(page, page.getByRole("button", { name: /^Xóa: van.phong/ }));
  await finishDialog(page, "Xóa");
  await says(page, ["Chưa có lịch gửi nào."]);
}

export async function registers(page) {
  await webAccounts(page);
  await licences(page);
  await reports(page);
  await reportMails(page);
}
