"""Registers, exports and the printed report on a real centre: files opened by LibreOffice, pages printed by
Chromium."""
import csv
import os
import re
import shutil
import unittest

import page_centre
import wardwatch_testing as testing
from page_centre import account, fact, pc_facts, profile, unknown
from people import Somebody

ACCOUNTS = """Tài khoản;Người dùng;Đơn vị;Ngày đổi mật khẩu;Đăng nhập lần cuối;Trạng thái
an.nguyen;Nguyễn Văn An;Phường Bến Thành;{recent};{recent} 08:15;Hoạt động
binh.le;Lê Thị Bình;Phường Bến Thành;01/01/2025;{recent};Hoạt động
=cmd|' /C calc'!A0;Đỗ Mạnh Cường;Phường Sài Gòn;chưa đổi;chưa đăng nhập;
"""
LICENCES = """Sản phẩm;Số hợp đồng;Số lượng;Ngày hết hạn;Đơn vị;Ghi chú
Bkav Pro;HĐ-01/2025;1;{soon};;gói một năm
"""


def day(days_ago):
    text = page_centre.instant(days_ago)
    return f"{text[8:10]}/{text[5:7]}/{text[:4]}"


class RegistersTest(testing.EndToEnd):
    def setUp(self):
        super().setUp()
        # Where PNGs of what was printed are left to be looked at.
        self.keep = os.environ.get("WARDWATCH_SHOTS")
        self.centre = page_centre.Centre(testing.central(), self.folder)
        self.addCleanup(self.centre.close)
        self.wards = {}
        for name in ("Phường Bến Thành", "Phường Sài Gòn"):
            self.centre.cli("unit", "add", name)
        self.admin = Somebody(self.centre, "admin", self.centre.started["password"])

    def enrol(self, unit, host, facts):
        token = self.centre.cli("token", "create", "--unit", unit, "--uses", "1")["token"]
        page_centre.Pc(self.centre, host, token).report(facts)

    def fill(self):
        good = pc_facts([account("an.nguyen", 5)], [])
        late = pc_facts([account("binh.le", 200)], [profile("binh.le/chrome/Default", 3, 1)], minimum_length=8)
        dateless = [f for f in good if f["id"] != "antivirus.licence_expires_at"]
        dateless.append(unknown("antivirus.licence_expires_at", "the product stores no licence date on this PC",
                                "Bkav Pro"))
        self.enrol("Phường Bến Thành", "BT-VP-01", good)
        for number in range(2, 42):
            self.enrol("Phường Bến Thành", f"BT-VP-{number:02}", late)
        self.enrol("Phường Sài Gòn", "SG-01", dateless)
        system = self.admin.json("POST", "/web-systems", {"name": "Một cửa điện tử", "host": "motcua.hanoi.gov.vn"})
        done = self.admin.import_csv(f"/web-systems/{system['id']}/import", ACCOUNTS.format(recent=day(3)))
        self.assertEqual((done["stored"], done["added"], done["errors"]), (True, 3, []))
        done = self.admin.import_csv("/licences/import", LICENCES.format(soon=day(-20)))
        self.assertEqual((done["stored"], done["added"]), (True, 1))

    def sheets(self, name, path):
        """An XLSX as LibreOffice reads it: sheet → rows of shown text."""
        book = self.folder / name
        book.write_bytes(self.admin.get(path))
        # Every sheet, as it is shown, in UTF-8.
        testing.run(["soffice", f"-env:UserInstallation=file://{self.folder}/office", "--headless", "--convert-to",
                     "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1", "--outdir",
                     self.folder / "sheets", book], timeout=180)
        if self.keep:
            testing.run(["soffice", f"-env:UserInstallation=file://{self.folder}/office", "--headless", "--convert-to",
                         "pdf",
                         "--outdir", self.folder, book], timeout=180)
            testing.run(["pdftoppm", "-r", "60", "-png", book.with_suffix(".pdf"), f"{self.keep}/{book.stem}"])
        found = {}
        for file in sorted((self.folder / "sheets").glob(f"{book.stem}-*.csv")):
            with open(file, encoding="utf-8", newline="") as text:
                found[file.stem.split("-", 1)[1]] = list(csv.reader(text))
        return found

    def test_files_are_opened_and_the_page_is_printed(self):
        self.fill()
        self.check_compliance()
        self.check_devices()
        self.check_page()

    def check_compliance(self):
        sheets = self.sheets("compliance.xlsx", "/exports/compliance.xlsx")
        self.assertEqual(set(sheets),
                         {"Tổng hợp", "Điểm 1a", "Điểm 1b", "Điểm 1c", "Điểm 2", "Điểm 3", "Phường Bến Thành",
                                       "Phường Sài Gòn", "Tài khoản web", "Bản quyền"})
        summary = sheets["Tổng hợp"]
        heading = next(i for i, row in enumerate(summary) if row[0] == "Đơn vị")
        self.assertEqual(summary[heading][:7],
                         ["Đơn vị", "Số máy", "Đạt", "Không đạt", "Chưa xác định", "Mất liên lạc", "Tỷ lệ đạt"])
        self.assertEqual(summary[heading + 1][:7], ["Phường Bến Thành", "41", "1", "40", "0", "0", "2.4%"])
        self.assertEqual(summary[heading + 3][:4], ["Cộng", "42", "1", "40"])
        failing = [row for row in sheets["Điểm 1a"] if row[1] == "BT-VP-02"]
        self.assertEqual(len(failing), 1)
        self.assertEqual(failing[0][0], "Phường Bến Thành")
        self.assertEqual(failing[0][2], "Không đạt")
        self.assertIn("binh.le", failing[0][3])
        self.assertRegex(failing[0][6], r"^\d\d/\d\d/\d{4} \d\d:\d\d$")
        ward = next(row for row in sheets["Phường Sài Gòn"] if row[0] == "SG-01")
        self.assertEqual(ward[2], "Chưa xác định")
        self.assertIn(["Phường Bến Thành", "2", "1", "0", "0", "0", "0", "0"], sheets["Tài khoản web"])
        licence = next(row for row in sheets["Bản quyền"] if row[0] == "Bkav Pro")
        self.assertEqual(licence[1:6], ["HĐ-01/2025", "Toàn cơ quan", "1", "42", day(-20)])

    def check_devices(self):
        rows = self.sheets("devices.xlsx", "/exports/devices.xlsx")["Máy tính"]
        self.assertEqual(rows[0][:3], ["Máy", "Đơn vị", "Trạng thái"])
        self.assertEqual(len(rows), 43)
        self.assertIn(["SG-01", "Phường Sài Gòn", "Chưa xác định"], [row[:3] for row in rows])
        # A formula in a CSV cell is text for LibreOffice, too.
        text = self.admin.get("/web-accounts.csv").decode("utf-8-sig")
        self.assertIn("'=cmd|' /C calc'!A0", text)

    def check_page(self):
        page = self.folder / "report.html"
        page.write_bytes(self.admin.get(
            "/exports/report.html?number=45&place=H%C3%A0%20N%E1%BB%99i&issuer=V%C4%83n%20ph%C3%B2ng"
            "&superior=UBND%20th%C3%A0nh%20ph%E1%BB%91&title=Ch%C3%A1nh%20v%C4%83n%20ph%C3%B2ng"
            "&signer=Tr%E1%BA%A7n%20V%C4%83n%20A&recipients=UBND%20th%C3%A0nh%20ph%E1%BB%91;S%E1%BB%9F%20KHCN"))
        pdf = self.folder / "report.pdf"
        testing.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu",
                     f"--user-data-dir={self.folder}/chromium",
                     "--no-pdf-header-footer", f"--print-to-pdf={pdf}", f"file://{page}"], timeout=180)
        information = testing.run(["pdfinfo", pdf]).stdout
        self.assertRegex(information, r"Page size:\s+59[45]\.\d+ x 84[12]\.\d+ pts \(A4\)")
        pages = int(re.search(r"Pages:\s+(\d+)", information).group(1))
        self.assertGreaterEqual(pages, 4)
        text = [testing.run(["pdftotext", "-layout", "-f", str(n), "-l", str(n), pdf, "-"]).stdout
                for n in range(1, pages + 1)]
        for part in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 45/BC-", "BÁO CÁO",
                     "KẾT QUẢ THEO ĐƠN VỊ"):
            self.assertIn(part, text[0] + text[1])
        self.assertIn("Trần Văn A", "".join(text))
        self.assertIn("BT-VP-41", "".join(text))
        # Page numbers from the second page on, and the appendix's heading on each of its pages.
        self.assertNotRegex(text[0].lstrip().splitlines()[0], r"^\s*1\s*$")
        for number in range(2, pages + 1):
            self.assertEqual(text[number - 1].strip().splitlines()[0].strip(), str(number))
        appendix = [one for one in text if "Nội dung không đạt" in one]
        self.assertGreaterEqual(len(appendix), 2)
        if self.keep:
            testing.run(["pdftoppm", "-r", "70", "-png", pdf, f"{self.keep}/report"])
            shutil.copy(page, f"{self.keep}/report.html")

    def test_the_examples_of_the_documentation_are_taken(self):
        self.centre.cli("unit", "add", "Văn phòng", "--parent", "Phường Bến Thành")
        self.centre.cli("register", "add", "Một cửa", "--host", "motcua.hanoi.gov.vn")
        examples = testing.SOURCE / "docs/vi/mau"
        self.assertEqual(self.centre.cli("register", "import", "Một cửa", examples / "tai-khoan.csv",
                                         "--dry-run")["stored"], False)
        self.assertEqual(self.centre.cli("register", "import", "Một cửa", examples / "tai-khoan.csv")["added"], 4)
        self.assertEqual(self.centre.cli("licence", "import", examples / "ban-quyen.csv")["added"], 2)
        self.assertEqual(len(self.centre.cli("licence", "list")["licences"]), 2)
        listed = self.folder / "hand-back.csv"
        self.centre.cli("register", "export", listed, "--problem", "never_changed")
        self.assertIn("cuong.do", listed.read_text("utf-8-sig"))
        report = self.folder / "report.html"
        self.centre.cli("report", "write", report, "--unit", "Phường Bến Thành", "--signer", "Trần Văn A")
        self.assertIn("Trần Văn A", report.read_text("utf-8"))
        self.assertEqual(self.centre.cli("report", "schedule", "--to", "a@phuong.example", "--day", "5")["id"], 1)
        self.assertEqual(self.centre.cli("report", "schedules")["schedules"][0]["day_of_month"], 5)

    def test_files_that_are_too_large_or_broken_are_refused_and_leave_nothing(self):
        system = self.admin.json("POST", "/web-systems", {"name": "Một cửa"})["id"]
        # It is refused by what it announces, before most of it is on its way.
        status, body = self.admin.begin("POST", f"/web-systems/{system}/import", 100_000_000, b"account;unit\n" * 1000,
                                        "text/csv")
        self.assertEqual(status, 413)
        self.assertIn(b"larger than", body)
        status, _, _ = self.admin.ask("POST", "/web-systems", b'{"name": "' + b"a" * 100_000 + b'"}',
                                      "application/json")
        self.assertEqual(status, 400)
        file = self.folder / "list.csv"
        file.write_bytes("Tài khoản;Đơn vị\nx;Phường X\n".encode("utf-16"))
        refused = testing.run([testing.central(), "register", "import", "Một cửa", file, "--data", self.folder / "data",
                               "--lang", "vi"], expect=4)
        self.assertIn('dòng 2, cột "Đơn vị": không có đơn vị "Phường X"', refused.stderr)
        file.write_bytes("Tài khoản;Đơn vị\nx;Phường Bến Thành\n".encode("utf-16"))
        done = self.centre.cli("register", "import", "Một cửa", file)
        self.assertEqual((done["added"], done["stored"]), (1, True))
        self.assertEqual(self.admin.json("GET", "/web-accounts")["total"], 1)
        with open(file, "wb") as large:
            large.truncate(100_000_000)
        refused = testing.run([testing.central(), "licence", "import", file, "--data", self.folder / "data"], expect=4)
        self.assertIn("16 MB", refused.stderr)


if __name__ == "__main__":
    testing.main()
