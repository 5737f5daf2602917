"""The office that is recorded: what happened in it, stage by stage, each at its own time (record.py).

Only what an administrator, a PC and the page can do: real programs throughout. Names are made up.
"""

import base64
import hashlib
import hmac
import json
import os
import struct
import sys
import time
from datetime import datetime, timedelta, timezone

from served_centre import ServedCentre, as_host, run, wait_until

import faked_time  # noqa: F401: time.sleep
import made_stores
import page_centre

PASSWORD = "Trời mưa 7 ngày!A"
PEOPLE = {"an.nguyen": ["administrator"], "van.hanh": ["operator"], "kiem.tra": ["auditor"],
          "quan.ly": ["unit_manager", "--unit", "Thành phố Thử Nghiệm/Phường Bến Thành"],
          "da.nghi": ["auditor"], "hai.yeu.to": ["auditor"]}
CITY = "Thành phố Thử Nghiệm"
WARDS = ["Phường Bến Thành", "Phường Đa Kao", "Phường Bến Nghé"]
ACCOUNTS = """Tài khoản,Người dùng,Đơn vị,Ngày đổi mật khẩu,Đăng nhập lần cuối,Trạng thái
an.nguyen,Nguyễn Văn An,{city}/Phường Bến Thành,{recent},{recent} 08:15,Hoạt động
binh.le,Lê Thị Bình,{city}/Phường Bến Thành/Văn phòng,{old},{recent},Hoạt động
cuong.do,Đỗ Mạnh Cường,{city}/Phường Đa Kao,chưa đổi,chưa đăng nhập,Hoạt động
dung.vu,Vũ Dũng,{city}/Phường Bến Nghé,,,Khóa
"=cmd|' /C calc'!A0",Đặng Thị Êm,{city},{recent},{old},Hoạt động
"""
LICENCES = """Sản phẩm,Số hợp đồng hoặc mã tra cứu khóa,Số lượng,Ngày hết hạn,Đơn vị,Ghi chú
Bkav Pro,HĐ 15/2026,2,{later},{city}/Phường Bến Thành,Gói một năm
Kaspersky Endpoint,HĐ 07/2025,120,{soon},,Cả cơ quan
"""


def day(days, form="%d/%m/%Y"):
    return (datetime.now(timezone.utc) + timedelta(days=days, hours=7)).strftime(form)


def one_time_code(secret):
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1_000_000:06}"


def package(content, size):
    """What the centre takes for a signed package and no PC does: its two marks and zeros."""
    mark = "\5DigitalSignature".encode("utf-16-le")
    return (bytes.fromhex("d0cf11e0a1b11ae1") + mark + content.encode()).ljust(size, b"\0")


class LinuxPc:
    """A real agent on a PC with a name, a person and a browser of its own."""

    def __init__(self, office, name, config=None):
        self.office, self.name = office, name
        self.folder = office.folder / "pcs" / name
        self.data = self.folder / "data"
        if not self.data.exists():
            self.data.mkdir(parents=True, mode=0o700)
            self._make(config or {})

    def _make(self, config):
        (self.data / "config.json").write_text(json.dumps({"startup_spread_seconds": 0, "heartbeat_interval_minutes": 1, **config}))
        home = self.folder / "home"
        home.mkdir()
        self.save_passwords(2)
        (self.folder / "passwd").write_text(f"root:x:0:0:root:/root:/bin/bash\nlan.pham:x:{os.geteuid()}:0:Phạm Lan:{home}:/bin/bash\n")
        changed = int(time.time()) // 86400 - 60
        (self.folder / "shadow").write_text(f"root:*:{changed}:0:99999:7:::\nlan.pham:$y$j9T$test$test:{changed}:0:99999:7:::\n")

    def save_passwords(self, count):
        made_stores.chromium_store(str(self.folder / "home/.config/chromium/Default/Login Data.new"), count,
                                   host="https://motcua{}.hanoi.gov.vn")
        os.replace(self.folder / "home/.config/chromium/Default/Login Data.new",
                   self.folder / "home/.config/chromium/Default/Login Data")

    def command(self, *arguments):
        """The agent on a machine of this name with these people."""
        script = 'hostname "$0" && mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/shadow" /etc/shadow && shift && exec "$@"'
        return ["unshare", "-um", "sh", "-c", script, self.name, self.folder, self.office.agent, "--lang", "en", "--data", self.data,
                *arguments]

    def enrol(self, token, port=None):
        run(self.command("enroll", "--url", f"https://127.0.0.1:{port or self.office.centre.agents_port}", "--token", token,
                         "--ca-sha256", self.office.centre.started["ca_sha256"]))

    def use_port(self, port, **more):
        file = self.data / "config.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), "collector_url": f"https://127.0.0.1:{port}", **more}))

    def serve(self):
        return self.office.process(self.command("service", "run"), self.folder / "agent.out")

    @property
    def device_id(self):
        return (self.data / "device_id").read_text().strip()

    def report(self):
        """Runs the service until the centre has a new report of it."""
        before = self.office.newest_report(self.device_id)
        self.use_port(self.office.centre.agents_port)
        service = self.serve()
        wait_until(lambda: self.office.newest_report(self.device_id) != before, 60, f"a report of {self.name}")
        assert service.stop() == 0


class Office:
    def __init__(self, programs, folder):
        self.central, self.agent, self.fleet = programs
        self.folder = folder
        self.processes = []
        self.state_file = folder / "state.json"
        self.state = json.loads(self.state_file.read_text()) if self.state_file.exists() else {}
        self.centre = ServedCentre(self.central, folder, as_host("trungtam"))

    def process(self, command, output):
        from wardwatch_testing import Process
        self.processes.append(Process(command, output))
        return self.processes[-1]

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

    def cli(self, *arguments, **options):
        return self.centre.cli(*arguments, **options)

    def admin(self):
        return self.centre.somebody("admin", PASSWORD)

    def newest_report(self, device_id):
        for device in self.cli("device", "list")["devices"]:
            if device["device_id"] == device_id:
                return device["last_report_at"]
        return None

    def unit(self, name):
        unit, = [each["id"] for each in self.cli("unit", "list")["units"] if each["name"] == name]
        return unit

    def token(self, unit, uses=1, days=60):
        return self.cli("token", "create", "--unit", unit, "--uses", uses, "--days", days)["token"]

    def windows_pc(self, name, unit):
        """A PC that says what a Windows agent would; its key stays with the recording, not with the story."""
        pc = page_centre.Pc(self._pc_folder(), name, self.token(unit))
        self.state.setdefault("windows", {})[name] = pc.device_id

    def _pc_folder(self):
        class Place:  # what page_centre.Pc asks of its centre
            folder = self.folder
            started = self.centre.started
            agents_port = self.centre.agents_port
        return Place

    def windows_report(self, name, facts):
        pc = page_centre.Pc.__new__(page_centre.Pc)
        pc.centre, pc.device_id = self._pc_folder(), self.state["windows"][name]
        pc.key, pc.certificate = (self.folder / f"{pc.device_id}.{end}" for end in ("key", "crt"))
        pc.report(facts)


def first_day(office):
    """Units, people, the first PCs."""
    office.centre.command("user", "passwd", "admin", "--password-stdin", password=PASSWORD)
    office.cli("unit", "add", CITY)
    for ward in WARDS:
        office.cli("unit", "add", ward, "--parent", CITY)
    for room in ("Văn phòng", "Tư pháp"):
        office.cli("unit", "add", room, "--parent", f"{CITY}/Phường Bến Thành")
    office.cli("unit", "add", "Văn phòng", "--parent", f"{CITY}/Phường Đa Kao")
    office.cli("unit", "add", "Mô phỏng")
    for name, (role, *unit) in PEOPLE.items():
        office.centre.command("user", "add", name, "--role", role, *unit, "--full-name", f"Người {name}", "--password-stdin",
                              password=PASSWORD)
    office.cli("user", "add", "moi.vao", "--role", "operator")
    for number, unit in ((1, f"{CITY}/Phường Bến Thành/Văn phòng"), (2, f"{CITY}/Phường Đa Kao"), (3, f"{CITY}/Phường Bến Nghé")):
        pc = LinuxPc(office, f"PC-LINUX-{number:02}")
        pc.enrol(office.token(unit))
        pc.report()
    good = page_centre.pc_facts([page_centre.account("an.nguyen", 30)], [])
    bad = page_centre.pc_facts([page_centre.account("binh.le", 80)], [page_centre.profile("binh.le/chrome/Default", 3, 1)], minimum_length=8)
    for name, unit, facts in (("BT-VP-01", "Phường Bến Thành/Văn phòng", good), ("BT-TP-02", "Phường Bến Thành/Tư pháp", bad),
                              ("DK-VP-01", "Phường Đa Kao/Văn phòng", bad), ("BN-01", "Phường Bến Nghé", good)):
        office.windows_pc(name, f"{CITY}/{unit}")
        office.windows_report(name, facts)
    office.cli("waiver", "add", "--rule", "saved-official", "--device", "BT-TP-02", "--reason", "Máy chờ thay", "--ends-on",
               day(20, "%Y-%m-%d"))


def reform(office):
    """Three weeks later: a ward is renamed, another merged, lists come in, a PC goes."""
    office.cli("unit", "rename", f"{CITY}/Phường Bến Nghé", "Phường Sài Gòn")
    office.cli("unit", "merge", f"{CITY}/Phường Đa Kao", f"{CITY}/Phường Sài Gòn")
    office.cli("unit", "add", "Phòng Nội vụ")
    office.cli("unit", "move", "Phòng Nội vụ", "--under", CITY)
    office.cli("device", "move", "BN-01", "--unit", "Phòng Nội vụ")
    for number in (1, 2):
        LinuxPc(office, f"PC-LINUX-{number:02}").report()
    office.cli("device", "revoke", LinuxPc(office, "PC-LINUX-03").device_id)
    office.windows_report("BT-VP-01", page_centre.pc_facts([page_centre.account("an.nguyen", 3)], [], minimum_length=14))
    admin = office.admin()
    system = admin.json("POST", "/web-systems", {"name": "Một cửa điện tử", "host": "motcua.hanoi.gov.vn", "owner_unit_id": office.unit(CITY),
                                                 "unused_after_days": 60})["id"]
    text = ACCOUNTS.format(city=CITY, recent=day(-3), old="01/01/2026").replace("Đa Kao", "Sài Gòn").replace("Bến Nghé", "Sài Gòn")
    admin.import_csv(f"/web-systems/{system}/import?preview=true", text)
    admin.import_csv(f"/web-systems/{system}/import", text)
    admin.json("POST", "/web-systems", {"name": "Thư điện tử", "host": "mail.hanoi.gov.vn"})
    admin.import_csv("/licences/import", LICENCES.format(city=CITY, later=day(300), soon=day(50)))
    accounts = {each["account"]: each["id"] for each in admin.json("GET", "/web-accounts")["accounts"]}
    admin.json("PATCH", f"/web-accounts/{accounts['cuong.do']}", {"revocation": "requested", "note": "đã nghỉ việc"})
    admin.json("PATCH", f"/web-accounts/{accounts['binh.le']}", {"revocation": "kept", "note": "dùng chung"})
    office.cli("report", "schedule", "--to", "vanphong@phuong.example", "--day", 5, "--attach", "html", "xlsx")
    office.cli("report", "schedule", "--to", "a@phuong.example", "b@phuong.example", "--unit", "Phòng Nội vụ", "--day", 28)
    url = "https://127.0.0.1:9/hook"
    hook = admin.json("POST", "/webhooks", {"url": url, "unit_id": None})["id"]
    admin.json("PATCH", f"/webhooks/{hook}", {"enabled": False})
    admin.json("POST", "/webhooks", {"url": f"{url}/ward", "unit_id": office.unit("Phường Bến Thành")})
    status, _, _ = admin.ask("POST", "/session", json.dumps({"user": "admin", "password": "wrong"}).encode(), "application/json")
    assert status == 401, status


def simulated(office):
    """A fleet with three months of history, and a policy of the office's own by which the past is judged again."""
    office.cli("simulated", "mark")
    run([office.fleet, "prepare", "--url", office.centre.started["agents_url"], "--state", office.folder / "fleet", "--ca-sha256",
         office.centre.started["ca_sha256"], "--token", office.token("Mô phỏng", uses=10), "--count", 10, "--months", 3])
    office.cli("simulated", "date-back")
    for number in (1, 2):
        LinuxPc(office, f"PC-LINUX-{number:02}").report()
    fresh = page_centre.pc_facts([page_centre.account("binh.le", 2)], [page_centre.profile("binh.le/chrome/Default", 1, 0)])
    office.windows_report("BT-TP-02", fresh)
    office.windows_report("BT-VP-01", [*fresh[:-1], page_centre.unknown("browser_policy", "access denied")])
    office.cli("waiver", "add", "--rule", "password-age", "--unit", "Phòng Nội vụ", "--reason", "Đang đổi mật khẩu", "--ends-on",
               day(90, "%Y-%m-%d"))
    ended = office.cli("waiver", "add", "--rule", "antivirus-licence", "--all", "--reason", "Nhầm", "--ends-on", day(30, "%Y-%m-%d"))
    office.cli("waiver", "end", ended["id"])
    office.cli("policy", "publish", "--set", "max_password_age_days=85", "--reason", "Công văn mới", "--rejudge-history")
    admin = office.admin()  # the page's question leaves no trace in the audit log
    wait_until(lambda: admin.json("GET", "/policy/versions")["judging"] == {"devices": 0, "day": None}, 300, "the history")


def last_day(office):
    """Yesterday and today: scans, updates, tokens of all kinds, a second factor."""
    used_up = office.token(f"{CITY}/Phường Sài Gòn")
    LinuxPc(office, "PC-LINUX-04").enrol(used_up)
    pc = LinuxPc(office, "PC-LINUX-01")
    service = pc.serve() if not pc.use_port(office.centre.agents_port) else None
    office.cli("scan", "--device", pc.device_id, "--wait", "60")
    office.cli("scan", "--device", "BT-VP-01", "--expires", "720")
    assert service.stop() == 0
    file = office.folder / "package.msi"
    for version in ("0.8.0", "0.9.0"):
        file.write_bytes(package(version, 600_000 if version == "0.9.0" else 10_000))
        office.cli("update", "add", file.name, "--version", version)
    office.cli("update", "offer", "0.8.0", "--unit", f"{CITY}/Phường Sài Gòn", "--percent", "50")
    office.state["enrolment_token"] = office.token(f"{CITY}/Phường Bến Thành/Tư pháp", uses=2, days=300)
    revoked = office.cli("token", "create", "--unit", CITY, "--uses", "5")["id"]
    office.cli("token", "revoke", revoked)
    admin = office.admin()
    for name, role, unit in (("grafana", "auditor", []), ("phường", "unit_manager", ["--unit", "Phường Bến Thành"])):
        office.state[f"api_token_{role}"] = office.cli("api-token", "create", name, "--role", role, *unit, "--days", "731")["token"]
    withdrawn = office.cli("api-token", "create", "cũ", "--role", "auditor", "--days", "5")["id"]
    office.cli("api-token", "revoke", withdrawn)
    admin.json("PATCH", "/users/da.nghi", {"disabled": True})
    second = office.centre.somebody("hai.yeu.to", PASSWORD)
    secret = second.json("POST", "/session/totp")["secret"]
    second.json("PUT", "/session/totp", {"code": one_time_code(secret)})
    office.state["totp_secret"] = secret
    shown = office.admin()
    office.state["batches"] = [each["batch_id"] for each in shown.json("GET", "/scans")["scans"]]
    office.state["old_reports"] = [[each, shown.json("GET", f"/devices/{each}/reports")["reports"][-1]["report_id"]]
                                   for each in (pc.device_id, office.state["windows"]["BT-VP-01"])]
    auditor = office.centre.somebody("kiem.tra", PASSWORD)
    for path in ("/devices", f"/devices/{pc.device_id}", "/audit", "/licences"):
        auditor.get(path)


# How many days before the recording's end each happened.
STAGES = [(70, first_day), (45, reform), (1, simulated), (0, last_day)]
