#!/usr/bin/env python3
"""Real browsers save and delete passwords through their own password managers while scans run in a loop beside them. No
password is lost, and every scan says a count that was true at some moment of the scan, or `busy`."""

import random
import threading
import time
import unittest

import browsers
from wardwatch_testing import EndToEnd, main, scan, wait_until

SAVES = 60
DELETES = 40


class Saver:
    """Saves passwords one by one; knows at any time how many were asked for."""

    def __init__(self, browser, first, count, site="https://live"):
        self.browser, self.first, self.count, self.site = browser, first, count, site
        self.requested = first
        self.error = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        try:
            for number in range(self.first, self.first + self.count):
                self.requested = number + 1
                self.browser.save(f"{self.site}{number}.example", f"user{number}", f"TESTPW-{number}")
        except (OSError, RuntimeError) as error:
            self.error = error

    def running(self):
        return self._thread.is_alive()

    def finish(self):
        self._thread.join(120)
        return self.error


class Deleter:
    """Deletes passwords one by one; knows at any time how many must still be there."""

    def __init__(self, browser, total, count):
        self.browser, self.count, self.least = browser, count, total
        self.error = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        try:
            for _ in range(self.count):
                self.least -= 1
                self.browser.delete_one()
        except (OSError, RuntimeError) as error:
            self.error = error

    def running(self):
        return self._thread.is_alive()

    def finish(self):
        self._thread.join(120)
        return self.error


class LiveBrowsers(EndToEnd):
    def setUp(self):
        super().setUp()
        self.root = self.folder / "disk"
        self.home = self.root / "Users/mai"
        self.browser = None
        self.addCleanup(lambda: self.browser and self.browser.kill())

    def count(self):
        """(status, saved or None) of the one profile."""
        facts = scan(self.root)
        saved = facts.plain("browser_credentials.saved", self.instance)
        status = facts.plain("browser_credentials.store_status", self.instance)
        if not isinstance(saved, int):
            self.assertIn(status, ("busy", None), facts.store(self.instance))
            return status, None
        return status, saved

    def scan_while(self, saver):
        """Scans until the saver is done. A browser writes in the order it was told, so a count is true when it is
        neither less than an earlier one nor more than what was asked for by the scan's end."""
        seen = []
        while saver.running():
            status, saved = self.count()
            seen.append(status if saved is None else saved)
            if saved is not None:
                self.assertGreaterEqual(saved, max((n for n in seen if isinstance(n, int)), default=0))
                self.assertLessEqual(saved, saver.requested)
        counts = [n for n in seen if isinstance(n, int)]
        print(f"{self.instance}: {len(seen)} scans beside {saver.count} saves, {len(seen) - len(counts)} said busy, "
              f"counts from {min(counts, default=None)} to {max(counts, default=None)}")
        self.assertGreater(len(counts), 0, "no scan gave a count while the browser was writing")

    def delete_scan_and_compare(self, total):
        """The user deletes passwords while scans run: the count falls with them and never below what is left."""
        deleter = Deleter(self.browser, total, DELETES)
        seen = [total]
        while deleter.running():
            _, saved = self.count()
            if saved is not None:
                self.assertLessEqual(saved, seen[-1])
                self.assertGreaterEqual(saved, deleter.least)
                seen.append(saved)
        self.assertIsNone(deleter.finish())
        left = total - DELETES
        print(f"{self.instance}: {len(seen) - 1} counts beside {DELETES} deletions, from {total} down to {seen[-1]}")
        wait_until(lambda: self.browser.saved() == left, 60, "the browser to show what is left")
        wait_until(lambda: self.count()[1] == left, 60, "the store on disk to hold what is left")
        return left

    def save_scan_and_compare(self, start):
        self.browser = start()
        total = 0
        for _ in range(3):
            saver = Saver(self.browser, total, SAVES)
            self.scan_while(saver)
            self.assertIsNone(saver.finish())
            total += SAVES
            # Idle: what the browser shows, what it was told to save, and what a scan says are one number.
            wait_until(lambda: self.browser.saved() == total, 30, "the browser to show what it saved")
            wait_until(lambda: self.count()[1] == total, 30, "the store on disk to hold it")
        self.browser.quit()
        self.assertEqual(self.count(), ("ok", total))
        self.browser = start()
        wait_until(lambda: self.browser.saved() == total, 30, "the restarted browser to show every password")
        return total

    def kill_while_saving(self, start, total):
        """After a kill the scan says what the browser finds when it comes back."""
        for _ in range(5):
            saver = Saver(self.browser, total, 5000, site="http://killed")
            wait_until(lambda: saver.requested > total + 5, 30, "some saves")
            time.sleep(random.uniform(0, 2))  # Firefox writes up to a second after it was told to save
            self.browser.kill()
            saver.finish()
            status, saved = self.count()
            self.assertIn(status, ("ok", "recovered", "backup_used"))
            self.assertGreaterEqual(saved, total, "a password that was saved before is lost")
            self.browser = start()
            shown = wait_until(lambda: self.settled(saved), 30, f"the browser to show {saved} passwords after a kill")
            print(f"{self.instance}: killed at save {saver.requested}: scan says {saved} ({status}), browser {shown}")
            self.assertEqual(self.count()[1], shown)
            total = shown

    def settled(self, expected):
        shown = self.browser.saved()
        return shown if shown == expected else None

    @unittest.skipUnless(browsers.chromium_program(), "chromium is not installed")
    def test_chromium(self):
        self.instance = "mai/chromium/Default"
        user_data = self.home / "AppData/Local/Chromium/User Data"
        total = self.delete_scan_and_compare(self.save_scan_and_compare(lambda: browsers.Chromium(user_data)))
        self.kill_while_saving(lambda: browsers.Chromium(user_data), total)

    @unittest.skipUnless(browsers.firefox_program(), "firefox-esr is not installed")
    def test_firefox(self):
        self.instance = "mai/firefox/live.default"
        profile = self.home / "AppData/Roaming/Mozilla/Firefox/Profiles/live.default"
        total = self.delete_scan_and_compare(self.save_scan_and_compare(lambda: browsers.Firefox(profile)))
        self.kill_while_saving(lambda: browsers.Firefox(profile), total)


if __name__ == "__main__":
    main()
