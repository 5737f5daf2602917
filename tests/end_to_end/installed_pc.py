"""A Windows PC (Wine) on which the MSI installs the agent: what the tests of the installer and of updates share."""

import os
import re
import shutil

from windows_pc import PROGRAM, WindowsPc
from wardwatch_testing import SOURCE, EndToEnd, run, windows_agent
from wine import windows_path

SETTINGS = r"HKLM\SOFTWARE\Wardwatch"
SERVICE = r"HKLM\SYSTEM\CurrentControlSet\Services\Wardwatch"
EVENT_SOURCE = r"HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\Wardwatch"


class Signer:
    """A code-signing certificate of the test's own."""

    def __init__(self, folder, name):
        self.key, self.certificate = folder / f"{name}.key.pem", folder / f"{name}.pem"
        run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", self.key, "-out",
             self.certificate, "-subj", f"/CN=Wardwatch test {name}", "-addext", "keyUsage=digitalSignature", "-addext",
             "extendedKeyUsage=codeSigning"])

    def sign(self, file):
        run([SOURCE / "installer/sign", file], env={**os.environ, "WARDWATCH_SIGN_CERTIFICATE": str(self.certificate),
                                                    "WARDWATCH_SIGN_KEY": str(self.key)})

    def sha256(self):
        shown = run(["openssl", "x509", "-in", self.certificate, "-noout", "-fingerprint", "-sha256"]).stdout
        return shown.split("=")[1].strip()


class Packages(EndToEnd):
    """Makes the MSI in any version."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Built once: two versions of the same program.
        cls.packages = {}

    def package(self, version):
        if version not in self.packages:
            folder = self.folder / "packages"
            msi = run([SOURCE / "installer/build", windows_agent(), version, folder]).stdout.strip()
            self.packages[version] = open(msi, "rb").read()
        file = self.folder / f"wardwatch-{version}-x64.msi"
        file.write_bytes(self.packages[version])
        return file


class InstalledPc(Packages):
    def setUp(self):
        super().setUp()
        self.pc = WindowsPc(self, self.folder / "pc")
        shutil.rmtree(self.program().parent)  # the other tests' PCs have the program without an installation

    def msiexec(self, *arguments, expect=0):
        return self.pc.run("msiexec", *arguments, "/qn", expect=expect, timeout=180)

    def install(self, version, *properties):
        self.msiexec("/i", windows_path(self.package(version)), "STARTUP_SPREAD_SECONDS=0", *properties)

    def install_in_vain(self, version, *properties):
        """Windows answers 1603; Wine 1603 or 1627, of which a Linux exit code has the lower eight bits."""
        done = self.msiexec("/i", windows_path(self.package(version)), *properties, expect=None)
        self.assertIn(done.returncode, (1603 & 0xFF, 1627 & 0xFF), done.stderr)

    # --- what an administrator looks at ---

    def program(self):
        return self.pc.drive / "Program Files/Wardwatch/wardwatch.exe"

    def values(self, key):
        """The values of a registry key, or None where there is no such key."""
        done = self.pc.run("reg", "query", key, expect=None)
        if done.returncode != 0:
            return None
        return dict(re.findall(r"^    (\S+)    REG_\w+ *(.*?)\r?$", done.stdout, re.MULTILINE))

    def log(self):
        file = self.pc.data_folder() / "wardwatch.log"
        return file.read_text("utf-8") if file.exists() else ""

    def installed_versions(self):
        done = self.pc.run("reg", "query", r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall", "/s",
                           expect=None)
        return re.findall(r"DisplayVersion    REG_SZ    (\S+)", done.stdout)

    def identity(self):
        return {name: (self.pc.data_folder() / name).read_bytes()
                for name in ("device_id", "key.sealed", "certificate.pem")}

    def assert_nothing_is_left(self, data=False):
        self.assertFalse(self.program().parent.exists())
        self.assertEqual(self.pc.data_folder().exists(), data)
        for key in (SETTINGS, SERVICE, EVENT_SOURCE):
            self.assertIsNone(self.values(key), key)
        self.assertEqual(self.installed_versions(), [])
        self.assertIsNone(self.pc.service_pid())

    def properties(self, centre, token):
        return [f"COLLECTOR_URL=https://127.0.0.1:{centre.agents_port}", f"CA_SHA256={centre.ca_sha256}",
                f"ENROLL_TOKEN={token}",
                "UNIT=Office", "LOG_LEVEL=debug"]
