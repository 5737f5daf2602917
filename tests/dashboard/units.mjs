// The tree of units: added, renamed, moved, merged, imported, exported; enrolment tokens; PCs moved and revoked.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, button, check, finishDialog, known, rows, says, settled, shot, text, visit } from "./browser.mjs";

const { names, units: ids, pcs } = known;

async function ask(page, unit, task) {
  await page.locator("summary", { hasText: "⋯" }).and(page.getByLabel(`Thao tác: ${unit}`, { exact: true })).click();
  await page.locator("details[open]").getByRole("button", { name: task, exact: true }).click();
  await page.waitForSelector("dialog");
}

const unitNames = async (page) => (await rows(page, "main table")).map((row) => row[0].replace(/^[▾▸]\s*/, ""));

async function tree(page) {
  await visit(page, "#/units");
  check((await unitNames(page)).join() === [names.city, names.ward, names.office, names.other].join(), "units stand in their tree");
  const counted = (await rows(page))[0].slice(0, 3).join().replace("✓ ", "✓").replace(/^[▾▸]\s*/, "");
  check(counted === `${names.city},6,✓2`, `a unit counts its PCs with all below: ${counted}`);
  await button(page, "Thêm đơn vị").click();
  await accessible(page, "the question for a new unit");
  await page.getByRole("textbox", { name: "Tên đơn vị" }).fill("Phường Tạm");
  await page.getByLabel("Trực thuộc", { exact: true }).selectOption(String(ids[names.city]));
  await finishDialog(page, "Lưu");
  await page.waitForFunction(() => document.querySelectorAll("main table")[0].innerText.includes("Phường Tạm"));
  await ask(page, "Phường Tạm", "Đổi tên");
  await page.getByRole("textbox", { name: "Tên đơn vị" }).fill("Phường Cũ");
  await finishDialog(page, "Lưu");
  await page.waitForFunction(() => document.querySelectorAll("main table")[0].innerText.includes("Phường Cũ"));
  await ask(page, "Phường Cũ", "Chuyển đơn vị");
  await page.getByLabel("Trực thuộc", { exact: true }).selectOption(String(ids[names.other]));
  await finishDialog(page, "Lưu");
  await page.waitForFunction((other) => document.querySelectorAll("main table")[1]?.innerText.includes(`${other}/Phường Cũ`), names.other);
  await ask(page, "Phường Cũ", "Sáp nhập");
  await page.getByLabel("Sáp nhập vào").selectOption(String(ids[names.other]));
  await finishDialog(page, "Sáp nhập");
  await page.waitForFunction(() => !document.querySelectorAll("main table")[0].innerText.includes("Phường Cũ"));
  const history = await text(page, "main section table");
  for (const word of ["Thêm mới", "Đổi tên", "Chuyển", "Sáp nhập", "admin"]) check(history.includes(word), `the history of units says ${word}`);
  await page.fill("[name=q]", "ben thanh");
  await page.waitForFunction(() => document.querySelector("main table").tBodies[0].rows.length === 1);
  check((await unitNames(page)).join() === names.ward, "units are found without marks");
  await shot(page, "units-changed");
}

async function csv(page) {
  await visit(page, "#/units");
  const file = await page.request.get(known.address + await page.getByRole("link", { name: "Xuất CSV" }).getAttribute("href"));
  const table = await file.text();
  check(file.status() === 200 && table.includes(names.ward), "units are exported as CSV");
  const path = (name) => join(known.folder, name);
  writeFileSync(path("1.csv"), `path\r\n${names.city}/Phường Nhập/Tổ\u0007\r\n`);
  await button(page, "Nhập CSV").click();
  await page.setInputFiles("dialog input[type=file]", path("1.csv"));
  await button(page, "Xem trước").click();
  await page.waitForSelector("dialog .notice.bad, dialog [role=status]");
  check(await page.locator("dialog .notice.bad table").count() === 1, "a wrong line is named before anything is imported");
  await accessible(page, "the mistakes of an import");
  writeFileSync(path("2.csv"), `path\r\n${names.city}/Phường Nhập\r\n`);
  await page.setInputFiles("dialog input[type=file]", path("2.csv"));
  await button(page, "Xem trước").click();
  await page.waitForFunction(() => document.querySelector("dialog .notice.plain")?.innerText.includes("Sẽ thêm 1 đơn vị"));
  await finishDialog(page, "Nhập");
  await page.waitForFunction(() => document.querySelector("main table").innerText.includes("Phường Nhập"));
  check(true, "units are imported after a preview");
}

async function enrolment(page) {
  await visit(page, "#/enrolment");
  await button(page, "Tạo mã ghi danh").click();
  await page.locator("dialog").getByLabel("Đơn vị").selectOption(String(ids[names.other]));
  await page.locator("dialog").getByRole("button", { name: "Tạo mã ghi danh" }).click();
  await page.waitForSelector("dialog .copy code");
  await accessible(page, "a new enrolment token");
  check(/TOKEN=[0-9a-f]+/.test(await text(page, "dialog")), "the install command stands beside the token");
  await shot(page, "enrolment-token");
  await button(page, "Đóng").click();
  await page.getByRole("button", { name: /^Thu hồi: / }).first().click();
  await page.waitForFunction(() => [...document.querySelectorAll("main tbody tr")].some((row) => row.innerText.includes("Đã thu hồi")));
  check(true, "a token is withdrawn");
}

async function pc(page) {
  await visit(page, `#/devices/${pcs.quiet}`);
  await button(page, "Chuyển đơn vị").click();
  await page.getByLabel("Chuyển đến").selectOption(String(ids[names.office]));
  await finishDialog(page, "Chuyển đơn vị");
  await page.waitForFunction((office) => document.querySelector(".summary").innerText.includes(office), names.office);
  await visit(page, `#/devices/${pcs.quiet}/identity`);
  await says(page, [names.other, names.office, "admin"]);
  await button(page, "Thu hồi máy").click();
  await page.getByLabel("Lý do").fill("Thanh lý");
  await finishDialog(page, "Thu hồi máy");
  await page.waitForFunction(() => document.querySelector("h1").innerText.includes("Đã thu hồi"));
  check(await page.locator("#scan-now").count() === 0, "a revoked PC is not asked to scan");
  await settled(page);
}

export async function units(page) {
  await tree(page);
  await csv(page);
  await enrolment(page);
  await pc(page);
}
