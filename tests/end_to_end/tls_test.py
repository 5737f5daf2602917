#!/usr/bin/env python3
"""What sslscan finds at both listeners: the versions, ciphers and groups that are meant, and no old fault of TLS."""

import xml.etree.ElementTree as ElementTree

from office import Office
from wardwatch_testing import main, run

TLS13 = {"TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"}
TLS12 = {"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"}


class Tls(Office):
    def scanned(self, port):
        file = self.folder / f"{port}.xml"
        run(["sslscan", "--no-colour", f"--xml={file}", f"127.0.0.1:{port}"])
        return ElementTree.parse(file).getroot().find("ssltest")

    def look(self, port, versions, ciphers):
        found = self.scanned(port)
        self.assertEqual({each.get("version") for each in found.iter("protocol") if each.get("enabled") == "1"},
                         versions)
        self.assertEqual({each.get("cipher") for each in found.iter("cipher")}, ciphers)
        self.assertEqual({each.get("name") for each in found.iter("group")},
                         {"x25519", "secp256r1 (NIST P-256)", "secp384r1 (NIST P-384)"})
        self.assertEqual({each.get("supported") for each in found.iter("renegotiation")}, {"0"})
        self.assertEqual({each.get("vulnerable") for each in found.iter("heartbleed")}, {"0"})
        self.assertNotIn("1", {each.get("supported") for each in found.iter("compression")})
        certificate = found.find("certificates/certificate")
        self.assertEqual((certificate.findtext("signature-algorithm"), certificate.findtext("self-signed"),
                          certificate.findtext("expired")), ("ecdsa-with-SHA256", "false", "false"))
        self.assertEqual(certificate.find("pk").get("curve_name"), "prime256v1")

    def test_agents_speak_tls_1_3_alone(self):
        self.look(self.centre.agents_port, {"1.3"}, TLS13)

    def test_people_may_speak_tls_1_2(self):
        self.look(self.centre.people_port, {"1.2", "1.3"}, TLS12 | TLS13)


if __name__ == "__main__":
    main()
