#!/usr/bin/env python3
"""Updates from the centre: an installed agent (Wine) takes the package that it is offered, and no other."""

import hashlib
import json
import pathlib
import shutil

from installed_pc import SETTINGS, InstalledPc, Packages, Signer
from office import UNIT, Centre, LinuxAgent
from wardwatch_testing import SOURCE, main, run, wait_until, windows_agent
from wine import windows_path

OLD, NEW, LATER = b"0.1.0", b"0.2.0", b"0.3.0"
PIECE = 256 << 10  # of a package, as it goes over the wire
RESTART_SIGN = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired"


class Update(InstalledPc):
    def setUp(self):
        super().setUp()
        self.centre = Centre(self)
        self.signer = Signer(self.folder, "signer")
        self.assertIn(OLD, windows_agent().read_bytes(), "this test knows the version as 0.1.0")
        # Wine does not tell the old version's removal that it is an upgrade, which on Windows keeps the data.
        self.pc.run("reg", "add", SETTINGS, "/v", "KeepData", "/d", "1", "/f")

    def program_of(self, version):
        """The same program under another version: no two versions are built."""
        file = self.folder / "wardwatch.exe"
        shutil.copy(windows_agent().with_name("wardwatch-setup.exe"), self.folder)
        content = windows_agent().read_bytes().replace(OLD, version)
        file.write_bytes(content.replace(OLD.decode().encode("utf-16-le"), version.decode().encode("utf-16-le")))
        return file

    def msi(self, version, signer=None, change=None):
        """A signed package; `change` in SQL before."""
        file = run([SOURCE / "installer/build", self.program_of(version), version.decode(), self.folder]).stdout.strip()
        if change:
            run(["msibuild", file, "-q", change])
        (signer or self.signer).sign(file)
        return file

    def install_old(self, *properties):
        self.msiexec("/i", windows_path(self.msi(OLD)), "STARTUP_SPREAD_SECONDS=0",
                     *self.properties(self.centre, self.centre.token()), *properties)
        return self.centre.wait_for_report(180)["device_id"]

    def offer(self, version, file, *more):
        self.centre.cli("update", "add", file, "--version", version)
        self.centre.cli("update", "offer", version, "--unit", UNIT, *more)

    def place(self, version, file):
        """What a centre that somebody else has taken over would offer: no check of its own stands before it."""
        content = pathlib.Path(file).read_bytes()
        self.centre.change_database("INSERT INTO updates (version, size, sha256, added_at) VALUES (?, ?, ?, 0)",
                                    version, len(content), hashlib.sha256(content).hexdigest())
        for position, at in enumerate(range(0, len(content), PIECE)):
            self.centre.change_database("INSERT INTO update_pieces (version, position, content) VALUES (?, ?, ?)",
                                        version, position, content[at:at + PIECE])

    def standing(self):
        return self.centre.cli("update", "status")["offers"][0]

    def failure_of(self, version, file):
        """Why the PC did not take the package; nothing else has changed there."""
        pid = self.pc.service_pid()
        self.place(version, file)
        self.centre.cli("update", "offer", version, "--unit", UNIT)
        offer = wait_until(lambda: (now := self.standing())["failed"] and now, 180, "the PC to refuse the update")
        self.assertEqual((offer["total"], offer["updated"], offer["not_yet_asked"]), (1, 0, 0))
        self.assertEqual(self.pc.service_pid(), pid)
        self.assertEqual(self.installed_versions(), ["0.1.0"])
        left = [file.name for file in self.pc.data_folder().iterdir() if file.suffix == ".msi"]
        self.assertEqual(left, [])
        self.assertFalse((self.pc.data_folder() / "update.json").exists())
        self.centre.cli("update", "remove", version)
        return offer["failures"][0]["problem"]

    def test_the_pinned_signers_newer_version_is_installed(self):
        device_id = self.install_old(f"UPDATE_SIGNERS={self.signer.sha256()}")
        identity = self.identity()
        package = self.msi(NEW)
        self.centre.cli("update", "add", package)
        self.assertEqual([each["version"] for each in self.centre.cli("update", "list")["packages"]], ["0.2.0"])
        self.assertEqual(self.centre.cli("update", "status")["offers"], [], "nothing is offered by itself")
        self.centre.cli("update", "offer", "0.2.0", "--unit", UNIT)
        wait_until(lambda: self.standing()["updated"] == 1, 240, "the new version")
        # The service runs before its installation has come to its end.
        wait_until(lambda: self.installed_versions() == ["0.2.0"], 60, "the end of the installation")
        self.assertEqual(self.program().read_bytes(), self.program_of(NEW).read_bytes())
        self.assertEqual(json.loads(self.pc.agent("status", "--json", expect=None).stdout)["agent_version"], "0.2.0")
        self.assertEqual(self.identity(), identity)
        wait_until(lambda: self.centre.device(device_id)["agent_version"] == "0.2.0", 60, "the version at the centre")
        # A repair finds its source: the package is kept as it was called at the installation.
        kept = self.pc.data_folder() / "wardwatch-0.2.0-x64.msi"
        self.assertEqual(kept.read_bytes(), open(package, "rb").read())
        # The next one comes over the same way: the signer is remembered. It waits while Windows waits for a restart.
        self.pc.run("reg", "add", RESTART_SIGN, "/f")
        self.offer("0.3.0", self.msi(LATER))
        wait_until(lambda: "waits for a restart of this PC" in self.log(), 180, "the update to wait")
        self.assertEqual((self.standing()["at_work"], self.installed_versions()), (1, ["0.2.0"]))
        self.pc.run("reg", "delete", RESTART_SIGN, "/f")
        wait_until(lambda: self.standing()["updated"] == 1, 240, "the version after it")
        wait_until(lambda: self.installed_versions() == ["0.3.0"], 60, "the end of its installation")
        wait_until(lambda: not kept.exists(), 60, "the package before it to be deleted")
        self.assertTrue((self.pc.data_folder() / "wardwatch-0.3.0-x64.msi").exists())

    def test_other_packages_are_refused(self):
        other = Signer(self.folder, "other")
        self.install_old(f"UPDATE_SIGNERS={self.signer.sha256()}")
        good = open(self.msi(NEW), "rb").read()
        tampered = self.folder / "tampered.msi"
        for place in (len(good) // 2, len(good) // 3):
            content = bytearray(good)
            content[place] ^= 1
            tampered.write_bytes(content)
            self.assertIn("changed after it was signed", self.failure_of("0.2.0", tampered))
        self.assertIn("a certificate that this PC does not know", self.failure_of("0.2.0", self.msi(NEW, signer=other)))
        # A package of an old version, offered as a newer one; and an older one as what it is.
        self.assertIn("is version 0.1.0, not 0.2.0 as offered", self.failure_of("0.2.0", self.msi(OLD)))
        older = self.msi(b"0.0.9")
        self.centre.cli("update", "add", older)
        self.centre.cli("update", "offer", "0.0.9", "--all")
        self.assertEqual((self.standing()["at_work"], self.standing()["updated"]), (0, 1), "nobody is asked")
        self.assertEqual(self.pc.service_state(), "running")

    def test_a_failed_installation_leaves_the_old_version(self):
        self.install_old(f"UPDATE_SIGNERS={self.signer.sha256()}")
        identity = self.identity()
        # Wine does not undo a removal; so this one fails before it. The rest is docs/verification.md's.
        never = self.msi(NEW,
                         change="INSERT INTO `LaunchCondition` (`Condition`, `Description`) VALUES ('1=0', 'Never.')")
        self.assertIn("Windows Installer ended with code", self.failure_of("0.2.0", never))
        self.assertIn("LaunchConditions", (self.pc.data_folder() / "update.log").read_text("utf-8", "replace"))
        self.assertEqual(self.program().read_bytes(), self.program_of(OLD).read_bytes())
        self.assertEqual(self.pc.service_state(), "running")
        self.assertEqual(self.identity(), identity)

    def test_without_a_signer_nothing_is_taken(self):
        self.install_old()
        self.assertIn("takes no updates", self.failure_of("0.2.0", self.msi(NEW)))


class Centres(Packages):
    def test_what_the_centre_refuses(self):
        centre = Centre(self)
        signed = self.package("0.2.0")
        for file, more, problem in ((signed, [], "is not signed"), (self.folder / "none.msi", [], "cannot be read"),
                                    (centre.folder / "central.db", [], "no Windows package")):
            self.assertIn(problem, centre.cli("update", "add", file, *more, expect=4).stderr)
        signer = Signer(self.folder, "signer")
        signer.sign(signed)
        self.assertIn("not by", centre.cli("update", "add", signed, "--signer", "ab" * 32, expect=4).stderr)
        odd = self.folder / "odd.msi"
        odd.write_bytes(signed.read_bytes())
        self.assertIn("--version", centre.cli("update", "add", odd, expect=4).stderr)
        self.assertIn("no version", centre.cli("update", "add", odd, "--version", "0.2", expect=4).stderr)
        added = centre.cli("update", "add", signed)
        self.assertEqual(added["signer_sha256"], signer.sha256().replace(":", "").lower())
        centre.cli("update", "add", odd, "--version", "0.2.0")  # the same content
        odd.write_bytes(signed.read_bytes() + b"more")
        self.assertIn("never changes", centre.cli("update", "add", odd, "--version", "0.2.0", expect=4).stderr)
        self.assertIn("update list", centre.cli("update", "offer", "0.3.0", "--all", expect=4).stderr)
        self.assertIn("--unit", centre.cli("update", "offer", "0.2.0", expect=3).stderr)
        self.assertIn("not offered", centre.cli("--lang", "en", "update", "withdraw", "0.2.0", expect=4).stderr)
        centre.cli("update", "remove", "0.2.0")
        self.assertEqual(centre.cli("update", "list")["packages"], [])

    def test_linux_is_updated_by_its_packages(self):
        centre = Centre(self)
        pc = LinuxAgent(self, centre)
        pc.config["update_signers"] = ["ab" * 32]
        pc._write_config()
        pc.enrol(centre.token())
        pc.serve()
        centre.wait_for_report()
        msi = self.package("0.2.0")
        Signer(self.folder, "signer").sign(msi)
        centre.cli("update", "add", msi)
        centre.cli("update", "offer", "0.2.0", "--all")
        offer = wait_until(lambda: (now := centre.cli("update", "status")["offers"][0])["failed"] and now, 120,
                           "its answer")
        self.assertIn("package manager", offer["failures"][0]["problem"])


if __name__ == "__main__":
    main()
