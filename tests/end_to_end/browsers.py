"""Real browsers, driven through their own password managers: what they save, they save by their own code.

Chromium speaks its debugging protocol over a pipe, Firefox speaks Marionette over TCP. Both run headless, with a
profile of the test's own and without any contact to the network.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess

from wardwatch_testing import free_port, wait_until


def chromium_program():
    return shutil.which("chromium") or shutil.which("google-chrome")


def firefox_program():
    return shutil.which("firefox-esr") or shutil.which("firefox")


class BrowserProcess:
    """A browser and its helpers: one process group of our own, so that all of it can be ended at once."""

    def __init__(self, command, **options):
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True, **options)

    def kill(self):
        """As a power cut would: no process of it writes another byte."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait(30)

    def wait(self):
        self.process.wait(60)
        try:
            os.killpg(self.process.pid, signal.SIGKILL)  # helpers that outlive the browser
        except ProcessLookupError:
            pass


class Chromium(BrowserProcess):
    def __init__(self, user_data):
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        # The browser wants descriptors 3 and 4; from above 9 they cannot overwrite each other on the way there.
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (to_browser, from_browser)]

        def place():
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        super().__init__(
            [chromium_program(), "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--password-store=basic", f"--user-data-dir={user_data}", "--remote-debugging-pipe",
             "about:blank"], preexec_fn=place, pass_fds=(3, 4))
        for fd in (to_browser, from_browser, *high):
            os.close(fd)
        self._last = 0
        self._received = b""
        target = self._call("Target.createTarget", {"url": "chrome://password-manager/passwords"})["targetId"]
        self._session = self._call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        wait_until(lambda: self._evaluate("typeof chrome.passwordsPrivate") == "object", 60,
                   "Chromium's password manager page")
        wait_until(lambda: self._evaluate("document.readyState") == "complete", 60, "the page to load")

    def _call(self, method, parameters, session=None):
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self._received:
                part = os.read(self._read, 1 << 16)
                if not part:
                    raise ConnectionError("Chromium ended")
                self._received += part
            text, self._received = self._received.split(b"\0", 1)
            answer = json.loads(text)
            if answer.get("id") == self._last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def _evaluate(self, expression):
        result = self._call("Runtime.evaluate",
                            {"expression": expression, "awaitPromise": True, "returnByValue": True}, self._session)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def save(self, url, user, password):
        options = json.dumps({"url": url, "username": user, "password": password, "note": "",
                              "useAccountStore": False})
        self._evaluate(f"chrome.passwordsPrivate.addPassword({options})")

    def delete_one(self):
        """Deletes the password that the browser lists first, as its own list does, and waits until it is not listed."""
        before = self.saved()
        self._evaluate("chrome.passwordsPrivate.getCredentialGroups().then(groups => groups[0].entries[0])"
                       ".then(entry => chrome.passwordsPrivate.removeCredential(entry.id, entry.storedIn))")
        wait_until(lambda: self.saved() < before, 60, "Chromium to delete a password")

    def saved(self):
        """How many passwords the browser itself says it has."""
        return self._evaluate("chrome.passwordsPrivate.getCredentialGroups()"
                              ".then(groups => groups.reduce((sum, group) => sum + group.entries.length, 0))")

    def quit(self):
        try:
            self._call("Browser.close", {})
        except ConnectionError:
            pass
        self.wait()


class Firefox(BrowserProcess):
    def __init__(self, profile):
        self._port = free_port()
        os.makedirs(profile, exist_ok=True)
        with open(os.path.join(profile, "user.js"), "w", encoding="utf-8") as preferences:
            for name, value in {"marionette.port": self._port, "browser.shell.checkDefaultBrowser": False,
                                "datareporting.policy.dataSubmissionEnabled": False, "app.update.enabled": False,
                                "network.captive-portal-service.enabled": False,
                                "network.connectivity-service.enabled": False,
                                "services.settings.server": "http://127.0.0.1:9/",
                                "extensions.getAddons.cache.enabled": False}.items():
                preferences.write(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n")
        super().__init__([firefox_program(), "--headless", "--marionette", "--remote-allow-system-access",
                          "--no-remote", "--profile", str(profile)],
                         env={**os.environ, "HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1"})
        self._socket = wait_until(self._connect, 90, "Firefox's Marionette port")
        self._received = b""
        self._read_message()
        self._last = 0
        self._call("WebDriver:NewSession", {})
        self._call("Marionette:SetContext", {"value": "chrome"})

    def kill(self):
        super().kill()
        self._socket.close()

    def _connect(self):
        try:
            return socket.create_connection(("127.0.0.1", self._port), 60)
        except ConnectionRefusedError:
            return None

    def _read_message(self):
        while b":" not in self._received:
            self._receive()
        length, rest = self._received.split(b":", 1)
        self._received = rest
        while len(self._received) < int(length):
            self._receive()
        text, self._received = self._received[:int(length)], self._received[int(length):]
        return json.loads(text)

    def _receive(self):
        part = self._socket.recv(1 << 16)
        if not part:
            raise ConnectionError("Firefox ended")
        self._received += part

    def _call(self, command, parameters):
        self._last += 1
        text = json.dumps([0, self._last, command, parameters]).encode()
        self._socket.sendall(str(len(text)).encode() + b":" + text)
        while True:
            kind, number, error, result = self._read_message()
            if kind == 1 and number == self._last:
                if error:
                    raise RuntimeError(f"{command}: {error}")
                return result

    def _run(self, script, *arguments):
        return self._call("WebDriver:ExecuteAsyncScript",
                          {"script": script, "args": list(arguments), "sandbox": "default"})["value"]

    def save(self, url, user, password):
        self._run("""
            const [url, user, password, done] = arguments;
            const login = Cc["@mozilla.org/login-manager/loginInfo;1"].createInstance(Ci.nsILoginInfo);
            login.init(url, url, null, user, password, "", "");
            Services.logins.addLoginAsync(login).then(() => done(true), error => done(String(error)));
        """, url, user, password)

    def delete_one(self):
        answer = self._run("""
            const [done] = arguments;
            const logins = Services.logins;
            logins.getAllLogins()
                .then(list => logins.removeLoginAsync ? logins.removeLoginAsync(list[0]) : logins.removeLogin(list[0]))
                .then(() => done(""), error => done(String(error)));
        """)
        if answer:
            raise RuntimeError(answer)

    def saved(self):
        return self._run("const [done] = arguments;"
                         "Services.logins.getAllLogins().then(list => done(list.length));")

    def quit(self):
        try:
            self._call("Marionette:Quit", {"flags": ["eForceQuit"]})
        except ConnectionError:
            pass
        self._socket.close()
        self.wait()
