"""One recording below recordings/ (README.md)."""

import json
import lzma
import pathlib
import tarfile

from faked_time import moment_of
from office_story import PASSWORD
from one_time_code import one_time_code
from served_centre import run

RECORDINGS = pathlib.Path(__file__).resolve().parent / "recordings"


class Recording:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.about = json.loads((self.folder / "about.json").read_text())
        self.state = self.about["state"]
        self.opened = moment_of(self.about["opened_at"])

    def unpack(self, name, folder):
        """The centre's (data) or the agent's (agent) data folder, as `folder`/name."""
        run(["tar", "-xf", self.folder / f"{name}.tar.xz", "-C", folder, "--no-same-owner"])

    def backup(self):
        return lzma.decompress((self.folder / "backup.tar.xz").read_bytes())

    def sign_in(self, centre):
        """Name → somebody at the people's API of `centre`."""
        def somebody(name):
            if name.startswith("token:"):
                return centre.program_with(self.state["api_token_" + name.removeprefix("token:")])
            code = one_time_code(self.state["totp_secret"]) if name == "hai.yeu.to" else None
            return centre.somebody(name, PASSWORD, code)
        return somebody

    def answers(self):
        return json.loads(lzma.decompress((self.folder / "answers.json.xz").read_bytes()))

    def requests(self):
        return json.loads((self.folder / "requests.json").read_text())


def pack(folder, file, name):
    """`folder` as `name`, without what a start makes anew and without owners and times of this machine."""
    def plain(entry):
        entry.uid = entry.gid = entry.mtime = 0
        entry.uname = entry.gname = ""
        return None if entry.name.endswith((".lock", ".sock")) else entry
    with tarfile.open(file, "w:xz", preset=9) as tar:
        tar.add(folder, name, filter=plain)


def write_compressed(file, content):
    file.write_bytes(lzma.compress(content, preset=9))
