// Waivers, and a policy that is tried, published and seen among the versions.
import {
  accessible, ask, button, check, count, counted, finishDialog, follow, known, listed, reload, rows, says, shot, text,
  until, visit,
} from "./browser.mjs";

const { pcs, units, names } = known;
const lines = "main tbody tr";

async function waiverOfPc(page) {
  await visit(page, `#/devices/${pcs.bad}`);
  const verdict = page.locator(".verdict.fail", { hasText: "được đổi định kỳ" });
  await ask(page, verdict.getByRole("button", { name: "Miễn trừ" }));
  await accessible(page, "the question for a waiver");
  await page.getByLabel("Lý do").fill("Máy chờ nâng cấp");
  await finishDialog(page, "Duyệt miễn trừ");
  await page.waitForSelector(".verdict.waived");
  await says(page, ["Được miễn trừ", "Máy chờ nâng cấp"], ".verdict.waived");
  check(await count(page, ".verdict.waived .status.pass") === 0, "what is waived is not shown as passed");
  await shot(page, "pc-waived");
}

async function waivers(page) {
  await waiverOfPc(page);
  await visit(page, "#/devices?verdict=waived");
  await listed(page, "PC-KẾ-TOÁN-02");
  await visit(page, "#/waivers");
  check((await rows(page)).length === 1, "the waiver is listed");
  await ask(page, button(page, "Thêm miễn trừ"));
  await page.getByLabel("Quy định").selectOption("password-length");
  await page.getByLabel("Đơn vị (gồm cả đơn vị trực thuộc)").selectOption(String(units[names.ward]));
  await page.getByLabel("Lý do").fill("Chờ chính sách nhóm");
  await finishDialog(page, "Duyệt miễn trừ");
  await counted(page, lines, 2);
  for (let left = 2; left > 0; left -= 1) {
    await ask(page, button(page, "Kết thúc").first());
    await finishDialog(page, "Kết thúc");
    await counted(page, lines, left - 1);
  }
  await page.getByLabel("Chỉ miễn trừ đang có hiệu lực").uncheck();
  await counted(page, lines, 2);
  check((await rows(page)).every((row) => row.join().includes("Đã kết thúc")), "ended waivers are kept");
}

const tab = (page, name) => page.locator("nav.tabs").getByRole("link", { name });

async function versions(page) {
  await visit(page, "#/policy");
  await says(page, ["Thời hạn mật khẩu (ngày)", "90", "*.hanoi.gov.vn", "Mục 1a"]);
  await follow(page, tab(page, "Sửa đổi và thử trước"));
  await until(page, "nothing is tried before something is changed", () => (
    document.querySelector("main button[type=submit]").disabled
  ));
  await page.getByLabel("Thời hạn mật khẩu (ngày)").fill("7");
  await button(page, "Thử trước").click();
  await page.getByRole("heading", { name: "Nếu áp dụng bản sửa đổi" }).waitFor();
  check(/[1-9]\d* máy chuyển sang không đạt/.test(await text(page)), "the preview says how many more PCs fail");
  await accessible(page, "the preview");
  await shot(page, "policy-preview");
  await ask(page, button(page, "Ban hành…"));
  await accessible(page, "the question before publishing");
  await page.getByLabel("Lý do, số văn bản").fill("Công văn 45");
  await finishDialog(page, "Ban hành");
  await says(page, ["Đã ban hành."]);
  await follow(page, tab(page, "Các phiên bản"));
  await listed(page, "Công văn 45");
  check((await rows(page)).length === 2, "both versions are listed");
  await visit(page, "#/policy");
  await until(page, "the changed number is in force", () => (
    [...document.querySelectorAll(".summary > div")].some((entry) => entry.innerText.split("\n").at(-1) === "7")
  ));
  // Stored reports are judged one after another; the page says how many are left.
  await visit(page, `#/devices/${pcs.good}`);
  while (await count(page, ".verdict.fail") === 0) await reload(page);
  await says(page, ["đã đổi trong 7 ngày gần đây"]);
  check(true, "PCs are judged by the new policy");
}

export async function policy(page) {
  await waivers(page);
  await versions(page);
}
