#!/usr/bin/env python3
"""The MSI on a Windows PC (Wine), from the first installation to the removal, against the real centre. What Wine cannot
show is in docs/verification.md; installer/verify-on-windows.ps1 looks at it on a real PC."""

import os
import shutil
import struct
import subprocess

from installed_pc import EVENT_SOURCE, SERVICE, SETTINGS, InstalledPc, Packages, Signer
from office import UNIT, Centre, read_database
from windows_pc import PROGRAM
from wardwatch_testing import SOURCE, main, run, wait_until, windows_agent
from wine import windows_path

TOKEN_WORD = "0123456789abcdef0123456789abcdef01234567"


class Installer(InstalledPc):
    def test_install_enrol_upgrade_repair_remove(self):
        centre = Centre(self)
        self.install("0.1.0", *self.properties(centre, centre.token()))
        # Installed and running.
        self.assertEqual(self.program().read_bytes(), windows_agent().read_bytes())
        self.assertEqual(self.pc.service_state(), "running")
        service = self.values(SERVICE)
        self.assertEqual(service["ImagePath"], rf'"{PROGRAM}" --data "C:\ProgramData\Wardwatch" service run')
        self.assertEqual((service["Start"], service["ObjectName"]), ("0x2", "LocalSystem"))
        self.assertEqual(self.values(EVENT_SOURCE), {"EventMessageFile": PROGRAM, "TypesSupported": "0x7"})
        settings = {"CollectorUrl": f"https://127.0.0.1:{centre.agents_port}", "CaSha256": centre.ca_sha256,
                    "Unit": "Office",
                    "StartupSpreadSeconds": "0", "LogLevel": "debug"}
        self.assertEqual(self.values(SETTINGS), settings)
        # It enrols itself, reports, and the token is gone.
        device = centre.wait_for_report(180)
        self.assertEqual(device["unit"].split("/")[-1], UNIT)
        wait_until(lambda: self.values(SETTINGS + r"\Enrolment") is None, 30, "the token to be erased")
        identity = self.identity()
        self.assertEqual(identity["device_id"].decode().strip(), device["device_id"])
        # The centre asks for a scan; the installed service answers with a report.
        asked = centre.cli("scan", "--all", "--wait", "120")
        self.assertEqual((asked["total"], asked["done"]), (1, 1))
        self.assertEqual(centre.facts(device["device_id"]).report["trigger"], "centre")
        reports = {report_id for _, report_id, _ in centre.stored_reports()}

        # Upgrade: the same PC, the same settings, one version. Wine does not tell the old version's removal that it is
        # an upgrade (UPGRADINGPRODUCTCODE), which on Windows keeps the data; KeepData does it here.
        self.pc.run("reg", "add", SETTINGS, "/v", "KeepData", "/d", "1", "/f")
        # A token that nobody needs; and one check less, which is news to tell.
        self.install("0.2.0", "LOG_LEVEL=info", "DISABLED_COLLECTORS=accounts", f"ENROLL_TOKEN={TOKEN_WORD}")
        settings.update(LogLevel="info", DisabledCollectors="accounts", KeepData="1")
        self.assertEqual(self.installed_versions(), ["0.2.0"])
        wait_until(lambda: self.values(SETTINGS + r"\Enrolment") is None, 60, "the needless token to be erased")
        self.assertEqual(self.identity(), identity)
        self.assertEqual(self.values(SETTINGS), settings)
        self.assertEqual(self.pc.service_state(), "running")
        wait_until(lambda: {report_id for _, report_id, _ in centre.stored_reports()} > reports, 180,
                   "a report of the new version")
        self.assertEqual(len(centre.devices()), 1)

        # Downgrade: refused, and nothing changes.
        self.install_in_vain("0.1.0")
        self.assertEqual(self.installed_versions(), ["0.2.0"])
        self.assertEqual(self.pc.service_state(), "running")

        # Repair: what was deleted is there again.
        self.pc.stop_service()
        self.program().unlink()
        self.pc.run("reg", "delete", EVENT_SOURCE, "/f")
        self.install("0.2.0", "REINSTALL=ALL",
                     "REINSTALLMODE=amus")  # what /fa stands for; Wine's msiexec does not know /fa
        self.assertEqual(self.program().read_bytes(), windows_agent().read_bytes())
        self.assertEqual(self.values(EVENT_SOURCE), {"EventMessageFile": PROGRAM, "TypesSupported": "0x7"})
        self.assertEqual(self.values(SETTINGS), settings)
        self.assertEqual(self.identity(), identity)
        self.assertEqual(self.pc.service_state(), "running")
        # No custom action runs in a repair: the service itself puts back what the repair wrote over.
        wait_until(lambda: self.values(SERVICE)["ImagePath"] == service["ImagePath"], 60, "the whole command line")

        # Removal keeps the data when asked to, and the next installation is the same PC.
        self.msiexec("/x", windows_path(self.package("0.2.0")), "KEEPDATA=1")
        self.pc.run("reg", "delete", SETTINGS, "/f", expect=None)  # KeepData is the administrator's
        self.assert_nothing_is_left(data=True)
        self.assertEqual(self.identity(), identity)
        self.install("0.2.0")
        self.assertEqual(self.identity(), identity)
        self.msiexec("/x", windows_path(self.package("0.2.0")))
        self.assert_nothing_is_left()
        stored = {report_id for _, report_id, _ in centre.stored_reports()}
        self.assertLess(reports, stored)
        self.assertEqual(len(centre.devices()), 1)

    def test_refused_token(self):
        """The centre's sentence is shown, the token is erased, and no secret stands in the log."""
        centre = Centre(self)
        self.install("0.1.0", *self.properties(centre, TOKEN_WORD))
        wait_until(lambda: "does not know this enrolment token" in self.log(), 180, "the refusal in the log")
        wait_until(lambda: self.values(SETTINGS + r"\Enrolment") is None, 30, "the token to be erased")
        self.assertNotIn(TOKEN_WORD, self.log())
        self.assertIn("403: The centre does not know this enrolment token", self.pc.agent("status", expect=None).stdout)
        self.assertEqual(self.pc.service_state(), "running")
        self.assertEqual(centre.devices(), [])
        for file in self.pc.data_folder().iterdir():
            self.assertNotIn(TOKEN_WORD.encode(), file.read_bytes(), file)

    def test_installation_without_a_centre(self):
        """Nothing waits for the network: the service runs, keeps its reports, and the token stays for later."""
        self.install("0.1.0", "COLLECTOR_URL=https://127.0.0.1:9", "CA_SHA256=" + "ab" * 32,
                     f"ENROLL_TOKEN={TOKEN_WORD}")
        self.assertEqual(self.pc.service_state(), "running")
        wait_until(lambda: "the enrolment failed" in self.log(), 120, "an attempt to enrol")
        self.assertEqual(self.values(SETTINGS + r"\Enrolment"), {"Token": TOKEN_WORD})
        self.assertNotIn("had been loosened", self.log())  # neither the folder nor the token's key
        wait_until(lambda: read_database(self.pc.data_folder() / "wardwatch.db", "SELECT report_id FROM outbox"), 180,
                   "a report in the outbox")
        self.msiexec("/x", windows_path(self.package("0.1.0")))
        self.assert_nothing_is_left()

    def test_failed_installation_leaves_nothing(self):
        """The data folder's place is taken by a file, so that the installation fails after the service was made."""
        self.pc.data_folder().write_text("not a folder")
        self.install_in_vain("0.1.0", f"ENROLL_TOKEN={TOKEN_WORD}", "UNIT=Office")
        self.assertEqual(self.pc.data_folder().read_text(), "not a folder")
        self.pc.data_folder().unlink()
        self.assert_nothing_is_left()

    def test_a_rollback_removes_only_the_data_of_its_own_installation(self):
        """What the MSI runs when an installation fails after the data folder was made."""
        self.install("0.1.0")
        wait_until(lambda: "wardwatch 0.1.0 starts" in self.log(), 60, "the first start")
        self.pc.stop_service()
        self.pc.agent("service", "purge", "--only-new")
        self.assertFalse(self.pc.data_folder().exists())
        self.pc.data_folder().mkdir(mode=0o700)
        (self.pc.data_folder() / "config.json").write_text("{}")  # data of an earlier installation
        self.install("0.1.0", "REINSTALL=ALL", "REINSTALLMODE=amus")
        self.pc.stop_service()
        self.pc.agent("service", "purge", "--only-new")
        self.assertTrue((self.pc.data_folder() / "config.json").exists())

    def test_loosened_rights_are_put_back(self):
        self.install("0.1.0")
        database = self.pc.data_folder() / "wardwatch.db"
        wait_until(database.exists, 60, "the first start")
        self.pc.stop_service()
        self.assertNotIn("had been loosened", self.log())
        database.chmod(0o666)
        self.pc.start_service()
        wait_until(lambda: "had been loosened and were put back: wardwatch.db" in self.log(), 60,
                   "the repair in the log")
        self.assertEqual(database.stat().st_mode & 0o007, 0)

    def test_changed_service_settings_are_put_back(self):
        """What a rolled-back upgrade leaves: Wine tells the description and the command line of all settings."""
        self.install("0.1.0")
        before = self.values(SERVICE)
        wait_until(lambda: "wardwatch 0.1.0 starts" in self.log(), 60, "the first start")
        self.assertNotIn("setting had been changed", self.log())
        self.pc.run("sc", "description", "Wardwatch", "something else")
        self.assertNotEqual(self.values(SERVICE)["Description"], before["Description"])
        self.pc.stop_service()
        self.pc.start_service()
        wait_until(lambda: "setting had been changed and was put back: description" in self.log(), 60, "the repair")
        self.assertEqual(self.values(SERVICE), before)

    def test_vietnamese_values_arrive(self):
        self.install("0.1.0", "UNIT=Phường Bến Thành")
        self.pc.run("reg", "export", SETTINGS, r"C:\settings.reg", "/y")
        self.assertIn('"Unit"="Phường Bến Thành"', (self.pc.drive / "settings.reg").read_text("utf-16"))

    def test_signatures(self):
        """With a certificate of the test's own; a changed byte, and a file without a signature, are noticed."""
        signer = Signer(self.folder, "signer")
        program = self.folder / "wardwatch.exe"
        shutil.copy(windows_agent(), program)
        shutil.copy(windows_agent().with_name("wardwatch-setup.exe"), self.folder)
        signer.sign(program)
        msi = run([SOURCE / "installer/build", program, "0.1.0", self.folder]).stdout.strip()
        self.assertNotEqual(self.verify(msi, signer.certificate), 0)
        signer.sign(msi)
        for file in (program, msi):
            self.assertEqual(self.verify(file, signer.certificate), 0, file)
            content = bytearray(open(file, "rb").read())
            content[len(content) // 2] ^= 1
            changed = self.folder / f"changed-{os.path.basename(file)}"
            changed.write_bytes(content)
            self.assertNotEqual(self.verify(changed, signer.certificate), 0, changed)
        # The signed package installs, and installs the signed program.
        self.msiexec("/i", windows_path(msi))
        self.assertEqual(self.verify(self.program(), signer.certificate), 0)
        self.assertEqual(self.pc.service_state(), "running")
        # Without a certificate nothing is signed, and the script says so.
        unsigned = {name: value for name, value in os.environ.items() if not name.startswith("WARDWATCH_SIGN_")}
        before = open(msi, "rb").read()
        self.assertIn("not signed", run([SOURCE / "installer/sign", msi], env=unsigned).stderr)
        self.assertEqual(open(msi, "rb").read(), before)

    @staticmethod
    def verify(file, certificate):
        return subprocess.run(["osslsigncode", "verify", "-in", str(file), "-CAfile", str(certificate)], check=False,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60).returncode


class Package(Packages):
    """What stands in the MSI for real Windows' sake: Wine takes it either way."""

    def table(self, name):
        lines = run(["msiinfo", "export", self.package("0.1.0"), name]).stdout.splitlines()[3:]
        return {fields[0]: fields[1:] for fields in (line.split("\t") for line in lines)}

    def test_code_pages_are_utf_8(self):
        self.assertIn("65001", run(["msiinfo", "export", self.package("0.1.0"), "_ForceCodepage"]).stdout)
        content = self.package("0.1.0").read_bytes()
        # The summary: a property set of the format F29F85E0-…; its first property is the code page, of two bytes.
        start = content.index(b"\xfe\xff\x00\x00", content.index(b"\xe0\x85\x9f\xf2") - 28)
        section = start + struct.unpack_from("<I", content, start + 44)[0]
        properties = dict(struct.unpack_from("<II", content, section + 8 + 8 * i)
                          for i in range(struct.unpack_from("<I", content, section + 4)[0]))
        self.assertEqual(struct.unpack_from("<IH", content, section + properties[1]), (2, 65001))

    def test_nothing_with_a_window_runs_and_nothing_in_a_repair(self):
        actions = {name: row for name, row in self.table("CustomAction").items() if int(row[0]) & 0x3f != 51}
        self.assertEqual(sorted(actions), ["Configure", "KeepData", "RemoveData", "StoreToken", "UndoConfigure"])
        sequence = self.table("InstallExecuteSequence")
        for name, row in actions.items():
            self.assertEqual((int(row[0]) & 0x3f, row[1]), (18, "wardwatch_setup.exe"), name)
            # In a repair `Installed` is set and REMOVE is not.
            self.assertRegex(sequence[name][0], r'^(NOT Installed|REMOVE="ALL") AND ', name)
        program = windows_agent().with_name("wardwatch-setup.exe").read_bytes()
        header = struct.unpack_from("<I", program, 0x3c)[0]
        self.assertEqual(struct.unpack_from("<H", program, header + 0x5c)[0], 2, "IMAGE_SUBSYSTEM_WINDOWS_GUI")

    def test_no_restart_and_the_restart_manager(self):
        properties = self.table("Property")
        self.assertEqual(properties["REBOOT"], ["ReallySuppress"])
        self.assertNotIn("MSIRESTARTMANAGERCONTROL", properties)


if __name__ == "__main__":
    main()
