// From the overview to a PC in two clicks; the list with its filters; the PC's page; scans with live progress.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  accessible, ask, button, check, count, counted, fileOf, follow, keyboardAt, known, link, look, reload, rows, says,
  shot, title, until, visit,
} from "./browser.mjs";

const { names, pcs: ids, hostile, new_host: newHost } = known;
const lines = "main tbody tr";

async function overview(page) {
  await visit(page, "#/");
  await says(page, [
    "Tổng quan", "Việc cần làm tiếp", "lưu mật khẩu hệ thống của cơ quan nhà nước", "Đơn vị theo điều khoản",
  ]);
  await shot(page, "overview-top");
  // Two clicks to "which PCs of this ward saved passwords of the city's systems?": the cell, and the filter for grave
  // failures.
  const ward = page.locator("table.heat tr", { hasText: names.ward });
  await follow(page, ward.getByRole("link", { name: /Mục 1c: 2 không đạt/ }));
  await until(page, "the cell leads to a filter", () => (
    location.hash.includes("clause=1c") && location.hash.includes("verdict=fail")
  ));
  const found = (await rows(page)).map((row) => row[1]);
  check(found.join() === ["PC-KẾ-TOÁN-02", hostile.host].join(),
    `the cell leads to the PCs behind it, the grave one first: ${found.join(", ")}`);
  await page.getByLabel("Chỉ lỗi nghiêm trọng").check();
  await counted(page, lines, 1);
  await says(page, ["1 máy theo bộ lọc", "PC-KẾ-TOÁN-02"]);
  await page.goBack();
  await counted(page, lines, 2);
  check(await count(page, page.getByLabel("Chỉ lỗi nghiêm trọng").and(page.locator(":checked"))) === 0,
    "going back takes the filter back");
}

async function sorting(page) {
  await page.getByRole("button", { name: "Tên máy" }).click();
  await page.waitForSelector("th[aria-sort=ascending]");
  const ascending = (await rows(page)).map((row) => row[1]);
  await page.getByRole("button", { name: "Tên máy" }).click();
  await page.waitForSelector("th[aria-sort=descending]");
  const descending = (await rows(page)).map((row) => row[1]);
  check(descending[0] === "PC-YEN-06" && ascending.join() === [...descending].reverse().join(),
    `a click on a column sorts by it, a second one the other way round: ${descending.join(", ")}`);
}

async function list(page) {
  await visit(page, "#/devices");
  await says(page, ["6 máy", hostile.host]);
  check(await count(page, "main img, main script") === 0, "a hostile host name becomes no element");
  await page.fill("[name=q]", "ke-toan");
  await counted(page, lines, 1);
  check(page.url().includes("q=ke-toan"), "what is searched stands in the address");
  await page.fill("[name=q]", "");
  await counted(page, lines, 6);
  await page.getByLabel("Kết quả của máy").selectOption("unknown");
  await counted(page, lines, 2);
  check(page.url().includes("status=unknown"), "what is filtered stands in the address");
  await reload(page);
  check((await rows(page)).length === 2, "a filter survives a reload");
  await follow(page, link(page, "Bỏ lọc"));
  await counted(page, lines, 6);
  await sorting(page);
  for (const [kind, begins] of [["CSV", "\ufeff"], ["Excel", "PK"]]) {
    const file = await fileOf(page, link(page, kind));
    const content = (await file.body()).toString("utf8");
    check(file.status() === 200 && content.startsWith(begins), `the list is exported as ${kind}`);
  }
}

/** What is typed finds what holds it, whatever an address makes of its letters; so does the address opened anew. */
async function search(page, wanted, host) {
  const name = JSON.stringify(wanted);
  await visit(page, "#/devices");
  await page.fill("[name=q]", wanted);
  await until(page, `${name} stands in the address`, (text) => (
    new URLSearchParams(location.hash.split("?")[1]).get("q") === text
  ), wanted);
  const found = async () => (await count(page, lines) === 0 ? "" : (await rows(page)).map((row) => row[1]).join());
  check(await found() === host, `${name} finds ${host || "nothing"}`);
  if (host) {
    const table = await (await fileOf(page, link(page, "CSV"))).text();
    const one = table.trim().split("\r\n").length === 2 && table.includes(host.replaceAll('"', '""'));
    check(one, "the same is exported");
  }
  await reload(page);
  const typed = await look(page, () => document.querySelector("[name=q]").value);
  check(typed === wanted && await found() === host, "so it is when the address is opened anew");
}

async function searches(page) {
  for (const wanted of ["pc moi", "MỚI+05", "05%2B"]) await search(page, wanted, newHost);
  await search(page, "kế toán", "PC-KẾ-TOÁN-02");
  await search(page, "x onerror=", hostile.host);
  for (const wanted of ["kế+toán", "pc%20moi", "05+"]) await search(page, wanted, "");
}

const tab = (page, name) => page.locator("nav.tabs").getByRole("link", { name, exact: true });

async function onePc(page) {
  await visit(page, `#/devices/${ids.bad}`);
  await says(page, [
    "PC-KẾ-TOÁN-02", "Không đạt", "Mục 1a", "Mục 1c", "Chrome của Lê Thị Chi", "Nghiêm trọng", "Yêu cầu", "Từ lúc",
    "Cách khắc phục", "giờ Việt Nam (UTC+7)",
  ]);
  check(await count(page, ".verdict.fail.grave") === 1, "the grave failure is marked as such");
  await shot(page, "pc-vi");
  await follow(page, tab(page, "Số liệu thu thập"));
  check((await rows(page)).length === known.bad_facts, `every fact is listed: ${known.bad_facts}`);
  await says(page, ["netapi"]);
  await page.getByLabel("Lọc số liệu").fill("le thi chi/chrome");
  await counted(page, lines, 4);
  const found = await rows(page);
  const told = (row) => row.join(" ").includes("Chrome của Lê Thị Chi");
  check(found.every(told), "the filter ignores Vietnamese marks, and finds a profile by its path as well");
  for (const [name, word] of [
    ["Lịch sử thay đổi", ""], ["Báo cáo", "Quét thủ công"], ["Quét và lệnh", ""], ["Chứng thư và đơn vị", "SHA-256"],
  ]) {
    await follow(page, tab(page, name));
    await says(page, [word]);
    check(await count(page, "main [role=alert]") === 0, `the PC's page shows ${name}`);
    await accessible(page, name);
  }
  await visit(page, `#/devices/${ids.hostile}/facts`);
  await says(page, [hostile.host, hostile.folder]);
  check(await count(page, "main img, main script") === 0 && await title(page) !== "owned",
    "hostile names become no elements and run nothing");
  await visit(page, "#/devices/00000000-0000-4000-8000-000000000000");
  await says(page, ["Không có máy này"]);
}

async function scanOne(page) {
  await visit(page, `#/devices/${ids.good}`);
  await page.click("#scan-now");
  await says(page, ["Đang quét: bước"], ".scan-text");
  // The PC stays at its first step until that was seen.
  writeFileSync(join(known.folder, "step-seen"), "");
  await says(page, ["Đã có báo cáo mới"], ".scan-text");
  await follow(page, tab(page, "Báo cáo"));
  check((await rows(page)).length === 2, "the new report is listed beside the first one");
  await visit(page, `#/devices/${ids.bad}`);
  await page.click("#scan-now");
  await says(page, ["ngoại tuyến"], ".scan-text");
}

async function scanMany(page) {
  await visit(page, `#/devices?unit=${known.units[names.ward]}`);
  await page.getByLabel("Chọn PC-MOT-CUA-01").check();
  await page.getByLabel(`Chọn ${newHost}`).check();
  await ask(page, button(page, "Quét các máy đã chọn (2)"));
  await accessible(page, "the question before a scan");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  await keyboardAt(page, ".bar button.main", "Escape closes it, and the keyboard is where it was");
  await ask(page, button(page, "Quét các máy đã chọn (2)"));
  await button(page, "Bắt đầu quét").click();
  await until(page, "the scan has a page", () => location.hash.startsWith("#/scans/"));
  await says(page, ["1 trên 2 máy"], ".scan-sum");
  await accessible(page, "a scan");
  await shot(page, "scan-vi");
  await visit(page, "#/devices?clause=1c&verdict=fail");
  await ask(page, button(page, "Quét tất cả 2 máy trong danh sách"));
  await button(page, "Bắt đầu quét").click();
  await until(page, "what is filtered is scanned", () => location.hash.startsWith("#/scans/"));
  await says(page, ["0 trên 2 máy"], ".scan-sum");
  await visit(page, "#/scans");
  check((await rows(page)).length === 4, "all scans are listed");
}

export async function pcs(page) {
  await overview(page);
  await list(page);
  await searches(page);
  await onePc(page);
  await scanOne(page);
  await scanMany(page);
  return [" 404 "];
}
