"""The centre against an OCS Inventory server, which takes inventories of about the same size in its own format."""

import random
import socket
import threading
import time
import zlib

from measure import Bench, command_line, in_turns, load, median, processor_each, processor_seconds, rate
from ocs_server import WORKERS, OcsServer
from store_benches import reports_of

PCS, VARIANTS = 64, 6  # as the fleet's reports: so many PCs, each of which goes round so many states of its facts
CHANGED = 1 | 512 | 65536  # OCS' checksum: hardware, drives and software are not what they were
PROGRAMS = ("Microsoft Office Standard 2016", "Google Chrome", "Mozilla Firefox", "Bkav Pro", "UniKey", "7-Zip",
            "Adobe Acrobat Reader DC", "Foxit Reader", "Zalo", "Cốc Cốc", "TeamViewer", "VLC media player",
            "Microsoft Edge", "Java 8 Update 401", "HP Universal Print Driver", "VGCA Sign Service", "Microsoft Teams",
            "WinRAR", "K-Lite Codec Pack", "Notepad++", "AutoCAD 2018", "Realtek Audio Driver", "Intel Graphics Driver")


def section(name, **fields):
    inside = "".join(f"<{key}>{value}</{key}>" for key, value in fields.items())
    return f"<{name}>{inside}</{name}>\n"


def software(dice, name, version):
    return section("SOFTWARES", PUBLISHER=name.split()[0], NAME=name, VERSION=version,
                   FOLDER=f"C:\\Program Files\\{name}", GUID=f"{{{dice.getrandbits(128):032X}}}", LANGUAGE="vi-VN",
                   INSTALLDATE="2025/03/14", BITSWIDTH=64)


def hardware(dice, name, address):
    return [
        section("HARDWARE", NAME=name, WORKGROUP="PHUONG-DO", USERDOMAIN=name, OSNAME="Microsoft Windows 10 Pro",
                OSVERSION="10.0.19045", OSCOMMENTS="", PROCESSORT="Intel(R) Core(TM) i3-8100 CPU @ 3.60GHz",
                PROCESSORS=3600, PROCESSORN=1, MEMORY=8192, SWAP=12288, IPADDR=address, DNS="10.1.0.2",
                DEFAULTGATEWAY="10.1.0.1", USERID=f"can.bo.{dice.randrange(1000)}", TYPE=1, DESCRIPTION="",
                WINOWNER="UBND", WINPRODID=f"00330-80000-{dice.randrange(10**5):05}-AA812", CHECKSUM=CHANGED,
                UUID=f"{dice.getrandbits(128):032X}", ARCH="64 bits"),
        section("BIOS", SMANUFACTURER="Dell Inc.", SMODEL="OptiPlex 3060", SSN=f"{dice.getrandbits(36):09X}",
                TYPE="Desktop", BMANUFACTURER="Dell Inc.", BVERSION="1.8.3", BDATE="12/04/2020", ASSETTAG=""),
        section("NETWORKS", DESCRIPTION="Realtek PCIe GbE Family Controller", TYPE="Ethernet", SPEED="1 Gb/s",
                MACADDR=":".join(f"{dice.getrandbits(8):02X}" for _ in range(6)), STATUS="Up", IPADDRESS=address,
                IPMASK="255.255.0.0", IPGATEWAY="10.1.0.1", IPSUBNET="10.1.0.0", IPDHCP="10.1.0.1"),
        section("CPUS", MANUFACTURER="GenuineIntel", TYPE="Intel(R) Core(TM) i3-8100", SPEED=3600, CORES=4,
                LOGICAL_CPUS=4, CPUARCH="x86_64"),
        section("STORAGES", MANUFACTURER="Samsung", NAME="SSD 860 EVO 250GB", DESCRIPTION="SATA", TYPE="Fixed",
                DISKSIZE=238475, SERIALNUMBER=f"{dice.getrandbits(48):012X}", FIRMWARE="RVT04B6Q"),
        section("MONITORS", MANUFACTURER="Dell", CAPTION="E2216H", DESCRIPTION="2019", TYPE="DVI",
                SERIAL=f"{dice.getrandbits(36):09X}"),
    ]


def inventory(number, variant, size):
    """A PC's inventory as its agent sends it, at most so many bytes before it is compressed. Variants differ in the
    drives' free space and in one program's version."""
    dice = random.Random(number)
    name = f"PC-DO-{number:05}"
    parts = [f'<?xml version="1.0" encoding="UTF-8" ?>\n<REQUEST>\n<DEVICEID>{device_id(number)}</DEVICEID>\n'
             f"<QUERY>INVENTORY</QUERY>\n<CONTENT>\n<ACCOUNTINFO><KEYNAME>TAG</KEYNAME><KEYVALUE>Phường Đo</KEYVALUE>"
             f"</ACCOUNTINFO>\n", *hardware(dice, name, f"10.1.{number // 250}.{number % 250 + 1}")]
    for letter, total in (("C:/", 102400), ("D:/", 134000)):
        parts.append(section("DRIVES", LETTER=letter, TYPE="Hard Drive", FILESYSTEM="NTFS", TOTAL=total,
                             FREE=free_space(variant), VOLUMN=""))
    end = "</CONTENT>\n</REQUEST>\n"
    programs = 0
    for program in PROGRAMS:
        entry = software(dice, program, f"{dice.randrange(30)}.{dice.randrange(99)}.{0 if programs else variant}")
        if sum(len(part.encode()) for part in (*parts, entry, end)) > size:
            break
        parts.append(entry)
        programs += 1
    return "".join((*parts, end)).encode(), programs


def free_space(variant):
    return 50000 + 1000 * variant


def device_id(number):
    return f"PC-DO-{number:05}-2026-01-05-08-00-00"


def http(body):
    return (f"POST /ocsinventory HTTP/1.1\r\nHost: ocs\r\nUser-Agent: OCS-NG_WINDOWS_AGENT_v2.8.0.0\r\n"
            f"Content-Type: application/x-compressed\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body


class Client:
    """One of several agents' connections to OCS: for each inventory of its PCs the prolog, then the inventory. The
    bodies are made beforehand."""

    def __init__(self, server, numbers, size):
        self._connection = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._prologs = {number: http(zlib.compress(
            b'<?xml version="1.0" encoding="UTF-8" ?>\n<REQUEST>\n<DEVICEID>' + device_id(number).encode() +
            b"</DEVICEID>\n<QUERY>PROLOG</QUERY>\n</REQUEST>\n")) for number in numbers}
        self._inventories = {(number, variant): http(zlib.compress(inventory(number, variant, size)[0]))
                             for number in numbers for variant in range(VARIANTS)}
        self._numbers, self._turn = list(numbers), 0
        self.last = {}  # variant by number

    def _ask(self, request):
        self._connection.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._receive()
        head, _, body = answer.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        assert lines[0].split()[1] == b"200", head
        length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))
        while len(body) < length:
            body += self._receive()
        return zlib.decompress(body)

    def _receive(self):
        got = self._connection.recv(65536)
        assert got, "OCS closed a connection"
        return got

    def send_next(self):
        number = self._numbers[self._turn % len(self._numbers)]
        variant = self._turn // len(self._numbers) % VARIANTS
        self._turn += 1
        assert b"<RESPONSE>SEND</RESPONSE>" in self._ask(self._prologs[number])
        answer = self._ask(self._inventories[number, variant])
        assert b"ACCOUNT_UPDATE</RESPONSE>" in answer, answer
        self.last[number] = variant

    def close(self):
        self._connection.close()


def send_for(clients, seconds):
    """How many inventories all of them were acknowledged, and how long it took."""
    counts, problems = [0] * len(clients), []
    end = time.perf_counter() + seconds

    def work(place):
        try:
            while time.perf_counter() < end:
                clients[place].send_next()
                counts[place] += 1
        except (AssertionError, OSError) as problem:
            problems.append(problem)
    began = time.perf_counter()
    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems, problems
    return sum(counts), time.perf_counter() - began


def check_stored(server, clients, programs):
    """Each PC once, with what its last inventory said."""
    rows = server.query(
        "SELECT DEVICEID, (SELECT GROUP_CONCAT(DISTINCT FREE) FROM drives WHERE HARDWARE_ID = hardware.ID),"
        " (SELECT count(*) FROM software WHERE HARDWARE_ID = hardware.ID) FROM hardware WHERE DEVICEID LIKE 'PC-DO-%'")
    expected = sorted([device_id(number), str(free_space(variant)), str(programs[number])]
                      for client in clients for number, variant in client.last.items())
    found = sorted(rows)
    wrong = [(one, other) for one, other in zip(found, expected) if one != other]
    assert len(found) == len(expected) and not wrong, (len(found), len(expected), wrong[:3], server.errors()[-2000:])


def ocs(folder, options, lines):
    seconds, rounds = (4, 3) if options.short else (10, 5)
    server, clients = OcsServer(), []
    bench = Bench(folder, options)
    try:
        bench.prepare(PCS, months=1)
        size = int(median([len(body) for body in reports_of(bench, PCS)]))
        programs = {number: inventory(number, 0, size)[1] for number in range(PCS)}
        clients = [Client(server, range(place, PCS, WORKERS), size) for place in range(WORKERS)]
        for client in clients:
            for _ in range(PCS // WORKERS):
                client.send_next()  # OCS gets to know them

        def theirs():
            before = sum(map(processor_seconds, server.pids))
            count, took = send_for(clients, seconds)
            return count / took, (sum(map(processor_seconds, server.pids)) - before) * 1e6 / count
        what = ["--pcs", PCS, "--ramp", 1, "--seconds", seconds, "--back-to-back", "reports"]
        state = bench.folder / "fleet"
        own, other = in_turns(rounds, lambda: load(state, bench.url, bench.pids, *what), theirs)
        check_stored(server, clients, programs)
    finally:
        for client in clients:
            client.close()
        server.close()
        bench.close()
    for measured in own:
        assert not measured["problems"], measured["problems"]
    name = command_line("ocs")
    lines.add("the same inventories/s", median([rate(one, "report") for one in own]), "/s",
              median([one[0] for one in other]), "OCS", ("≥", 20), name)
    lines.add("  the server's processor for each", median([processor_each(one, "report") for one in own]), "µs",
              median([one[1] for one in other]), "OCS", None, name)
    lines.add("  one of them, not compressed", size, "bytes",
              median([len(inventory(number, 0, size)[0]) for number in range(PCS)]), "OCS", None, name)
