#!/usr/bin/env python3
"""Starts Debian's slapd with people and groups of its own, runs the test program's cases [ldap] against it, and ends
it.

ldap_test.py <central_tests>
"""

import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

SLAPD = shutil.which("slapd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
BASE = "dc=example,dc=vn"

CONFIG = """include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
TLSCACertificateFile {folder}/server.crt
TLSCertificateFile {folder}/server.crt
TLSCertificateKeyFile {folder}/server.key
database mdb
suffix "{base}"
rootdn "cn=root,{base}"
directory {folder}/database
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=reader,{base}" read by * none
"""

PEOPLE = f"""dn: {BASE}
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: cn=reader,{BASE}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: reader-secret

dn: uid=an.nguyen,{BASE}
objectClass: inetOrgPerson
uid: an.nguyen
cn:: Tmd1eeG7hW4gVsSDbiBBbg==
sn: An
mail: an@example.vn
userPassword: Xe-dap!xanh-42-Q

dn: uid=binh,{BASE}
objectClass: inetOrgPerson
uid: binh
cn:: QmluaCAoa+G6vyB0b8Ohbik=
sn: Binh
userPassword: Xe-dap!do-43-Q

dn: uid=local,{BASE}
objectClass: inetOrgPerson
uid: local
cn: Local
sn: Local
userPassword: Xe-dap!tim-44-Q

dn: uid=twice,{BASE}
objectClass: inetOrgPerson
uid: twice
cn: One
sn: One
userPassword: Xe-dap!nau-45-Q

dn: cn=twice,{BASE}
objectClass: inetOrgPerson
uid: twice
cn: twice
sn: Two
userPassword: Xe-dap!nau-45-Q

dn: cn=Auditors,{BASE}
objectClass: groupOfNames
cn: Auditors
member: uid=an.nguyen,{BASE}
member: uid=local,{BASE}

dn: cn=Ward,{BASE}
objectClass: groupOfUniqueNames
cn: Ward
uniqueMember: uid=an.nguyen,{BASE}
"""


def free_ports(count):
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def make_certificate(folder, name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-days", "2",
                    "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1,IP:127.0.0.2",
                    "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt"], check=True, capture_output=True)


def wait_until_it_listens(process, port):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if process.poll() is not None:
            sys.exit(f"slapd ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("slapd does not listen")


def main():
    if not SLAPD:
        sys.exit("slapd is missing: apt-get install slapd")
    tests = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="wardwatch-ldap-") as name:
        folder = pathlib.Path(name)
        (folder / "database").mkdir()
        make_certificate(folder, "server")
        make_certificate(folder, "stranger")
        (folder / "slapd.conf").write_text(CONFIG.format(folder=folder, base=BASE))
        (folder / "people.ldif").write_text(PEOPLE)
        (folder / "reader-password").write_text("reader-secret\n")
        subprocess.run([SLAPD, "-T", "add", "-f", folder / "slapd.conf", "-l", folder / "people.ldif"], check=True)
        plain, tls, begun = free_ports(3)
        process = subprocess.Popen([SLAPD, "-d", "0", "-f", folder / "slapd.conf", "-h",
                                    f"ldap://127.0.0.1:{plain} ldaps://127.0.0.1:{tls} ldap://127.0.0.2:{begun}"])
        try:
            wait_until_it_listens(process, plain)
            environment = dict(os.environ, WARDWATCH_LDAP=str(folder), WARDWATCH_LDAP_PLAIN=f"ldap://127.0.0.1:{plain}",
                               WARDWATCH_LDAP_TLS=f"ldaps://127.0.0.1:{tls}",
                               WARDWATCH_LDAP_BEGUN=f"ldap://127.0.0.2:{begun}")
            code = subprocess.run([tests, "[ldap]"], check=False, env=environment).returncode
        finally:
            process.terminate()
            process.wait(timeout=30)
    sys.exit(code)


if __name__ == "__main__":
    main()
