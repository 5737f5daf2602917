#include "reporting/client/trust.h"

#include <openssl/err.h>
#include <openssl/sslerr.h>

#include <chrono>

#include "reporting/client/client.h"
#include "reporting/client/url.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

/// Whether the host is an IP address: a certificate's IP entries are never names, nor the reverse.
bool set_expected_address(X509_VERIFY_PARAM* parameters, const std::string& host) {
    const bool is_address = X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) == 1;
    ERR_clear_error();
    return is_address;
}

void set_expected_name(X509_VERIFY_PARAM* parameters, const std::string& host) {
    X509_VERIFY_PARAM_set_hostflags(parameters,
                                    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    openssl::require(X509_VERIFY_PARAM_set1_host(parameters, host.data(), host.size()) == 1,
                     "a host name could not be set");
}

void trust_only(SSL_CTX* context, const std::string& ca_pem) {
    const openssl::UniqueCertificate authority = openssl::read_certificate(ca_pem);
    openssl::require(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get()) == 1,
                     "a CA could not be trusted");
}

std::string now_text() {
    // The clock that OpenSSL compared the certificate's dates with.
    return format_instant(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

std::string pem_of(X509* certificate) { return certificate == nullptr ? std::string() : openssl::to_pem(certificate); }

}  // namespace

Trust::Trust(const TlsEndpoint& endpoint) : endpoint_(endpoint) {
    try {
        context_ = openssl::UniqueSslContext(SSL_CTX_new(TLS_client_method()));
        openssl::require(context_ && SSL_CTX_set_min_proto_version(context_.get(), TLS1_3_VERSION) == 1,
                         "TLS 1.3 is missing");
        X509_VERIFY_PARAM* const parameters = SSL_CTX_get0_param(context_.get());
        host_is_address_ = set_expected_address(parameters, endpoint.host);
        if (!host_is_address_) set_expected_name(parameters, endpoint.host);
        if (endpoint.ca_sha256.empty()) trust_only(context_.get(), endpoint.ca_pem);
        if (!endpoint.certificate_pem.empty()) {
            openssl::use_certificate(context_.get(), endpoint.certificate_pem, endpoint.private_key_pem);
        }
    } catch (const PkiError& error) {
        throw CentreNotTrusted(std::string("This PC's own key or certificates cannot be used: enrol it again (") +
                               error.what() + ").");
    }
    // Not the CA with it: the centre has that, and would keep another copy for each connection.
    SSL_CTX_set_mode(context_.get(), SSL_MODE_NO_AUTO_CHAIN);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context_.get(), verify, this);
}

SSL_CTX* Trust::context() {
    SSL_CTX_up_ref(context_.get());
    return context_.get();
}

void Trust::send_server_name(SSL* connection) const {
    if (host_is_address_) return;
    // OpenSSL copies the name; its macro for this call is a C cast.
    SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(endpoint_.host.c_str()));
}

int Trust::verify(X509_STORE_CTX* chain, void* self) {
    Trust& trust = *static_cast<Trust*>(self);
    // An exception may not pass through OpenSSL's C code.
    try {
        const bool good = trust.endpoint_.ca_sha256.empty() ? X509_verify_cert(chain) == 1 : trust.verify_pinned(chain);
        if (!good && trust.refusal_.empty()) trust.refusal_ = trust.explain_chain(chain);
        return good ? 1 : 0;
    } catch (const std::exception& error) {
        trust.refusal_ = std::string("The centre's certificate could not be checked: ") + error.what();
        X509_STORE_CTX_set_error(chain, X509_V_ERR_UNSPECIFIED);
        return 0;
    }
}

// At enrolment nothing is trusted yet but the fingerprint: the CA that the server itself shows becomes the only anchor
// when its fingerprint is the right one, and everything else is checked as always.
bool Trust::verify_pinned(X509_STORE_CTX* chain) {
    STACK_OF(X509)* const shown = X509_STORE_CTX_get0_untrusted(chain);
    const openssl::UniqueCertificateList anchors{sk_X509_new_null()};
    openssl::require(static_cast<bool>(anchors), "no memory for certificates");
    std::string fingerprints;
    for (int i = 0; i < sk_X509_num(shown); ++i) {
        X509* const certificate = sk_X509_value(shown, i);
        const std::string fingerprint = openssl::certificate_sha256(certificate);
        if (fingerprint == endpoint_.ca_sha256)
            openssl::require(sk_X509_push(anchors.get(), certificate) > 0, "no memory");
        if (X509_check_ca(certificate) != 0) fingerprints.append(fingerprints.empty() ? "" : ", ").append(fingerprint);
    }
    if (sk_X509_num(anchors.get()) == 0) {
        X509_STORE_CTX_set_error(chain, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN);
        refusal_ = "The CA of " + host_and_port(endpoint_.host, endpoint_.port) + " has another fingerprint (" +
                   (fingerprints.empty() ? "none shown" : fingerprints) + ") than the one given (" +
                   endpoint_.ca_sha256 +
                   "). Compare it with what the central office says; if theirs is the one given, do not go on: "
                   "this is not the centre.";
        return false;
    }
    X509_STORE_CTX_set0_trusted_stack(chain, anchors.get());
    return X509_verify_cert(chain) == 1;
}

std::string Trust::explain_chain(X509_STORE_CTX* chain) const {
    const int error = X509_STORE_CTX_get_error(chain);
    const std::string where = host_and_port(endpoint_.host, endpoint_.port);
    switch (error) {
        case X509_V_ERR_CERT_NOT_YET_VALID:
        case X509_V_ERR_CERT_HAS_EXPIRED: {
            const CertificateInfo info = inspect_certificate(pem_of(X509_STORE_CTX_get_current_cert(chain)));
            return "The certificate '" + info.common_name + "' of " + where + " is valid from " +
                   format_instant(info.not_before) + " to " + format_instant(info.not_after) +
                   ", and this PC's clock says " + now_text() +
                   ": set this PC's clock and date, or, where they are right, renew the centre's certificate.";
        }
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return "The certificate that " + where + " shows is not for the name '" + endpoint_.host +
                   "': use the name that the centre's certificate was made for, or add this one at the centre.";
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
            return "The certificate that " + where +
                   " shows is not from the centre's CA. If the centre was set up anew, enrol this PC again; "
                   "otherwise something between this PC and the centre answers in its place.";
        default:
            return "The certificate that " + where +
                   " shows cannot be trusted: " + X509_verify_cert_error_string(error) + ".";
    }
}

std::optional<std::string> Trust::explain(unsigned long openssl_error) const {
    if (ERR_GET_LIB(openssl_error) != ERR_LIB_SSL) return std::nullopt;
    const std::string where = host_and_port(endpoint_.host, endpoint_.port);
    switch (ERR_GET_REASON(openssl_error)) {
        case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
            return "The centre says that this PC's certificate is not valid now. This PC's clock says " + now_text() +
                   ": set it when it is wrong; otherwise enrol this PC again.";
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
            return "The centre asks for a certificate, and this PC has none: enrol it.";
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
        case SSL_R_TLSV1_ALERT_DECRYPT_ERROR:
        case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
            return "The centre refuses this PC's certificate (" + std::string(ERR_reason_error_string(openssl_error)) +
                   "): it was not issued by this centre. Enrol this PC again.";
        case SSL_R_WRONG_VERSION_NUMBER:
        case SSL_R_PACKET_LENGTH_TOO_LONG:
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            return "What answers at " + where +
                   " does not speak TLS 1.3: is this the address and port of the centre's agents' listener?";
        default:
            return std::nullopt;
    }
}

}  // namespace wardwatch
