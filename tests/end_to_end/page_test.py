#!/usr/bin/env python3
"""The centre's page in a real browser. WARDWATCH_CENTRAL names the program; screenshots stay in ./page-screenshots."""
import os
import pathlib
import tempfile

from page_centre import Centre, Pc, account, pc_facts, profile, unknown
from page_driver import Browser

TAB, ENTER = "\ue004", "\ue007"
HOSTILE_HOST = "<img src=x onerror=\"document.title='owned'\">"
HOSTILE_FOLDER = "<script>document.title='owned'</script>"
UNIT = "Phường Bến Thành"


def check(condition, what):
    if not condition:
        raise AssertionError(what)
    print(f"ok: {what}")


def fill(centre):
    unit = centre.cli("unit", "add", UNIT)
    centre.cli("unit", "add", "Văn phòng Ủy ban", "--parent", UNIT)
    token = centre.cli("token", "create", "--unit", UNIT, "--uses", "5")["token"]
    below = centre.cli("token", "create", "--unit", "Văn phòng Ủy ban", "--uses", "5")["token"]
    good = Pc(centre, "PC-MOT-CUA-01", token)
    good.report(pc_facts([account("an.nguyen", 10)], []))
    bad = Pc(centre, "PC-KẾ-TOÁN-02", below)
    bad.report(pc_facts([account("Lê Thị Chi", 120), account("binh", 5)],
                        [profile("Lê Thị Chi/chrome/Default", 7, 2), profile("binh/firefox/x.default", 0, 0)], minimum_length=6))
    vague = Pc(centre, "PC-TU-PHAP-03", token)
    facts = [f for f in pc_facts([account("cuong", 3)], [profile("cuong/edge/Default", 0, 0)]) if not f["id"].startswith("antivirus.")]
    vague.report(facts + [unknown("antivirus", "timed out after 20 s")])
    hostile = Pc(centre, HOSTILE_HOST, token)
    hostile.report(pc_facts([account("dung", 3)], [profile(f"{HOSTILE_FOLDER}/chrome/Default", 1, 0)]))
    Pc(centre, "PC-MOI-05", token)
    check(unit["id"] == 1, "units, tokens, enrolments and reports work beside the running centre")
    return bad, hostile


def log_in(browser, centre):
    browser.wait_for("document.querySelector('form.login')", "the login form")
    browser.type("#user", "admin")
    browser.type("#password", "wrong password")
    browser.press(ENTER)
    browser.wait_for("document.querySelector('.error').textContent", "the login's error")
    check("không đúng" in browser.text(".error"), "a wrong password is refused in Vietnamese")
    browser.type("#password", centre.started["password"])
    browser.press(TAB, ENTER)
    browser.wait_for("document.querySelector('table')", "the list of units")


def look_at_units(browser, shots):
    check(browser.text("h1") == "Đơn vị", "the page is Vietnamese first")
    rows = browser.run("return [...document.querySelectorAll('tbody tr')].map((row) => [...row.cells].map((cell) => cell.innerText.trim()))")
    rows = [[cell.replace("\n", "") for cell in row] for row in rows]
    check(rows == [[UNIT, "5", "✓1", "✕2", "?2", "0"], ["Văn phòng Ủy ban", "1", "0", "✕1", "0", "0"]],
          f"units count their PCs: {rows}")
    browser.screenshot(shots / "units-vi.png")
    browser.click("tbody a")
    browser.wait_for("document.querySelectorAll('tbody tr').length === 5", "the unit's PCs")
    check(HOSTILE_HOST in browser.text("table"), "a hostile host name is shown as text")
    browser.screenshot(shots / "unit-vi.png")


def look_at_pc(browser, address, bad, shots):
    browser.open(f"{address}/#/devices/{bad.device_id}")
    browser.wait_for("document.querySelector('.facts')", "the PC's facts")
    page = browser.text("main")
    for words in ("PC-KẾ-TOÁN-02", "Không đạt", "Mục 1a", "Mục 1c", "Lê Thị Chi/chrome/Default", "Nghiêm trọng", "Yêu cầu", "Từ lúc",
                  "Cách khắc phục", "netapi", "Asia/Ho_Chi_Minh"):
        check(words in page, f"the PC's page says {words!r}")
    facts = browser.run("return document.querySelectorAll('.facts tbody tr').length")
    check(facts == len(bad.facts), f"every fact is listed: {facts}")
    browser.screenshot(shots / "pc-vi.png")
    browser.click("#scan-now")
    browser.wait_for("document.querySelector('.scan .note').textContent.includes('ngoại tuyến')", "that a PC that is away is called so")
    browser.type("#filter", "le thi chi/chrome")
    shown = browser.run("return [...document.querySelectorAll('.facts tbody tr')].filter((row) => !row.hidden).map((row) => row.innerText)")
    check(len(shown) == 4 and all("Lê Thị Chi/chrome" in row for row in shown), f"the filter ignores Vietnamese marks: {len(shown)} rows")

    browser.click("#language")
    browser.wait_for("document.querySelector('h2')?.textContent.startsWith('Clause')", "the English page")
    page = browser.text("main")
    for words in ("Fail", "Clause 1a", "Grave", "Required", "Since", "How to fix it", "120 days ago"):
        check(words in page, f"the English page says {words!r}")
    check(browser.run("return document.documentElement.lang") == "en", "the document's language follows")
    browser.screenshot(shots / "pc-en.png")
    browser.look(dark=True)
    browser.screenshot(shots / "pc-en-dark.png")
    browser.look(width=390)
    check(browser.run("return document.documentElement.scrollWidth <= 390"), "nothing sticks out of a phone's screen")
    browser.screenshot(shots / "pc-en-phone.png")
    browser.open(f"{address}/#/units/1")
    browser.wait_for("document.querySelectorAll('tbody tr').length === 5", "the unit's PCs in English")
    check(browser.run("return document.documentElement.scrollWidth <= 390"), "the list of PCs fits a phone too")
    browser.screenshot(shots / "unit-en-phone.png")
    browser.look(dark=True)
    browser.screenshot(shots / "unit-en-dark.png")
    browser.look()
    browser.run("location.reload()")
    browser.wait_for("document.querySelector('h1')?.textContent && document.documentElement.lang === 'en'", "the page after a reload")
    check("Phường" in browser.text("h1") and "Last report" in browser.text("thead"), "the language is remembered")


def probe_injection(browser, address, hostile):
    browser.open(f"{address}/#/devices/{hostile.device_id}")
    browser.wait_for("document.querySelector('.facts')", "the hostile PC's facts")
    page = browser.text("main")
    check(HOSTILE_HOST in page and HOSTILE_FOLDER in page, "hostile names are shown letter by letter")
    found = browser.run("return document.querySelectorAll('main img, main script').length + (document.title === 'owned')")
    check(found == 0, "hostile names become no elements and run nothing")


def log_out(browser, centre):
    browser.click("#sign-out")
    browser.wait_for("document.querySelector('form.login')", "the login form after signing out")
    status = browser.run("const request = new XMLHttpRequest(); request.open('GET', '/api/v1/units', false); request.send(); return request.status")
    check(status == 401, "signing out ends the session at the centre")
    log = centre.log.read_text()
    check(centre.started["password"] not in log and "wrong password" not in log, "the log holds no password")


def main():
    program, shots = pathlib.Path(os.environ["WARDWATCH_CENTRAL"]).resolve(), pathlib.Path("page-screenshots").resolve()
    shots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="wardwatch-page-") as name:
        folder = pathlib.Path(name)
        centre = Centre(program, folder)
        try:
            bad, hostile = fill(centre)
            browser = Browser(folder / "profile")
            try:
                address = centre.started["people_url"]
                browser.open(address)
                log_in(browser, centre)
                look_at_units(browser, shots)
                look_at_pc(browser, address, bad, shots)
                probe_injection(browser, address, hostile)
                log_out(browser, centre)
                # The two refused calls above are the only errors that the console may hold.
                errors = [error for error in browser.console_errors() if " 401 " not in error]
                check(errors == [], f"the console holds no other error: {errors}")
            finally:
                browser.close()
        finally:
            centre.close()
    print(f"page: all as it should be; screenshots in {shots}")


if __name__ == "__main__":
    main()
