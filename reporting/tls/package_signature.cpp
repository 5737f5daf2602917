// The digest over a package, as signtool and osslsigncode make it.
#include "reporting/tls/package_signature.h"

#include <algorithm>
#include <array>
#include <optional>

#include "collectors/core/reason.h"
#include "embedded/reasons.h"
#include "reporting/tls/authenticode.h"

namespace wardwatch {

namespace {

constexpr std::size_t most_metadata = 64;
constexpr std::size_t largest_signature = 256u << 10;
constexpr int deepest_storage = 8;

std::string utf16(std::string_view ascii) {
    std::string wide;
    for (const char c : ascii) wide += {c, '\0'};
    return wide;
}

std::string signature_name() { return utf16("\005DigitalSignature"); }
std::string metadata_name() { return utf16("\005MsiDigitalSignatureEx"); }

std::string little_endian(std::uint32_t value) {
    std::string bytes;
    for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift & 0xffU);
    return bytes;
}

/// By the bytes of their names, of two that begin alike the longer first.
std::vector<PackageElement> in_signed_order(const PackageStorage& storage) {
    std::vector<PackageElement> all = storage.elements();
    std::sort(all.begin(), all.end(), [](const PackageElement& left, const PackageElement& right) {
        const std::size_t common = std::min(left.name.size(), right.name.size());
        const int order =
            std::string_view{left.name}.substr(0, common).compare(std::string_view{right.name}.substr(0, common));
        return order != 0 ? order < 0 : left.name.size() > right.name.size();
    });
    return all;
}

std::optional<std::string> small_stream(const PackageStorage& storage, const std::string& name, std::size_t most) {
    const std::vector<PackageElement> all = storage.elements();
    const bool is_there = std::any_of(
        all.begin(), all.end(), [&](const PackageElement& each) { return !each.is_storage && each.name == name; });
    if (!is_there) return std::nullopt;
    std::string content;
    storage.read(name, [&](std::string_view piece) {
        if (content.size() + piece.size() > most) throw ReasonError(reasons::signature_too_large());
        content += piece;
    });
    return content;
}

bool is_signature(const PackageElement& element, int depth) {
    return depth == 0 && (element.name == signature_name() || element.name == metadata_name());
}

void check_depth(int depth) {
    if (depth > deepest_storage) throw ReasonError(reasons::package_nested_too_deeply());
}

/// What every signature covers: the streams' contents, and the class of each storage after what is in it.
void add_contents(const PackageStorage& storage, Digest& digest, int depth) {
    check_depth(depth);
    for (const PackageElement& element : in_signed_order(storage)) {
        if (is_signature(element, depth)) continue;
        if (element.is_storage)
            add_contents(*storage.open(element.name), digest, depth + 1);
        else
            storage.read(element.name, [&](std::string_view piece) { digest.add(piece); });
    }
    digest.add(storage.itself().class_id);
}

/// What signtool's signatures, and osslsigncode's with -add-msi-dse, cover besides: names, sizes and times.
void add_metadata(const PackageStorage& storage, Digest& digest, int depth) {
    check_depth(depth);
    const PackageElement itself = storage.itself();
    digest.add(itself.class_id);
    digest.add(little_endian(itself.state_bits));
    if (depth > 0) {
        digest.add(itself.created);
        digest.add(itself.changed);
    }
    for (const PackageElement& element : in_signed_order(storage)) {
        if (is_signature(element, depth)) continue;
        digest.add(element.name);
        if (element.is_storage) {
            add_metadata(*storage.open(element.name), digest, depth + 1);
        } else {
            digest.add(little_endian(element.size));
            digest.add(little_endian(element.state_bits));
            digest.add(element.created);
            digest.add(element.changed);
        }
    }
}

}  // namespace

PackageSignature read_package_signature(const PackageStorage& package) {
    const std::optional<std::string> signature = small_stream(package, signature_name(), largest_signature);
    if (!signature) throw ReasonError(reasons::package_not_signed());
    const Authenticode signed_as = read_authenticode(*signature);
    Digest digest(signed_as.algorithm);
    const std::optional<std::string> metadata = small_stream(package, metadata_name(), most_metadata);
    if (metadata) {
        Digest before(signed_as.algorithm);
        add_metadata(package, before, 0);
        if (before.finish() != *metadata) throw ReasonError(reasons::package_changed_after_signing());
        digest.add(*metadata);
    }
    add_contents(package, digest, 0);
    if (digest.finish() != signed_as.digest) throw ReasonError(reasons::package_changed_after_signing());
    return {signed_as.signer_sha256, metadata.has_value()};
}

}  // namespace wardwatch
