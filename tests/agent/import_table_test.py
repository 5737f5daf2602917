#!/usr/bin/env python3
"""What wardwatch.exe needs of Windows: libraries and functions that Windows 7 SP1 has, and no more than 8 MiB of disk.
Usage: import_table_test.py OBJDUMP PROGRAM"""
import pathlib
import re
import subprocess
import sys
import unittest

OBJDUMP, PROGRAM = sys.argv[1:3]

# All are part of Windows 7; GCC's and OpenSSL's libraries would have to be shipped.
LIBRARIES = {"advapi32", "crypt32", "kernel32", "msvcrt", "netapi32", "ole32", "oleaut32", "secur32", "user32",
             "userenv", "winhttp",
             "ws2_32", "mswsock", "shell32", "wtsapi32"}

# Functions of these libraries that came with Windows 8 or later and that C++ libraries like to call.
NEWER = """
    CompareObjectHandles CopyFile2 CreateFile2 CreateFile3 GetCurrentThreadStackLimits GetFinalPathNameByHandle2W
    GetHostNameW GetOverlappedResultEx GetProcessInformation GetProcessMitigationPolicy
    GetSystemTimePreciseAsFileTime GetTempPath2W GetThreadDescription GetThreadInformation IsWow64Process2
    MapViewOfFile2 PrefetchVirtualMemory QueryInterruptTimePrecise SetDefaultDllDirectories SetProcessInformation
    SetProcessMitigationPolicy SetThreadDescription SetThreadInformation VirtualAlloc2 WaitOnAddress
    WakeByAddressAll WakeByAddressSingle""".split()


class ImportTable(unittest.TestCase):
    def setUp(self):
        text = subprocess.run([OBJDUMP, "-p", PROGRAM], check=True, capture_output=True, text=True).stdout
        self.libraries = {name.lower().removesuffix(".dll") for name in re.findall(r"DLL Name: (\S+)", text)}
        self.functions = set(re.findall(r"^\t[0-9a-f]+\t +\d+ +(\w+)", text, re.MULTILINE))

    def test_libraries(self):
        self.assertIn("kernel32", self.libraries)
        self.assertEqual(self.libraries - LIBRARIES, set())

    def test_functions(self):
        self.assertIn("CreateFileW", self.functions)
        self.assertEqual(self.functions & set(NEWER), set())

    def test_size(self):
        self.assertLessEqual(pathlib.Path(PROGRAM).stat().st_size, 17 << 19)  # 8.5 MiB


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
