// The tree of units: added, renamed, moved, merged, imported, exported; enrolment tokens; PCs moved and revoked.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  accessible, ask, button, check, count, counted, fileOf, finishDialog, known, link, listed, reload, rows, says,
  saysNot, shot, text, visit,
} from "./browser.mjs";

const { names, units: ids, pcs } = known;

async function askOf(page, unit, task) {
  await page.locator("summary", { hasText: "⋯" }).and(page.getByLabel(`Thao tác: ${unit}`, { exact: true })).click();
  await ask(page, page.locator("details[open]").getByRole("button", { name: task, exact: true }));
}

const withoutArrow = (cell) => cell.replace(/^[▾▸]\s*/, "");
const unitNames = async (page) => (await rows(page)).map((row) => withoutArrow(row[0]));

async function changes(page) {
  await ask(page, button(page, "Thêm đơn vị"));
  await accessible(page, "the question for a new unit");
  await page.getByRole("textbox", { name: "Tên đơn vị" }).fill("Phường Tạm");
  await page.getByLabel("Trực thuộc", { exact: true }).selectOption(String(ids[names.city]));
  await finishDialog(page, "Lưu");
  await says(page, ["Phường Tạm"], "main table");
  await askOf(page, "Phường Tạm", "Đổi tên");
  await page.getByRole("textbox", { name: "Tên đơn vị" }).fill("Phường Cũ");
  await finishDialog(page, "Lưu");
  await says(page, ["Phường Cũ"], "main table");
  await askOf(page, "Phường Cũ", "Chuyển đơn vị");
  await page.getByLabel("Trực thuộc", { exact: true }).selectOption(String(ids[names.other]));
  await finishDialog(page, "Lưu");
  await says(page, [`${names.other}/Phường Cũ`], "main section table");
  await askOf(page, "Phường Cũ", "Sáp nhập");
  await page.getByLabel("Sáp nhập vào").selectOption(String(ids[names.other]));
  await finishDialog(page, "Sáp nhập");
  await saysNot(page, "Phường Cũ", "main table");
  await says(page, ["Thêm mới", "Đổi tên", "Chuyển", "Sáp nhập", "admin"], "main section table");
}

async function tree(page) {
  await visit(page, "#/units");
  const all = [names.city, names.ward, names.office, names.other];
  check((await unitNames(page)).join() === all.join(), "units stand in their tree");
  const counts = withoutArrow((await rows(page))[0].slice(0, 3).join().replace("✓ ", "✓"));
  check(counts === `${names.city},6,✓2`, `a unit counts its PCs with all below: ${counts}`);
  await changes(page);
  await page.fill("[name=q]", "ben thanh");
  await counted(page, "main .tree", 1);
  check((await unitNames(page)).join() === names.ward, "units are found without marks");
  await shot(page, "units-changed");
}

async function csv(page) {
  await visit(page, "#/units");
  const file = await fileOf(page, link(page, "Xuất CSV"));
  const table = await file.text();
  check(file.status() === 200 && table.includes(names.ward), "units are exported as CSV");
  const path = (name) => join(known.folder, name);
  writeFileSync(path("1.csv"), `path\r\n${names.city}/Phường Nhập/Tổ\u0007\r\n`);
  await ask(page, button(page, "Nhập CSV"));
  await page.setInputFiles("dialog input[type=file]", path("1.csv"));
  await button(page, "Xem trước").click();
  await page.waitForSelector("dialog .notice.bad, dialog [role=status]");
  check(await count(page, "dialog .notice.bad table") === 1, "a wrong line is named before anything is imported");
  await accessible(page, "the mistakes of an import");
  writeFileSync(path("2.csv"), `path\r\n${names.city}/Phường Nhập\r\n`);
  await page.setInputFiles("dialog input[type=file]", path("2.csv"));
  await button(page, "Xem trước").click();
  await says(page, ["Sẽ thêm 1 đơn vị"], "dialog .notice.plain");
  await finishDialog(page, "Nhập");
  await says(page, ["Phường Nhập"], "main table");
}

async function enrolment(page) {
  await visit(page, "#/enrolment");
  await ask(page, button(page, "Tạo mã ghi danh"));
  await page.locator("dialog").getByLabel("Đơn vị").selectOption(String(ids[names.other]));
  await page.locator("dialog").getByRole("button", { name: "Tạo mã ghi danh" }).click();
  await page.waitForSelector("dialog .copy code");
  await accessible(page, "a new enrolment token");
  check(/TOKEN=[0-9a-f]+/.test(await text(page, "dialog")), "the install command stands beside the token");
  await shot(page, "enrolment-token");
  await finishDialog(page, "Đóng");
  const revoke = page.getByRole("button", { name: /^Thu hồi: / });
  const tokens = await count(page, revoke);
  await ask(page, revoke.first());
  await says(page, [`Thu hồi mã ghi danh của ${names.city} / ${names.other}?`], "dialog");
  await accessible(page, "the question before a token is revoked");
  await shot(page, "enrolment-revoke");
  await finishDialog(page, "Hủy");
  await reload(page);
  check(await count(page, revoke) === tokens, "a token that somebody thought better of revoking stays");
  await ask(page, revoke.first());
  await finishDialog(page, "Thu hồi");
  await listed(page, names.other, "Đã thu hồi");
  check(await count(page, revoke) === tokens - 1, "only this token is revoked");
}

async function pc(page) {
  await visit(page, `#/devices/${pcs.quiet}`);
  await ask(page, button(page, "Chuyển đơn vị"));
  await page.getByLabel("Chuyển đến").selectOption(String(ids[names.office]));
  await finishDialog(page, "Chuyển đơn vị");
  await says(page, [names.office], ".summary");
  await visit(page, `#/devices/${pcs.quiet}/identity`);
  await says(page, [names.other, names.office, "admin"]);
  await ask(page, button(page, "Thu hồi máy"));
  await page.getByLabel("Lý do").fill("Thanh lý");
  await finishDialog(page, "Thu hồi máy");
  await says(page, ["Đã thu hồi"], "h1");
  check(await count(page, "#scan-now") === 0, "a revoked PC is not asked to scan");
}

export async function units(page) {
  await tree(page);
  await csv(page);
  await enrolment(page);
  await pc(page);
}
