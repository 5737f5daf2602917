// Waivers, and a policy that is tried, published and seen among the versions.
import { accessible, button, check, finishDialog, known, rows, says, settled, shot, text, visit } from "./browser.mjs";

const { pcs, units, names } = known;

async function waivers(page) {
  await visit(page, `#/devices/${pcs.bad}`);
  await page.locator(".verdict.fail", { hasText: "được đổi định kỳ" }).getByRole("button", { name: "Miễn trừ" }).click();
  await page.waitForSelector("dialog");
  await accessible(page, "the question for a waiver");
  await page.getByLabel("Lý do").fill("Máy chờ nâng cấp");
  await finishDialog(page, "Duyệt miễn trừ");
  await page.waitForSelector(".verdict.waived");
  await says(page, ["Được miễn trừ", "Máy chờ nâng cấp"], ".verdict.waived");
  check(await page.locator(".verdict.waived .status.pass").count() === 0, "what is waived is not shown as passed");
  await shot(page, "pc-waived");
  await visit(page, "#/devices?verdict=waived");
  check((await text(page)).includes("PC-KẾ-TOÁN-02"), "PCs with a waiver are a filter of their own");
  await visit(page, "#/waivers");
  check((await rows(page)).length === 1, "the waiver is listed");
  await button(page, "Thêm miễn trừ").click();
  await page.getByLabel("Quy định").selectOption("password-length");
  await page.getByLabel("Đơn vị (gồm cả đơn vị trực thuộc)").selectOption(String(units[names.ward]));
  await page.getByLabel("Lý do").fill("Chờ chính sách nhóm");
  await finishDialog(page, "Duyệt miễn trừ");
  await page.waitForFunction(() => document.querySelectorAll("main tbody tr").length === 2);
  for (let left = 2; left > 0; left -= 1) {
    await button(page, "Kết thúc").first().click();
    await finishDialog(page, "Kết thúc");
    await page.waitForFunction((count) => document.querySelectorAll("main tbody tr").length === count, left - 1);
  }
  await page.getByLabel("Chỉ miễn trừ đang có hiệu lực").uncheck();
  await page.waitForFunction(() => document.querySelectorAll("main tbody tr").length === 2);
  check((await rows(page)).every((row) => row.join().includes("Đã kết thúc")), "ended waivers are kept");
}

async function versions(page) {
  await visit(page, "#/policy");
  await says(page, ["Thời hạn mật khẩu (ngày)", "90", "*.hanoi.gov.vn", "Mục 1a"]);
  await page.locator("nav.tabs").getByRole("link", { name: "Sửa đổi và thử trước" }).click();
  await settled(page);
  check(await button(page, "Thử trước").isDisabled(), "nothing is tried before something is changed");
  await page.getByLabel("Thời hạn mật khẩu (ngày)").fill("7");
  await button(page, "Thử trước").click();
  await page.getByRole("heading", { name: "Nếu áp dụng bản sửa đổi" }).waitFor();
  check(/[1-9]\d* máy chuyển sang không đạt/.test(await text(page)), "the preview says how many more PCs fail");
  await accessible(page, "the preview");
  await shot(page, "policy-preview");
  await button(page, "Ban hành…").click();
  await accessible(page, "the question before publishing");
  await page.getByLabel("Lý do, số văn bản").fill("Công văn 45");
  await page.locator("dialog").getByRole("button", { name: "Ban hành", exact: true }).click();
  await page.getByText("Đã ban hành.").first().waitFor();
  await page.locator("nav.tabs").getByRole("link", { name: "Các phiên bản" }).click();
  await page.getByText("Công văn 45").waitFor();
  check((await rows(page)).length === 2, "both versions are listed");
  await visit(page, "#/policy");
  await page.waitForFunction(() => document.querySelector(".summary").innerText.includes("7"));
  // Stored reports are judged one after another; the page says how many are left.
  await visit(page, `#/devices/${pcs.good}`);
  while (await page.locator(".verdict.fail").count() === 0) {
    await page.reload();
    await settled(page);
  }
  await says(page, ["đã đổi trong 7 ngày gần đây"]);
  check(true, "PCs are judged by the new policy");
}

export async function policy(page) {
  await waivers(page);
  await versions(page);
}
