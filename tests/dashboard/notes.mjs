// A PC's page: who uses it and where it stands, and notes about it; the list finds the PC by them.
import {
  accessible, ask, button, check, counted, finishDialog, follow, known, listed, look, rows, says, saysNot, shot, until,
  visit,
} from "./browser.mjs";

const { names, pcs: ids } = known;
const lines = "main tbody tr";
const pageOf = (id) => `#/devices/${id}/notes`;

async function card(page) {
  await visit(page, pageOf(ids.quiet));
  await says(page, ["Chưa ghi người sử dụng, phòng, điện thoại.", "Chưa có ghi chú nào."]);
  await ask(page, button(page, "Sửa thông tin"));
  await accessible(page, "the dialog of a PC's owner");
  await page.fill("dialog [name=owner]", "Đặng Thị Nguyệt");
  await page.fill("dialog [name=room]", "Phòng 203");
  await page.fill("dialog [name=telephone]", "024 3825 1234");
  await finishDialog(page, "Lưu");
  await says(page, ["Đặng Thị Nguyệt", "Phòng 203", "024 3825 1234"]);
  const told = await look(page, () => document.querySelector("main .summary").innerText);
  check(told.includes("Đặng Thị Nguyệt") && told.includes("Phòng 203"), "the summary of the PC says whose it is");
}

/** Somebody else writes while the dialog is open: nothing of theirs is lost. */
async function twoAtOnce(page) {
  await ask(page, button(page, "Sửa thông tin"));
  const status = await look(page, async (id) => {
    const session = await (await fetch("/api/v1/session")).json();
    const answer = await fetch(`/api/v1/devices/${id}/card`, {
      method: "PATCH",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": session.csrf_token },
      body: JSON.stringify({ room: "Phòng 305", based_on: 1 }),
    });
    return answer.status;
  }, ids.quiet);
  check(status === 200, `somebody else changes the room: ${status}`);
  await page.fill("dialog [name=telephone]", "0900");
  await page.locator("dialog").getByRole("button", { name: "Lưu", exact: true }).click();
  await says(page, ["Người khác vừa sửa thông tin này"], "dialog");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  await says(page, ["Phòng 305", "024 3825 1234"]);
}

async function notes(page) {
  const markup = "<b>Thay ổ cứng.</b>\nHẹn thứ Hai.";
  for (const text of ["Máy chậm.", markup]) {
    await page.getByLabel("Ghi chú mới").fill(text);
    await button(page, "Thêm ghi chú").click();
    await listed(page, "admin", text.split("\n")[0]);
  }
  check((await rows(page)).map((row) => row[2]).join("|") === `${markup.replace("\n", " ")}|Máy chậm.`,
    "the newest note stands first, and what is written is no markup");
  await says(page, ["Người sử dụng và ghi chú (2)"], "nav.tabs");
  await accessible(page, "the notes of a PC");
  await shot(page, "notes-vi");
  await ask(page, page.locator(lines, { hasText: "Máy chậm." }).getByRole("button", { name: "Xóa" }));
  await finishDialog(page, "Xóa");
  await counted(page, lines, 1);
  await saysNot(page, "Máy chậm.");
  await says(page, ["Người sử dụng và ghi chú (1)"], "nav.tabs");
}

async function found(page) {
  await visit(page, "#/devices");
  for (const typed of ["nguyet", "phong 305", "3825"]) {
    await page.fill("[name=q]", typed);
    await until(page, `${typed} is looked for`, (text) => (
      new URLSearchParams(location.hash.split("?")[1]).get("q") === text
    ), typed);
    await counted(page, lines, 1);
    check((await rows(page))[0].includes("PC-YEN-06"), `${typed} finds the PC`);
  }
  await follow(page, page.getByRole("link", { name: "PC-YEN-06", exact: true }));
  check(await look(page, (name) => document.querySelector("main").innerText.includes(name), names.other),
    "the PC's page opens from there");
}

export async function deviceNotes(page) {
  await card(page);
  await twoAtOnce(page);
  await notes(page);
  await found(page);
  return [" 409 "];
}
