// Writes and reads a tar, hashing each file as it passes.
#include "reporting/central/formats/tar_file.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <stdexcept>

#include "collectors/core/unique_resource.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t piece_size = 256u << 10;

struct EntryTraits {
    static archive_entry* none() { return nullptr; }
    static void release(archive_entry* entry) noexcept { archive_entry_free(entry); }
};
using UniqueEntry = UniqueResource<archive_entry*, EntryTraits>;

struct ReaderTraits {
    static archive* none() { return nullptr; }
    static void release(archive* reader) noexcept { archive_read_free(reader); }
};
using UniqueReader = UniqueResource<archive*, ReaderTraits>;

struct DigestTraits {
    static EVP_MD_CTX* none() { return nullptr; }
    static void release(EVP_MD_CTX* digest) noexcept { EVP_MD_CTX_free(digest); }
};

void need(archive* used, int result) {
    if (result >= ARCHIVE_OK) return;
    const char* const said = archive_error_string(used);
    throw std::runtime_error(said == nullptr ? "the archive failed" : said);
}

bool plain_name(const std::string& name) {
    return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos && name.size() <= 100;
}

/// Gives the file piece by piece to `use`; returns its SHA-256.
std::string read_and_hash(const fs::path& file, const std::function<void(std::string_view)>& use) {
    std::ifstream in{file, std::ios::binary};
    if (!in) throw std::runtime_error("the file " + file.string() + " cannot be read");
    const UniqueResource<EVP_MD_CTX*, DigestTraits> digest{EVP_MD_CTX_new()};
    EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr);
    std::string piece(piece_size, '\0');
    while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
        const std::string_view part{piece.data(), static_cast<std::size_t>(in.gcount())};
        EVP_DigestUpdate(digest.get(), part.data(), part.size());
        use(part);
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned count = 0;
    EVP_DigestFinal_ex(digest.get(), bytes.data(), &count);
    return to_hex({reinterpret_cast<const char*>(bytes.data()), count});
}

}  // namespace

TarWriter::TarWriter(const fs::path& file)
    : descriptor_(open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0) throw std::runtime_error(std::generic_category().message(errno));
    archive_ = archive_write_new();
    archive_write_set_format_pax_restricted(archive_);
    need(archive_, archive_write_open_fd(archive_, descriptor_));
}

TarWriter::~TarWriter() {
    if (archive_ != nullptr) archive_write_free(archive_);
    if (descriptor_ >= 0) close(descriptor_);
}

void TarWriter::header(const std::string& name, std::uintmax_t size, Instant now) {
    const UniqueEntry entry{archive_entry_new()};
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0600);
    archive_entry_set_mtime(entry.get(), now.time_since_epoch().count(), 0);
    need(archive_, archive_write_header(archive_, entry.get()));
}

void TarWriter::write(std::string_view bytes) {
    if (archive_write_data(archive_, bytes.data(), bytes.size()) != static_cast<la_ssize_t>(bytes.size()))
        need(archive_, ARCHIVE_FATAL);
}

void TarWriter::add(const std::string& name, const std::string& bytes, Instant now) {
    header(name, bytes.size(), now);
    write(bytes);
}

std::string TarWriter::add_file(const std::string& name, const fs::path& file, Instant now) {
    const std::uintmax_t size = fs::file_size(file);
    header(name, size, now);
    std::uintmax_t written = 0;
    std::string sha256 = read_and_hash(file, [&](std::string_view piece) {
        write(piece);
        written += piece.size();
    });
    if (written != size) throw std::runtime_error("the file " + file.string() + " changed while it was read");
    return sha256;
}

void TarWriter::finish() {
    need(archive_, archive_write_close(archive_));
    if (fsync(descriptor_) != 0) throw std::runtime_error(std::generic_category().message(errno));
}

std::string file_sha256(const fs::path& file) {
    return read_and_hash(file, [](std::string_view) {});
}

void read_tar(const fs::path& file,
              const std::function<void(const std::string&, const std::function<std::string_view()>&)>& each) {
    const UniqueReader reader{archive_read_new()};
    archive_read_support_format_tar(reader.get());
    need(reader.get(), archive_read_open_filename(reader.get(), file.c_str(), piece_size));
    std::string piece(piece_size, '\0');
    archive_entry* entry = nullptr;
    while (true) {
        const int result = archive_read_next_header(reader.get(), &entry);
        if (result == ARCHIVE_EOF) return;
        need(reader.get(), result);
        const char* const raw = archive_entry_pathname(entry);
        const std::string name = raw == nullptr ? "" : raw;
        if (archive_entry_filetype(entry) != AE_IFREG || !plain_name(name))
            throw std::runtime_error("it holds an entry that no backup has");
        each(name, [&]() -> std::string_view {
            const la_ssize_t size = archive_read_data(reader.get(), piece.data(), piece.size());
            if (size < 0) need(reader.get(), ARCHIVE_FATAL);
            return {piece.data(), static_cast<std::size_t>(size)};
        });
    }
}

}  // namespace wardwatch
