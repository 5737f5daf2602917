"""The office that is recorded: what happened in it, stage by stage, each at its own time (record.py).

Only what an administrator, a PC and the page can do: real programs throughout. Names are made up.
"""

import json
import pathlib
import sys
from datetime import datetime, timedelta, timezone

from linux_pc import LinuxPc
from one_time_code import one_time_code
from served_centre import Process, ServedCentre, as_host, run, wait_until

import page_centre

PASSWORD = "Trời mưa 7 ngày!A"
CITY = "Thành phố Thử Nghiệm"
BEN_THANH, SAI_GON = f"{CITY}/Phường Bến Thành", f"{CITY}/Phường Sài Gòn"
DA_KAO, BEN_NGHE = f"{CITY}/Phường Đa Kao", f"{CITY}/Phường Bến Nghé"
PEOPLE = {"an.nguyen": ["administrator"], "van.hanh": ["operator"], "kiem.tra": ["auditor"],
          "quan.ly": ["unit_manager", "--unit", BEN_THANH], "da.nghi": ["auditor"], "hai.yeu.to": ["auditor"]}
ACCOUNTS = f"""Tài khoản,Người dùng,Đơn vị,Ngày đổi mật khẩu,Đăng nhập lần cuối,Trạng thái
an.nguyen,Nguyễn Văn An,{BEN_THANH},RECENT,RECENT 08:15,Hoạt động
binh.le,Lê Thị Bình,{BEN_THANH}/Văn phòng,01/01/2026,RECENT,Hoạt động
cuong.do,Đỗ Mạnh Cường,{SAI_GON},chưa đổi,chưa đăng nhập,Hoạt động
"=cmd|' /C calc'!A0",Đặng Thị Êm,{CITY},RECENT,01/01/2026,Hoạt động
dung.vu,Vũ Dũng,{SAI_GON},,,Khóa
"""
LICENCES = f"""Sản phẩm,Số hợp đồng,Số lượng,Ngày hết hạn,Đơn vị,Ghi chú
Bkav Pro,HĐ 15/2026,2,LATER,{BEN_THANH},Gói một năm
Kaspersky Endpoint,HĐ 07/2025,120,SOON,,Cả cơ quan
"""
HOOK = "https://nobody.invalid/hook"


def day(days, form="%Y-%m-%d"):
    return (datetime.now(timezone.utc) + timedelta(days=days, hours=7)).strftime(form)


def in_a_list(days):
    return day(days, "%d/%m/%Y")


def package(size):
    """Signed, and of no product: no PC takes it. What is behind a package's last sector belongs to nothing."""
    signed = pathlib.Path(__file__).parents[1] / "reporting/central/updates/packages/signed.msi"
    return signed.read_bytes().ljust(size, b"\0")


def windows_facts(account, age, profiles=(), minimum_length=12):
    """What an agent on Windows says."""
    stores = [page_centre.profile(f"{account}/{name}/Default", saved, official) for name, saved, official in profiles]
    return page_centre.pc_facts([page_centre.account(account, age)], stores, minimum_length)


class Office:
    """While it is entered, its centre is served. `state` is what later stages and the test have to know."""

    def __init__(self, programs, folder):
        self.central, self.agent, self.fleet = programs
        self.folder = folder
        self.processes = []
        self.state_file = folder / "state.json"
        self.state = json.loads(self.state_file.read_text()) if self.state_file.exists() else {"windows": {}}
        self.centre = ServedCentre(self.central, folder, as_host("trungtam"))

    def __enter__(self):
        self.centre.start()
        return self

    def __exit__(self, kind, value, trace):
        for process in self.processes:
            process.kill()
        if kind:
            print(self.centre.log()[-3000:], file=sys.stderr)
            self.centre.kill()
        else:
            self.centre.stop()
        self.state_file.write_text(json.dumps(self.state, ensure_ascii=False))

    def process(self, command, output):
        self.processes.append(Process(command, output))
        return self.processes[-1]

    def cli(self, *arguments, **options):
        return self.centre.cli(*arguments, **options)

    def somebody(self, name="admin"):
        return self.centre.somebody(name, PASSWORD)

    def newest_report(self, device_id):
        known = {each["device_id"]: each["last_report_at"] for each in self.cli("device", "list")["devices"]}
        return known.get(device_id)

    def unit(self, name):
        unit, = [each["id"] for each in self.cli("unit", "list")["units"] if each["name"] == name]
        return unit

    def token(self, unit, uses=1, days=60):
        return self.cli("token", "create", "--unit", unit, "--uses", uses, "--days", days)["token"]

    # --- PCs that say what a Windows agent would ---

    @property
    def started(self):
        return self.centre.started

    @property
    def agents_port(self):
        return self.centre.agents_port

    def windows_pc(self, name, unit, facts):
        pc = page_centre.Pc(self, name, self.token(unit))
        self.state["windows"][name] = pc.device_id
        pc.report(facts)

    def windows_report(self, name, facts):
        pc = page_centre.Pc.__new__(page_centre.Pc)  # it is enrolled
        pc.centre, pc.device_id = self, self.state["windows"][name]
        pc.key, pc.certificate = (self.folder / f"{pc.device_id}.{end}" for end in ("key", "crt"))
        pc.report(facts)


def first_day(office):
    """Units, people, the first PCs."""
    office.centre.command("user", "passwd", "admin", "--password-stdin", password=PASSWORD)
    office.cli("unit", "add", CITY)
    for name in ("Phường Bến Thành", "Phường Đa Kao", "Phường Bến Nghé"):
        office.cli("unit", "add", name, "--parent", CITY)
    for name, ward in (("Văn phòng", BEN_THANH), ("Tư pháp", BEN_THANH), ("Văn phòng", DA_KAO)):
        office.cli("unit", "add", name, "--parent", ward)
    office.cli("unit", "add", "Mô phỏng")
    for name, (role, *unit) in PEOPLE.items():
        office.centre.command("user", "add", name, "--role", role, *unit, "--full-name", f"Người {name}",
                              "--password-stdin", password=PASSWORD)
    office.cli("user", "add", "moi.vao", "--role", "operator")
    for number, unit in ((1, f"{BEN_THANH}/Văn phòng"), (2, DA_KAO), (3, BEN_NGHE)):
        pc = LinuxPc(office, f"PC-LINUX-{number:02}")
        pc.enrol(office.token(unit))
        pc.report()
    good = windows_facts("an.nguyen", 30)
    bad = windows_facts("binh.le", 80, [("chrome", 3, 1)], minimum_length=8)
    for name, unit, facts in (("BT-VP-01", f"{BEN_THANH}/Văn phòng", good), ("BT-TP-02", f"{BEN_THANH}/Tư pháp", bad),
                              ("DK-VP-01", f"{DA_KAO}/Văn phòng", bad), ("BN-01", BEN_NGHE, good)):
        office.windows_pc(name, unit, facts)
    office.cli("device", "describe", "BT-TP-02", "--owner", "Lê Thị Bình", "--room", "P.12", "--telephone",
               "024 3825 0000")
    office.cli("device", "note", "add", "BT-TP-02", "Máy chờ thay, đã báo phòng Tài chính.")
    office.cli("waiver", "add", "--rule", "saved-official", "--device", "BT-TP-02", "--reason", "Máy chờ thay",
               "--ends-on", day(20))


def reform(office):
    """Three weeks later: a ward is renamed, another merged, lists come in, a PC goes."""
    office.cli("unit", "rename", BEN_NGHE, "Phường Sài Gòn")
    office.cli("unit", "merge", DA_KAO, SAI_GON)
    office.cli("unit", "add", "Phòng Nội vụ")
    office.cli("unit", "move", "Phòng Nội vụ", "--under", CITY)
    office.cli("device", "move", "BN-01", "--unit", "Phòng Nội vụ")
    for number in (1, 2):
        LinuxPc(office, f"PC-LINUX-{number:02}").report(saved=3)
    office.cli("device", "revoke", LinuxPc(office, "PC-LINUX-03").device_id)
    office.windows_report("BT-VP-01", windows_facts("an.nguyen", 3, minimum_length=14))
    fill_registers(office, office.somebody())
    office.cli("report", "schedule", "--to", "vanphong@phuong.example", "--day", 5, "--attach", "html", "xlsx")
    office.cli("report", "schedule", "--to", "a@phuong.example", "b@phuong.example", "--unit", "Phòng Nội vụ",
               "--day", 28)
    admin = office.somebody()
    hook = admin.json("POST", "/webhooks", {"url": HOOK, "unit_id": None})["id"]
    admin.json("PATCH", f"/webhooks/{hook}", {"enabled": False})
    admin.json("POST", "/webhooks", {"url": f"{HOOK}/ward", "unit_id": office.unit("Phường Bến Thành")})
    wrong = json.dumps({"user": "admin", "password": "wrong"}).encode()
    assert admin.ask("POST", "/session", wrong, "application/json")[0] == 401


def fill_registers(office, admin):
    """Web systems with accounts of all kinds, one of them gone; licences."""
    system = admin.json("POST", "/web-systems", {"name": "Một cửa điện tử", "host": "motcua.hanoi.gov.vn",
                                                 "owner_unit_id": office.unit(CITY), "unused_after_days": 60})["id"]
    whole = ACCOUNTS.replace("RECENT", in_a_list(-3))
    admin.import_csv(f"/web-systems/{system}/import?preview=true", whole)
    admin.import_csv(f"/web-systems/{system}/import", whole)
    accounts = {each["account"]: each["id"] for each in admin.json("GET", "/web-accounts")["accounts"]}
    for account, state, note in (("cuong.do", "requested", "đã nghỉ việc"), ("binh.le", "kept", "dùng chung"),
                                 ("dung.vu", "requested", "chuyển cơ quan")):
        admin.json("PATCH", f"/web-accounts/{accounts[account]}", {"revocation": state, "note": note})
    admin.import_csv(f"/web-systems/{system}/import", whole[:whole.index("dung.vu")])
    admin.json("POST", "/web-systems", {"name": "Thư điện tử", "host": "mail.hanoi.gov.vn"})
    admin.import_csv("/licences/import", LICENCES.replace("LATER", in_a_list(300)).replace("SOON", in_a_list(50)))


def simulated(office):
    """A fleet with three months of history, and a policy of the office's own by which the past is judged again."""
    office.cli("simulated", "mark")
    run([office.fleet, "prepare", "--url", office.started["agents_url"], "--state", office.folder / "fleet",
         "--ca-sha256", office.started["ca_sha256"], "--token", office.token("Mô phỏng", uses=10), "--count", 10,
         "--months", 3])
    office.cli("simulated", "date-back")
    for number in (1, 2):
        LinuxPc(office, f"PC-LINUX-{number:02}").report(saved=4)
    fresh = windows_facts("binh.le", 2, [("chrome", 1, 0)])
    office.windows_report("BT-TP-02", fresh)
    office.windows_report("BT-VP-01", [*fresh, page_centre.unknown("browser_policy", "access denied")])
    office.cli("waiver", "add", "--rule", "password-age", "--unit", "Phòng Nội vụ", "--reason", "Đang đổi mật khẩu",
               "--ends-on", day(90))
    ended = office.cli("waiver", "add", "--rule", "antivirus-licence", "--all", "--reason", "Nhầm", "--ends-on", day(9))
    office.cli("waiver", "end", ended["id"])
    office.cli("policy", "publish", "--set", "max_password_age_days=85", "--reason", "Công văn mới",
               "--rejudge-history")
    admin = office.somebody()  # the page's question leaves no trace in the audit log
    wait_until(lambda: admin.json("GET", "/policy/versions")["judging"] == {"devices": 0, "day": None}, 300,
               "the history")


def last_day(office):
    """Scans, updates, tokens of all kinds, a second factor."""
    LinuxPc(office, "PC-LINUX-04").enrol(office.token(SAI_GON))
    pc = LinuxPc(office, "PC-LINUX-01")
    service = pc.serve()
    office.cli("scan", "--device", pc.device_id, "--wait", "60")
    office.cli("scan", "--device", "BT-VP-01", "--expires", "720")
    assert service.stop() == 0
    for version, size in (("0.8.0", 20_000), ("0.9.0", 600_000)):
        (office.folder / "package.msi").write_bytes(package(size))
        office.cli("update", "add", "package.msi", "--version", version)
    office.cli("update", "offer", "0.8.0", "--unit", SAI_GON, "--percent", "50")
    make_tokens(office)
    office.somebody().json("PATCH", "/users/da.nghi", {"disabled": True})
    second = office.somebody("hai.yeu.to")
    office.state["totp_secret"] = second.json("POST", "/session/totp")["secret"]
    second.json("PUT", "/session/totp", {"code": one_time_code(office.state["totp_secret"])})
    admin = office.somebody()
    office.state["batches"] = [each["batch_id"] for each in admin.json("GET", "/scans")["scans"]]
    office.state["old_reports"] = [[each, admin.json("GET", f"/devices/{each}/reports")["reports"][-1]["report_id"]]
                                   for each in (pc.device_id, office.state["windows"]["BT-VP-01"])]
    auditor = office.somebody("kiem.tra")
    for path in ("/devices", f"/devices/{pc.device_id}", "/audit", "/licences"):
        auditor.get(path)


def make_tokens(office):
    office.state["enrolment_token"] = office.token(f"{BEN_THANH}/Tư pháp", uses=2, days=300)
    office.cli("token", "revoke", office.cli("token", "create", "--unit", CITY, "--uses", "5")["id"])
    for name, role, unit in (("grafana", "auditor", []), ("phường", "unit_manager", ["--unit", BEN_THANH])):
        made = office.cli("api-token", "create", name, "--role", role, *unit, "--days", "731", "--owner", "admin")
        office.state[f"api_token_{role}"] = made["token"]
    withdrawn = office.cli("api-token", "create", "cũ", "--role", "auditor", "--days", "5", "--owner", "admin")
    office.cli("api-token", "revoke", withdrawn["id"])


# How many days before the recording's end each happened.
STAGES = [(70, first_day), (45, reform), (1, simulated), (0, last_day)]
