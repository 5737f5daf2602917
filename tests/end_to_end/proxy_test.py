#!/usr/bin/env python3
"""The agent reaches the centre through a real HTTP proxy, and says what is wrong when the proxy lets it not. The centre
has a name that only the proxy knows, so that nothing gets there by another way."""

import json
import os

from connect_proxy import ConnectProxy
from office import Centre, LinuxAgent
from wardwatch_testing import EndToEnd, free_port, main, run, wait_until

FAILURE = 4
CENTRE = "centre.test"


class Proxy(EndToEnd):
    def setUp(self):
        super().setUp()
        self.centre = Centre(self, known_as=["127.0.0.1", CENTRE])
        self.target = f"{CENTRE}:{self.centre.agents_port}"
        self.proxy = ConnectProxy(self, {CENTRE: "127.0.0.1"})
        self.pc = LinuxAgent(self, self.centre)

    def set(self, **settings):
        file = self.pc.folder / "config.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), **settings}))

    def run_agent(self, *arguments, expect=0, **environment):
        for name in ("http_proxy", "https_proxy", "no_proxy", "HTTPS_PROXY", "NO_PROXY"):
            environment.setdefault(name, "")
        return run(self.pc.command(*arguments), expect=expect, env={**os.environ, **environment})

    def enrol(self, expect=0, **environment):
        return self.run_agent("enroll", "--url", f"https://{self.target}", "--token", self.centre.token(),
                              "--ca-sha256",
                              self.centre.ca_sha256, expect=expect, **environment)

    def test_enrolment_and_service_through_the_proxy_of_the_settings(self):
        self.set(proxy=self.proxy.url)
        self.enrol()
        self.assertEqual(self.proxy.asked, [self.target])
        service = self.pc.serve()
        self.centre.wait_for_report()
        wait_until(lambda: not self.pc.waiting(), 60, "the outbox to run empty")
        self.assertEqual(service.stop(), 0)
        self.assertEqual(set(self.proxy.asked), {self.target})
        self.assertEqual(len(self.centre.stored_reports()), 1)

    def test_the_proxy_of_the_system(self):
        self.enrol(https_proxy=self.proxy.url)
        self.run_agent("scan", "--send", HTTPS_PROXY=f"127.0.0.1:{self.proxy.port}/", no_proxy="other.test, 127.0.0.1")
        self.assertEqual(self.proxy.asked, [self.target] * 2)
        self.assertEqual(len(self.centre.stored_reports()), 1)
        # Exempted: nobody else knows the centre's name.
        done = self.run_agent("scan", "--send", expect=FAILURE, https_proxy=self.proxy.url, no_proxy=".test")
        self.assertIn(CENTRE, done.stderr)
        # Switched off by the settings.
        self.set(proxy="none")
        self.run_agent("scan", "--send", expect=FAILURE, https_proxy=self.proxy.url)
        self.assertEqual(self.proxy.asked, [self.target] * 2)
        done = self.run_agent("scan", "--send", expect=FAILURE)
        self.set(proxy="system")
        done = self.run_agent("scan", "--send", expect=FAILURE, https_proxy="socks5://127.0.0.1:1")
        self.assertIn("socks5://127.0.0.1:1", done.stderr)

    def test_this_pc_itself_is_never_behind_the_proxy_of_the_system(self):
        self.target = f"127.0.0.1:{self.centre.agents_port}"
        self.enrol(https_proxy=self.proxy.url)
        self.run_agent("scan", "--send", https_proxy=self.proxy.url)
        self.assertEqual((self.proxy.asked, len(self.centre.stored_reports())), ([], 1))

    def assert_unreachable(self, done, proxy, *words):
        print("\n  said: " + done.stderr.strip())
        self.assertNotIn("\x1b", done.stderr)
        for word in (self.target, proxy, *words):
            self.assertIn(word, done.stderr)

    def test_a_proxy_that_refuses(self):
        self.set(proxy=self.proxy.url)
        self.enrol()
        for refusal, words in (("407 Proxy Authentication Required", ["407", "password"]),
                               ("502 Bad Gateway", ["502 (Bad Gateway)"]),
                               ("403 Forbidden", ["403 (Forbidden)"]), ("999 \x1b[31mred", ["no tunnel"])):
            with self.subTest(refusal):
                refusing = ConnectProxy(self, refusal=refusal)
                self.set(proxy=refusing.url)
                before = len(self.pc.waiting()) if (self.pc.folder / "wardwatch.db").exists() else 0
                self.assert_unreachable(self.run_agent("scan", "--send", expect=FAILURE), refusing.url, *words)
                self.assertEqual((refusing.asked, len(self.pc.waiting())), ([self.target], before + 1))
        # What waited goes as soon as the proxy opens.
        self.set(proxy=self.proxy.url)
        self.run_agent("scan", "--send")
        self.assertEqual((len(self.pc.waiting()), len(self.centre.stored_reports())), (0, 5))

    def test_a_proxy_that_is_down_or_none(self):
        down = f"http://127.0.0.1:{free_port()}"
        self.set(proxy=down)
        self.assert_unreachable(self.enrol(expect=FAILURE), down, "connection refused")
        # Speaks TLS where a proxy's HTTP is expected.
        centre = f"http://127.0.0.1:{self.centre.people_port}"
        self.set(proxy=centre)
        self.assert_unreachable(self.enrol(expect=FAILURE), centre, "tunnel")

    def test_the_service_says_what_the_proxy_does(self):
        self.set(proxy=self.proxy.url)
        self.enrol()
        self.proxy.refusal = "502 Bad Gateway"
        service = self.pc.serve()

        def problem():
            return json.loads(self.pc.run("status", "--json").stdout)["problem"]
        said = wait_until(problem, 60, "the problem in the status")
        self.assertIn("502", said)
        self.assertIn(self.proxy.url, said)
        self.proxy.refusal = None
        wait_until(lambda: self.centre.stored_reports(), 120, "the report after the proxy opened")
        service.stop()


if __name__ == "__main__":
    main()
