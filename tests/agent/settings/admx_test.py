#!/usr/bin/env python3
"""Every setting of the program is a policy that administrators can set, with the same name and range, described in both
languages. Usage: admx_test.py PROGRAM [EMULATOR]"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "installer/admx"
XML = "{http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions}"
# What stands in a policy's <elements>, and the control that an editor shows for it.
CONTROLS = {"text": "textBox", "decimal": "decimalTextBox", "enum": "dropdownList", "multiText": "multiTextBox"}
ELEMENTS = {"text": "text", "number": "decimal", "choice": "enum", "list": "multiText"}
PROGRAM = []


def settings():
    with tempfile.TemporaryDirectory(prefix="wardwatch-admx-") as folder:
        data = ("Z:" if len(PROGRAM) == 2 else "") + folder
        done = subprocess.run([*PROGRAM, "--data", data, "status", "--settings", "--json"], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=60, check=True)
    return {setting["registry_name"]: setting for setting in json.loads(done.stdout)["settings"]}


def plain(tag):
    return tag.removeprefix(XML)


class Admx(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.settings = settings()
        cls.admx = ElementTree.parse(FOLDER / "wardwatch.admx").getroot()
        cls.policies = {policy.get("name"): policy for policy in cls.admx.iter(XML + "policy")}

    def element(self, name):
        (element,) = self.policies[name].find(XML + "elements")
        return element

    def test_the_parts_stand_in_the_order_of_the_schema(self):
        self.assertEqual([plain(part.tag) for part in self.admx],
                         ["policyNamespaces", "resources", "supportedOn", "categories", "policies"])
        for name, policy in self.policies.items():
            with self.subTest(name):
                self.assertEqual([plain(part.tag) for part in policy], ["parentCategory", "supportedOn", "elements"])

    def test_each_setting_is_one_policy(self):
        self.assertGreaterEqual(len(self.settings), 11)
        self.assertEqual(set(self.policies), set(self.settings))
        for name, policy in self.policies.items():
            with self.subTest(name):
                self.assertEqual((policy.get("class"), policy.get("key")), ("Machine", r"Software\Policies\Wardwatch"))
                self.assertEqual(self.element(name).get("valueName"), name)
                self.assertEqual(plain(self.element(name).tag), ELEMENTS[self.settings[name]["kind"]])

    def test_ranges_and_choices_are_the_programs(self):
        for name, setting in self.settings.items():
            element = self.element(name)
            with self.subTest(name):
                if setting["kind"] == "number":
                    self.assertEqual((int(element.get("minValue")), int(element.get("maxValue"))),
                                     (setting["minimum"], setting["maximum"]))
                elif setting["kind"] == "choice":
                    self.assertEqual([text.text for text in element.iter(XML + "string")], setting["choices"])
                else:
                    self.assertEqual(element.get("maxLength"), "300")

    def test_both_languages_have_every_text(self):
        references = set(re.findall(r"\$\((\w+\.\w+)\)", (FOLDER / "wardwatch.admx").read_text("utf-8")))
        for language in ("en-US", "vi-VN"):
            root = ElementTree.parse(FOLDER / language / "wardwatch.adml").getroot()
            strings = {text.get("id"): text.text for text in root.iter(XML + "string")}
            presentations = {each.get("id"): each for each in root.iter(XML + "presentation")}
            with self.subTest(language):
                self.assertEqual({f"string.{id_}" for id_ in strings}
                                 | {f"presentation.{id_}" for id_ in presentations},
                                 references)
                self.assertTrue(all(text and text.strip() for text in strings.values()))
            for name, setting in self.settings.items():
                with self.subTest(language=language, setting=name):
                    self.check_control(presentations[name], name, setting)
                    for number in (setting.get("minimum"), setting.get("maximum")):
                        if number is not None:
                            self.assertIn(str(number), strings[name + "_Explain"])

    def check_control(self, presentation, name, setting):
        (control,) = presentation
        self.assertEqual(plain(control.tag), CONTROLS[plain(self.element(name).tag)])
        self.assertEqual(control.get("refId"), self.element(name).get("id"))
        self.assertTrue("".join(control.itertext()).strip())
        if setting["kind"] == "number":
            self.assertEqual(int(control.get("defaultValue")), setting["default"])
        elif setting["kind"] == "choice" and setting["default"]:
            self.assertEqual(setting["choices"][int(control.get("defaultItem"))], setting["default"])
        elif setting["kind"] == "text" and setting["default"]:
            self.assertEqual(control.findtext(XML + "defaultValue"), setting["default"])


if __name__ == "__main__":
    PROGRAM = [os.path.abspath(argument) for argument in reversed(sys.argv[1:3])]
    unittest.main(argv=sys.argv[:1])
