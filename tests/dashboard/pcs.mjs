// From the overview to a PC in two clicks; the list with its filters; the PC's page; scans with live progress.
import { accessible, button, check, known, rows, says, settled, shot, text, visit } from "./browser.mjs";

const { names, pcs: ids, hostile } = known;

async function overview(page) {
  await visit(page, "#/");
  await says(page, ["Tổng quan", "Việc cần làm tiếp", "lưu mật khẩu hệ thống của cơ quan nhà nước", "Đơn vị theo điều khoản"]);
  await shot(page, "overview-top");
  // Two clicks to "which PCs of this ward saved passwords of the city's systems?": the cell, and the filter for grave failures.
  const cell = page.locator("table.heat tr", { hasText: names.ward }).getByRole("link", { name: /Mục 1c: 2 không đạt/ });
  await cell.click();
  await page.waitForFunction(() => location.hash.includes("clause=1c") && location.hash.includes("verdict=fail"));
  await settled(page);
  const found = (await rows(page)).map((row) => row[1]);
  check(found.length === 2 && found[0] === "PC-KẾ-TOÁN-02" && found[1] === hostile.host, `the cell leads to the PCs behind it, the grave one first: ${found.join(", ")}`);
  await page.getByLabel("Chỉ lỗi nghiêm trọng").check();
  await page.waitForFunction(() => document.querySelectorAll("main tbody tr").length === 1);
  await says(page, ["1 máy theo bộ lọc", "PC-KẾ-TOÁN-02"]);
  await page.goBack();
  await page.waitForFunction(() => document.querySelectorAll("main tbody tr").length === 2);
  check(!(await page.getByLabel("Chỉ lỗi nghiêm trọng").isChecked()), "going back takes the filter back");
}

async function list(page) {
  await visit(page, "#/devices");
  await says(page, ["6 máy", hostile.host]);
  check(await page.locator("main img, main script").count() === 0, "a hostile host name becomes no element");
  await page.fill("[name=q]", "ke-toan");
  await page.waitForFunction(() => document.querySelectorAll("main tbody tr").length === 1);
  check(page.url().includes("q=ke-toan"), "what is searched stands in the address");
  await page.fill("[name=q]", "");
  await page.waitForFunction(() => document.querySelectorAll("main tbody tr").length === 6);
  await page.getByLabel("Kết quả của máy").selectOption("unknown");
  await page.waitForFunction(() => location.hash.includes("status=unknown") && document.querySelectorAll("main tbody tr").length === 2);
  await page.reload();
  await settled(page);
  check((await rows(page)).length === 2, "a filter survives a reload");
  await page.getByRole("link", { name: "Bỏ lọc" }).click();
  await page.waitForFunction(() => document.querySelectorAll("main tbody tr").length === 6);
  await page.getByRole("button", { name: "Tên máy" }).click();
  await page.waitForFunction(() => document.querySelector("th[aria-sort=ascending]"));
  await page.getByRole("button", { name: "Tên máy" }).click();
  await page.waitForFunction(() => document.querySelector("th[aria-sort=descending]"));
  await settled(page);
  const sorted = (await rows(page)).map((row) => row[1]);
  check(sorted[0] === "PC-YEN-06", `a click on a column sorts by it, a second one the other way round: ${sorted.join(", ")}`);
  for (const [kind, begins] of [["CSV", "\ufeff"], ["Excel", "PK"]]) {
    const address = await page.getByRole("link", { name: kind, exact: true }).getAttribute("href");
    const file = await page.request.get(known.address + address);
    check(file.status() === 200 && (await file.body()).toString("utf8").startsWith(begins), `the list is exported as ${kind}`);
  }
}

async function onePc(page) {
  await visit(page, `#/devices/${ids.bad}`);
  await says(page, ["PC-KẾ-TOÁN-02", "Không đạt", "Mục 1a", "Mục 1c", "Lê Thị Chi/chrome/Default", "Nghiêm trọng", "Yêu cầu", "Từ lúc", "Cách khắc phục", "giờ Việt Nam (UTC+7)"]);
  check(await page.locator(".verdict.fail.grave").count() === 1, "the grave failure is marked as such");
  await shot(page, "pc-vi");
  await page.getByRole("link", { name: "Số liệu thu thập" }).click();
  await page.waitForSelector("#filter, input[type=search]");
  check((await rows(page)).length === known.bad_facts, `every fact is listed: ${known.bad_facts}`);
  check((await text(page)).includes("netapi"), "with its source");
  await page.getByLabel("Lọc số liệu").fill("le thi chi/chrome");
  await page.waitForFunction(() => document.querySelectorAll("main tbody tr").length === 4);
  check((await rows(page)).every((row) => row.join(" ").includes("Lê Thị Chi/chrome")), "the filter ignores Vietnamese marks");
  for (const [tab, word] of [["Lịch sử thay đổi", ""], ["Báo cáo", "Quét thủ công"], ["Quét và lệnh", ""], ["Chứng thư và đơn vị", "SHA-256"]]) {
    await page.locator("nav.tabs").getByRole("link", { name: tab, exact: true }).click();
    await settled(page);
    check((await text(page)).includes(word) && await page.locator("main [role=alert]").count() === 0, `the PC's page shows ${tab}`);
    await accessible(page, tab);
  }
  await visit(page, `#/devices/${ids.hostile}/facts`);
  await says(page, [hostile.host, hostile.folder]);
  check(await page.locator("main img, main script").count() === 0 && await page.title() !== "owned", "hostile names become no elements and run nothing");
  await visit(page, "#/devices/00000000-0000-4000-8000-000000000000");
  await says(page, ["Không có máy này"]);
}

async function scans(page) {
  await visit(page, `#/devices/${ids.good}`);
  const before = await text(page, ".summary");
  await page.click("#scan-now");
  await page.waitForFunction(() => document.querySelector(".scan-text")?.innerText.includes("Đang quét: bước"));
  check(true, "the scan's steps are told while it runs");
  await page.waitForFunction(() => document.querySelector(".scan-text")?.innerText.includes("Đã có báo cáo mới"));
  await settled(page);
  check(typeof before === "string", "the new report is shown");
  await visit(page, `#/devices/${ids.bad}`);
  await page.click("#scan-now");
  await page.waitForFunction(() => document.querySelector(".scan-text")?.innerText.includes("ngoại tuyến"), null, { timeout: 30000 });
  check(true, "a PC that is away is called so");

  await visit(page, `#/devices?unit=${known.units[names.ward]}`);
  await page.getByLabel("Chọn PC-MOT-CUA-01").check();
  await page.getByLabel("Chọn PC-MOI-05").check();
  await button(page, "Quét các máy đã chọn (2)").click();
  await page.waitForSelector("dialog");
  await accessible(page, "the question before a scan");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  check((await page.evaluate(() => document.activeElement.innerText)).startsWith("Quét các máy"), "Escape closes it, and the keyboard is where it was");
  await button(page, "Quét các máy đã chọn (2)").click();
  await button(page, "Bắt đầu quét").click();
  await page.waitForFunction(() => location.hash.startsWith("#/scans/"));
  await page.waitForFunction(() => document.querySelector(".scan-sum")?.innerText.includes("1 trên 2 máy"));
  check(true, "the scan's page counts live who is through");
  await accessible(page, "a scan");
  await shot(page, "scan-vi");
  await visit(page, "#/devices?clause=1c&verdict=fail");
  await button(page, "Quét tất cả 2 máy trong danh sách").click();
  await button(page, "Bắt đầu quét").click();
  await page.waitForFunction(() => location.hash.startsWith("#/scans/") && document.querySelector(".scan-sum")?.innerText.includes("0 trên 2 máy"));
  await visit(page, "#/scans");
  check((await rows(page)).length === 4, "all scans are listed");
}

export async function pcs(page) {
  await overview(page);
  await list(page);
  await onePc(page);
  await scans(page);
  return [" 404 "];
}
