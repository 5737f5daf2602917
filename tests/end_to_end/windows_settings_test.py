#!/usr/bin/env python3
"""Settings of a Windows PC: config.json, the installer's registry values and Group Policy's, and Windows' own proxy
settings."""

import functools
import http.server
import json
import struct
import threading

from connect_proxy import ConnectProxy
from office import Centre
from windows_pc import WindowsPc
from wardwatch_testing import EndToEnd, main

INSTALLED = r"HKLM\SOFTWARE\Wardwatch"
POLICY = r"HKLM\SOFTWARE\Policies\Wardwatch"
CONNECTIONS = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings\Connections"
CENTRE = "centre.test"


def connection_settings(magic, proxy="", bypass="", script="", detect=False):
    """Windows' proxy settings as it keeps them in the registry: a proxy set by hand (2), a script (4), WPAD (8)."""
    def text(value):
        return struct.pack("<I", len(value)) + value.encode()
    flags = 1 | (2 if proxy else 0) | (4 if script else 0) | (8 if detect else 0)
    return (struct.pack("<III", magic, 0, flags) + text(proxy) + text(bypass) + text(script) + bytes(32)).hex()


class QuietFiles(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class WindowsSettings(EndToEnd):
    def setUp(self):
        super().setUp()
        self.pc = WindowsPc(self, self.folder / "pc")

    def reg(self, key, name, value, kind="REG_SZ"):
        self.pc.run("reg", "add", key, "/v", name, "/t", kind, "/d", value, "/f")

    def loaded(self):
        document = json.loads(self.pc.agent("status", "--settings", "--json").stdout)
        return {each["name"]: (each["value"], each["origin"]) for each in document["settings"]}, document["problems"]

    def test_layers(self):
        settings, problems = self.loaded()
        self.assertEqual(({origin for _, origin in settings.values()}, problems), ({"default"}, []))
        self.pc.data_folder().mkdir(parents=True)
        (self.pc.data_folder() / "config.json").write_text(json.dumps(
            {"scan_interval_minutes": 10, "heartbeat_interval_minutes": 10, "outbox_max_mib": 10,
             "log_level": "debug"}))
        self.reg(INSTALLED, "ScanIntervalMinutes", "20")
        self.reg(INSTALLED, "HeartbeatIntervalMinutes", "20", "REG_DWORD")
        self.reg(INSTALLED, "CollectorUrl", "https://installed.example:8443")
        self.reg(INSTALLED, "Language", "")
        self.reg(INSTALLED, "UpdateSigners", ":".join(["AB"] * 32))
        self.reg(POLICY, "ScanIntervalMinutes", "30", "REG_DWORD")
        self.reg(POLICY, "HeartbeatIntervalMinutes", "100000", "REG_DWORD")
        self.reg(POLICY, "LogLevel", "loud")
        self.reg(POLICY, "OfficialHosts", r"*.a.vn\0b.vn", "REG_MULTI_SZ")
        self.reg(POLICY, "DisabledCollectors", "accounts; usb")
        settings, problems = self.loaded()
        self.assertEqual(settings, {
            "collector_url": ("https://installed.example:8443", "registry"), "ca_sha256": (None, "default"),
            "proxy": ("system", "default"), "scan_interval_minutes": (30, "policy"),
            "heartbeat_interval_minutes": (20, "registry"), "startup_spread_seconds": (300, "default"),
            "watch_changes": ("on", "default"),
            "language": (None, "default"), "log_level": ("debug", "config.json"), "outbox_max_mib": (10, "config.json"),
            "official_hosts": (["*.a.vn", "b.vn"], "policy"), "disabled_collectors": (["accounts"], "policy"),
            "update_signers": (["ab" * 32], "registry")})
        self.assertEqual([problem.split(" ")[1] for problem in problems],
                         ["HeartbeatIntervalMinutes", "LogLevel", "DisabledCollectors"])
        self.assertTrue(all(problem.startswith(POLICY + ": ") for problem in problems), problems)
        table = self.pc.agent("status", "--settings").stdout
        self.assertRegex(table, r"scan_interval_minutes +30 +policy \(HKLM\\SOFTWARE\\Policies\\Wardwatch\)")
        facts = self.pc.scan()
        self.assertEqual(facts.plain("accounts"), "unknown: switched off by the settings")
        self.assertIsNotNone(facts.plain("host.name"))

    def test_proxy_by_policy_and_by_windows(self):
        centre = Centre(self, known_as=["127.0.0.1", CENTRE])
        target = f"{CENTRE}:{centre.agents_port}"
        proxies = {name: ConnectProxy(self, {CENTRE: "127.0.0.1"}) for name in ("policy", "user", "pc")}
        self.reg(POLICY, "Proxy", proxies["policy"].url)
        self.pc.agent("enroll", "--url", f"https://{target}", "--token", centre.token(), "--ca-sha256",
                      centre.ca_sha256)
        self.assertEqual(proxies["policy"].asked, [target])
        self.pc.run("reg", "delete", POLICY, "/v", "Proxy", "/f")
        # Without a proxy nobody knows the centre's name.
        self.assertIn(CENTRE, self.pc.agent("scan", "--send", expect=4).stderr)
        # The PC's (netsh winhttp), then the user's, which is stronger.
        self.reg(rf"HKLM\{CONNECTIONS}", "WinHttpSettings",
                 connection_settings(0x18, f"127.0.0.1:{proxies['pc'].port}"), "REG_BINARY")
        self.pc.agent("scan", "--send")
        # Both reports, of then and of now, over one tunnel.
        self.assertEqual((proxies["pc"].asked, len(centre.stored_reports())), ([target], 2))
        self.reg(rf"HKCU\{CONNECTIONS}", "DefaultConnectionSettings",
                 connection_settings(0x46, f"http=127.0.0.1:1;https=127.0.0.1:{proxies['user'].port}", "*.example"),
                 "REG_BINARY")
        self.pc.agent("scan", "--send")
        self.assertEqual((proxies["user"].asked, len(centre.stored_reports())), ([target], 3))
        # WPAD finds nothing here: then the one set by hand.
        self.reg(rf"HKCU\{CONNECTIONS}", "DefaultConnectionSettings",
                 connection_settings(0x46, f"127.0.0.1:{proxies['user'].port}", detect=True), "REG_BINARY")
        self.pc.agent("scan", "--send")
        self.assertEqual(proxies["user"].asked, [target] * 2)
        # Exempted there.
        self.reg(rf"HKCU\{CONNECTIONS}", "DefaultConnectionSettings",
                 connection_settings(0x46, f"127.0.0.1:{proxies['user'].port}", "<local>;*.test"), "REG_BINARY")
        self.pc.agent("scan", "--send", expect=4)
        self.assertEqual((proxies["user"].asked, proxies["pc"].asked), ([target] * 2, [target]))

    def test_proxy_by_script(self):
        centre = Centre(self, known_as=["127.0.0.1", CENTRE])
        proxy = ConnectProxy(self, {CENTRE: "127.0.0.1"})
        (self.folder / "proxy.pac").write_text(
            f'function FindProxyForURL(url, host) '
            f'{{ return host == "{CENTRE}" ? "PROXY 127.0.0.1:{proxy.port}" : "DIRECT"; }}')
        handler = functools.partial(QuietFiles, directory=self.folder)
        scripts = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=scripts.serve_forever, daemon=True).start()
        self.addCleanup(scripts.shutdown)
        self.reg(rf"HKCU\{CONNECTIONS}", "DefaultConnectionSettings",
                 connection_settings(0x46, script=f"http://127.0.0.1:{scripts.server_port}/proxy.pac"), "REG_BINARY")
        self.pc.agent("enroll", "--url", f"https://{CENTRE}:{centre.agents_port}", "--token", centre.token(),
                      "--ca-sha256",
                      centre.ca_sha256)
        self.assertEqual(proxy.asked, [f"{CENTRE}:{centre.agents_port}"])

    def test_the_program_does_not_import_winhttp(self):
        program = (self.pc.drive / "Program Files/Wardwatch/wardwatch.exe").read_bytes()
        self.assertNotIn(b"WINHTTP.dll\0", program)
        self.assertIn(b"KERNEL32.dll\0", program)  # how an import looks


if __name__ == "__main__":
    main()
