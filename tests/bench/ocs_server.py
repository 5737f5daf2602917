"""An OCS Inventory server of Debian for the time of a benchmark: its communication server under Apache and mod_perl,
its own database on MariaDB, as its installation sets both, in a temporary folder and on the loopback alone. Nothing of
the system's services is touched, and OCS itself is not installed: its packages are taken apart."""

import os
import pathlib
import pwd
import re
import shutil
import subprocess
import tempfile

from measure import Missing, need
from wardwatch_testing import Process, free_port, wait_until

PERL = {"XML::Simple": "libxml-simple-perl", "XML::Parser": "libxml-parser-perl", "Apache::DBI": "libapache-dbi-perl",
        "DBD::mysql": "libdbd-mysql-perl", "Net::IP": "libnet-ip-perl", "Switch": "libswitch-perl",
        "Archive::Zip": "libarchive-zip-perl"}
MODULES = pathlib.Path("/usr/lib/apache2/modules")
WORKERS = 8  # of Apache; as many clients

# Connections stay open and workers stay: what costs OCS the least.
APACHE = """ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/apache.pid
ErrorLog {folder}/apache.log
LogLevel error
LoadModule mpm_prefork_module {modules}/mod_mpm_prefork.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule perl_module {modules}/mod_perl.so
StartServers {workers}
MinSpareServers {workers}
MaxSpareServers {workers}
MaxRequestWorkers {workers}
MaxConnectionsPerChild 0
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 600
PerlSwitches -I{perl}
Include {folder}/ocs.conf
"""


def account():
    """Whom the servers run as: MariaDB refuses root."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam("www-data")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def need_everything():
    need("apache2", "apache2-bin")
    need("mariadbd", "mariadb-server-core")
    need("mariadb", "mariadb-client-core")
    missing = [] if (MODULES / "mod_perl.so").exists() else ["libapache2-mod-perl2"]
    for module, package in PERL.items():
        # Looked for, not loaded: Apache::DBI wants to be inside of Apache.
        look = ["perl", "-e", "exit !grep { -e qq($_/$ARGV[0]) } @INC", f"{module.replace('::', '/')}.pm"]
        if subprocess.run(look, check=False).returncode != 0:
            missing.append(package)
    if missing:
        raise Missing(f"OCS' own needs: apt-get install --no-install-recommends {' '.join(missing)}")


class OcsServer:
    def __init__(self):
        need_everything()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="wardwatch-ocs-", dir="/tmp"))
        self.port = free_port()
        self._database = self._apache = None
        try:
            self._unpack()
            self._start_database()
            self._start_apache()
        except BaseException:
            self.close()
            raise

    def _unpack(self):
        packages = self.folder / "packages"
        packages.mkdir()
        names = ["ocsinventory-server", "ocsinventory-reports"]
        done = subprocess.run(["apt-get", "download", *names], cwd=packages, capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise Missing(f"apt-get download {' '.join(names)}: {done.stderr.strip()[-200:]}")
        for package in packages.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, self.folder / "ocs"], check=True)
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "www-data:www-data", self.folder], check=True)

    def _start_database(self):
        data, self.socket = self.folder / "mariadb", self.folder / "mariadb.sock"
        subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db",
                        "--auth-root-authentication-method=normal"], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, cwd=self.folder, **account())
        # As durable as it is by default, with more memory than it has then.
        self._database = Process(["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={self.socket}",
                                  "--skip-networking", "--innodb-buffer-pool-size=1G",
                                  "--innodb-flush-log-at-trx-commit=1"], self.folder / "mariadb.log", cwd=self.folder,
                                 env={**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin"}, **account())
        wait_until(self._database_is_there, 60, "MariaDB")
        self.query("CREATE DATABASE ocsweb CHARACTER SET utf8 COLLATE utf8_bin; "
                   "CREATE USER ocs@localhost IDENTIFIED BY 'ocs'; GRANT ALL ON ocsweb.* TO ocs@localhost", None)
        files = self.folder / "ocs/usr/share/ocsinventory-reports/files"
        # 7044 is the last schema that the server of this version speaks: 7045 takes a column that it asks for.
        for name in ("ocsbase_new.sql", *(f"update/{number}.sql" for number in range(7040, 7045))):
            self.query((files / name).read_text("utf-8"))

    def _database_is_there(self):
        if not self._database.running():
            raise AssertionError(self._database.text()[-2000:])
        try:
            return self.query("SELECT 1", None)
        except subprocess.CalledProcessError:
            return None

    def query(self, statements, database="ocsweb"):
        """Rows as lists of text."""
        done = subprocess.run(["mariadb", "--no-defaults", f"--socket={self.socket}", "--user=root", "--batch",
                               "--skip-column-names", *([database] if database else [])], input=statements, check=True,
                              capture_output=True, text=True)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def _start_apache(self):
        shipped = (self.folder / "ocs/etc/apache2/conf-available/ocsinventory-server.conf").read_text("utf-8")
        settings = re.sub(r"  # Web service apache settings.*?</location>", "", shipped, flags=re.DOTALL)
        log, plugins = self.folder / "log", self.folder / "plugins"
        log.mkdir()
        plugins.mkdir()
        for name, value in (("OCS_OPT_LOGPATH", log), ("OCS_PLUGINS_CONF_DIR", plugins),
                            ("OCS_PLUGINS_PERL_DIR", plugins), ("OCS_OPT_DBI_MYSQL_SOCKET", self.socket)):
            settings, count = re.subn(rf'#?(PerlSetEnv {name}) ".*?"', rf'\1 "{value}"', settings)
            assert count == 1, name
        (self.folder / "ocs.conf").write_text(settings)
        if os.getuid() == 0:
            shutil.chown(log, "www-data")
        config = self.folder / "apache.conf"
        config.write_text(APACHE.format(folder=self.folder, port=self.port, modules=MODULES, workers=WORKERS,
                                        perl=self.folder / "ocs/usr/share/perl5"))
        self._apache = Process([need("apache2", "apache2-bin"), "-f", config, "-DFOREGROUND"],
                               self.folder / "apache.out", cwd=self.folder, **account())
        self.pids = [self._database.pid, *wait_until(self._workers, 60, "Apache")]

    def _workers(self):
        if not self._apache.running():
            raise AssertionError(self._apache.text()[-2000:] + self.errors()[-2000:])
        pid = self._apache.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return list(map(int, children)) if len(children) == WORKERS else None

    def errors(self):
        file = self.folder / "apache.log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def close(self):
        for process in (self._apache, self._database):
            if process:
                process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
