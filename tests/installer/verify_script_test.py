#!/usr/bin/env python3
"""installer/verify-on-windows.ps1, as far as it can be looked at without Windows: no PowerShell is here. It runs on
PowerShell 2, compares what the service is given, records every place that the checks read, and writes what the reader
of recorded machines knows."""

import json
import pathlib
import re
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = (SOURCE / "installer/verify-on-windows.ps1").read_bytes()

# Of PowerShell 3 and later, with what stands for it in 2.
NEWER = [r"ConvertTo-Json", r"ConvertFrom-Json", r"(?<!\w)-(not)?in\b", r"\[ordered\]", r"\[pscustomobject\]",
         r"\w-Cim\w+", r"(Get-Acl|Test-Path|Resolve-Path)\s+-LiteralPath", r"\.(Where|ForEach)\(", r"::new\(",
         r"-sh[lr]\b", r"Get-FileHash", r"\$PSScriptRoot", r"\$PSItem", r"Where-Object\s+(?!\{)\w",
         r"ForEach-Object\s+(?!\{)\w", r"-Raw\b", r"Invoke-(WebRequest|RestMethod)", r"Expand-Archive", r"Unblock-File",
         r"^\s*(using|class|enum)\s", r"&&", r"\|\|", r"\?\?", r"\?\.", r"Get-Content\s.*-Tail", r"\bNew-Guid\b",
         r"Get-ChildItem\s.*-(File|Directory)\b", r"#requires -version [3-9]", r"-NoNewline", r"\$using:"]


def code(script):
    """The script without comments, texts and the C# in it; what stands in $( ) of a text is kept."""
    kept, at, closers = [], 0, []
    while at < len(script):
        if script.startswith('@"\n', at):
            at = script.index('\n"@', at) + 3
        elif script[at] == "#":
            at = script.index("\n", at)
        elif script[at] == "'":
            at = script.index("'", at + 1) + 1
            while script[at] == "'":  # '' is one
                at = script.index("'", at + 1) + 1
            kept.append("''")
        elif script[at] == '"':
            at += 1
            while script[at] != '"':
                if script[at] == "`":
                    at += 2
                elif script.startswith("$(", at):
                    end, depth = at + 2, 1
                    while depth:
                        depth += {"(": 1, ")": -1}.get(script[end], 0)
                        end += 1
                    kept.append(script[at:end])
                    at = end
                else:
                    at += 1
            at += 1
            kept.append('""')
        else:
            kept.append(script[at])
            at += 1
    return "".join(kept)


class VerifyScript(unittest.TestCase):
    def setUp(self):
        self.script = SCRIPT.decode("ascii")

    def test_ascii(self):
        self.assertEqual(sorted({byte for byte in SCRIPT if byte > 126 or byte < 32} - {10}), [])

    def test_nothing_of_powershell_3(self):
        for pattern in NEWER:
            found = re.search(pattern, code(self.script), re.MULTILINE | re.IGNORECASE)
            self.assertIsNone(found, f"{pattern}: {found and found.group()}")
        for newer in ("$x -in 1, 2", "$a | ConvertTo-Json", "$a | Where-Object Name -eq 'x'", "Get-CimInstance X"):
            self.assertTrue(any(re.search(pattern, code(newer + "\n"), re.I) for pattern in NEWER), newer)

    def test_brackets(self):
        pairs, stack = {")": "(", "]": "[", "}": "{"}, []
        for line, text in enumerate(code(self.script).splitlines(), 1):
            for each in text:
                if each in "([{":
                    stack.append(each)
                elif each in pairs:
                    self.assertTrue(stack and stack.pop() == pairs[each], f"line {line} without texts: {text}")
        self.assertEqual(stack, [])

    def test_functions_are_defined(self):
        text = code(self.script)
        own = set(re.findall(r"^function ([\w-]+)", text, re.MULTILINE))
        ours = "Recorded|Number|Profile|Local|Wmi|Json|Add|Registry|Compare|Write"
        called = set(re.findall(rf"\b((?:{ours})-\w+)\b", text))
        self.assertLessEqual(called - {"Write-Output", "Write-Host", "Add-Type"}, own)

    def test_the_exit_code_is_the_number_of_failures(self):
        self.assertEqual(self.script.rstrip().splitlines()[-1], "exit $script:failed")
        self.assertEqual(len(re.findall(r"FAIL .*\$script:failed\+\+", self.script)), 2)

    def test_every_setting_of_the_service_is_compared(self):
        for value in ("ObjectName", "ImagePath", "Start", "DelayedAutostart", "RequiredPrivileges", "ServiceSidType",
                      "FailureActionsOnNonCrashFailures", "FailureActions", "Description"):
            self.assertRegex(self.script, rf"(Value \$serviceKey|Bytes) '{value}'")
        wanted = (SOURCE / "agent/service/service_settings.cpp").read_text("utf-8")
        self.assertIn("RestartActions{{1min, 1min, 5min}, 24h}", wanted)
        self.assertIn("'86400: 1 60000 1 60000 1 300000'", self.script)
        self.assertEqual(re.findall(r'wanted.privileges = \{"(\w+)"\}', wanted), ["SeChangeNotifyPrivilege"])

    def test_every_place_in_the_registry_is_recorded(self):
        table = (SOURCE / "collectors/antivirus/vendor_table.cpp").read_text("utf-8")
        names = dict(re.findall(r'string_view (\w+) = (?:\n\s*)?("SOFTWARE[^"]*")', table))
        places = re.findall(r'in_registry\(([^,]+),\s*"([^"]+)"', table)
        self.assertGreater(len(places), 6)
        recorded = re.findall(r"@\('([^']+)'((?:, '[^']*')*)\)", self.script)
        recorded = {(key, value) for key, values in recorded for value in re.findall(r"'([^']*)'", values)}
        for key, value in places:
            key = names.get(key.strip(), key.strip()).strip('"').replace("\\\\", "\\")
            self.assertIn((key, value), recorded)
        browsers = (SOURCE / "collectors/credential_stores/browsers.cpp").read_text("utf-8")
        for policy in re.findall(r'^     \{"([^"]+)", "[^"]*"\},$', browsers, re.MULTILINE):
            self.assertIn("'" + policy.replace("\\\\", "\\") + "'", self.script)
        for app in re.findall(r'"(\w+\.exe)"', browsers):
            self.assertIn(f"'{app}'", self.script)

    def test_members_are_those_of_the_sample_and_of_the_reader(self):
        sample = json.loads((SOURCE / "tests/installer/recorded_by_script.json").read_text("ascii"))
        readers = "".join(file.read_text("utf-8") for file in (SOURCE / "tests").glob("recorded_*.cpp"))
        known = set(re.findall(r'"([a-z_0-9]+)"', readers))
        record = self.script[self.script.index("# --- -Record"):]
        written = set(re.findall(r"(?:@\{|; ?|\n +)([a-z][a-z_0-9]*) = ", record))
        written |= set(re.findall(r"\['([a-z_]+)'\] =", record))
        written |= set(re.findall(r"Part \$machine '(\w+)'", record))
        self.assertLessEqual(written, known | {"native", "wow"})
        parts = set(sample)
        for value in (value for name, value in sample.items() if name != "files"):  # its members are paths
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, dict):
                    parts |= set(each)
        self.assertLessEqual(parts, written)
        self.assertLessEqual({"host", "registry", "security_center", "wmi", "services", "accounts", "password_policy",
                              "user_profiles", "domain_users", "now", "description"}, written)


if __name__ == "__main__":
    unittest.main()
