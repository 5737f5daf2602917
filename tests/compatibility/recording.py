"""One recording below recordings/: the data folder that a version left, what that version answered, what its agent said."""

import json
import lzma
import pathlib
import tarfile

from faked_time import moment_of
from office_story import PASSWORD, one_time_code
from served_centre import ServedCentre

RECORDINGS = pathlib.Path(__file__).resolve().parent / "recordings"


class Recording:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.about = json.loads((self.folder / "about.json").read_text())
        self.opened = moment_of(self.about["opened_at"])

    def unpack(self, folder):
        """Its data folder as `folder`/data."""
        with tarfile.open(self.folder / "data.tar.xz") as tar:
            tar.extractall(folder, filter="data")
        (pathlib.Path(folder) / "data").chmod(0o700)

    def centre(self, program, folder, before=()):
        self.unpack(folder)
        return ServedCentre(program, folder, before)

    def sign_in(self, centre):
        def somebody(name):
            if name.startswith("token:"):
                return centre.program_with(self.about["state"]["api_token_" + name[6:]])
            code = one_time_code(self.about["state"]["totp_secret"]) if name == "hai.yeu.to" else None
            return centre.somebody(name, PASSWORD, code)
        return somebody

    def answers(self):
        return json.loads(lzma.decompress((self.folder / "answers.json.xz").read_bytes()))

    def requests(self):
        return json.loads((self.folder / "requests.json").read_text())


def pack(data, file):
    """The data folder without what a start makes anew; owners and times of the machine are left out."""
    def plain(entry):
        entry.uid = entry.gid = entry.mtime = 0
        entry.uname = entry.gname = ""
        return None if entry.name.endswith("serve.lock") else entry
    with tarfile.open(file, "w:xz", preset=9) as tar:
        tar.add(data, "data", filter=plain)


def write_answers(file, answers):
    file.write_bytes(lzma.compress(json.dumps(answers, ensure_ascii=False, sort_keys=True).encode(), preset=9))
