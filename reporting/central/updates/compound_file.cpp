// Chains of sectors: a table says which sector follows which; streams below 4096 bytes share the root's stream.
#include "reporting/central/updates/compound_file.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace wardwatch {

namespace {

constexpr std::string_view magic{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8};
constexpr std::uint32_t end_of_chain = 0xFFFFFFFE;
constexpr std::uint32_t no_entry = 0xFFFFFFFF;
constexpr std::uint32_t last_sector = 0xFFFFFFF9;
constexpr std::size_t header_size = 512;
constexpr std::size_t entry_size = 128;
constexpr std::size_t mini_size = 64;
constexpr std::size_t mini_cutoff = 4096;

[[noreturn]] void damaged(const char* what) {
    throw std::runtime_error(std::string{"it is no whole compound file: "} + what);
}

std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t width = 4) {
    std::uint32_t value = 0;
    for (std::size_t i = width; i-- > 0;) value = value << 8U | static_cast<std::uint8_t>(bytes.at(at + i));
    return value;
}

CompoundFile::Entry read_entry(std::string_view bytes, bool wide_sizes) {
    constexpr std::uint32_t storage = 1;
    constexpr std::uint32_t stream = 2;
    constexpr std::uint32_t root = 5;
    const std::uint32_t kind = number_at(bytes, 66, 1);
    const std::uint32_t name_size = number_at(bytes, 64, 2);
    if (kind != storage && kind != stream && kind != root) damaged("an entry of a kind that is none");
    if (name_size < 2 || name_size > 64 || name_size % 2 != 0) damaged("an entry without a name");
    CompoundFile::Entry entry;
    entry.element = {std::string{bytes.substr(0, name_size - 2)},
                     kind != stream,
                     number_at(bytes, 120),
                     std::string{bytes.substr(80, 16)},
                     number_at(bytes, 96),
                     std::string{bytes.substr(100, 8)},
                     std::string{bytes.substr(108, 8)}};
    entry.first_sector = number_at(bytes, 116);
    entry.size = number_at(bytes, 120);
    if (wide_sizes && number_at(bytes, 124) != 0) damaged("a stream larger than the file");
    entry.left = number_at(bytes, 68);
    entry.right = number_at(bytes, 72);
    entry.child = number_at(bytes, 76);
    return entry;
}

}  // namespace

CompoundFile::CompoundFile(std::string_view bytes) : bytes_(bytes) {
    if (bytes.size() < header_size || !bytes.starts_with(magic)) damaged("another beginning");
    const std::uint32_t version = number_at(bytes, 26, 2);
    const std::uint32_t shift = number_at(bytes, 30, 2);
    if (!(version == 3 && shift == 9) && !(version == 4 && shift == 12)) damaged("another version");
    if (number_at(bytes, 28, 2) != 0xFFFE || number_at(bytes, 32, 2) != 6 || number_at(bytes, 56) != mini_cutoff)
        damaged("another version");
    sector_size_ = std::size_t{1} << shift;
    sectors_ = static_cast<std::uint32_t>(bytes.size() / sector_size_);  // the header is before the first
    if (sectors_ > 0) --sectors_;
    read_tables();
    read_entries(chained(number_at(bytes, 48)));
    const Entry& root = entry(0);
    if (root.first_sector != end_of_chain) mini_ = chained(root.first_sector);
}

std::string_view CompoundFile::sector(std::uint32_t number) const {
    if (number >= sectors_) damaged("a sector behind its end");
    return bytes_.substr((std::size_t{number} + 1) * sector_size_, sector_size_);
}

std::vector<std::uint32_t> CompoundFile::numbers(const std::vector<std::uint32_t>& sectors) const {
    std::vector<std::uint32_t> all;
    for (const std::uint32_t each : sectors) {
        const std::string_view text = sector(each);
        for (std::size_t at = 0; at < text.size(); at += 4) all.push_back(number_at(text, at));
    }
    return all;
}

std::vector<std::uint32_t> CompoundFile::chain(const std::vector<std::uint32_t>& table, std::uint32_t first) const {
    std::vector<std::uint32_t> all;
    for (std::uint32_t at = first; at != end_of_chain; at = table[at]) {
        if (at >= table.size() || all.size() >= table.size()) damaged("a chain that does not end");
        all.push_back(at);
    }
    return all;
}

std::string CompoundFile::chained(std::uint32_t first) const {
    std::string all;
    for (const std::uint32_t each : chain(next_, first)) all += sector(each);
    return all;
}

void CompoundFile::read_tables() {
    // Where the table of sectors stands: 109 places in the header, more in sectors of their own.
    std::vector<std::uint32_t> places;
    for (std::size_t at = 76; at < header_size; at += 4) places.push_back(number_at(bytes_, at));
    std::uint32_t more = number_at(bytes_, 68);
    for (std::uint32_t count = 0; more <= last_sector; ++count) {
        if (count > sectors_) damaged("a chain that does not end");
        const std::vector<std::uint32_t> next = numbers({more});
        places.insert(places.end(), next.begin(), next.end() - 1);
        more = next.back();
    }
    std::erase_if(places, [](std::uint32_t each) { return each > last_sector; });
    if (places.size() > sectors_) damaged("a table larger than it");
    next_ = numbers(places);
    const std::uint32_t mini_table = number_at(bytes_, 60);
    if (mini_table != end_of_chain) next_mini_ = numbers(chain(next_, mini_table));
}

void CompoundFile::read_entries(std::string_view directory) {
    const bool wide_sizes = number_at(bytes_, 26, 2) == 4;
    for (std::size_t at = 0; at + entry_size <= directory.size(); at += entry_size) {
        const std::string_view text = directory.substr(at, entry_size);
        if (number_at(text, 66, 1) == 0) continue;
        entries_.emplace(static_cast<std::uint32_t>(at / entry_size), read_entry(text, wide_sizes));
    }
    if (!entries_.contains(0)) damaged("no root");
    // In one place of the tree each: then looking into storages ends, and nothing is covered twice.
    std::set<std::uint32_t> seen{0};
    std::vector<std::uint32_t> open{0};
    while (!open.empty()) {
        const std::uint32_t storage = open.back();
        open.pop_back();
        for (const std::uint32_t each : in(storage)) {
            if (!seen.insert(each).second) damaged("an entry in two places");
            if (entry(each).element.is_storage) open.push_back(each);
        }
    }
}

std::vector<std::uint32_t> CompoundFile::in(std::uint32_t storage) const {
    std::vector<std::uint32_t> all;
    std::vector<std::uint32_t> open{entry(storage).child};
    while (!open.empty()) {
        const std::uint32_t number = open.back();
        open.pop_back();
        if (number == no_entry) continue;
        const auto found = entries_.find(number);
        if (found == entries_.end() || number == 0 || all.size() >= entries_.size())
            damaged("a tree that does not end");
        all.push_back(number);
        open.push_back(found->second.left);
        open.push_back(found->second.right);
    }
    return all;
}

std::string CompoundFile::content(const Entry& stream) const {
    if (stream.size == 0) return "";
    std::string all;
    if (stream.size >= mini_cutoff) {
        all = chained(stream.first_sector);
    } else {
        for (const std::uint32_t each : chain(next_mini_, stream.first_sector)) {
            if ((std::size_t{each} + 1) * mini_size > mini_.size()) damaged("a small stream behind its end");
            all += std::string_view{mini_}.substr(each * mini_size, mini_size);
        }
    }
    if (all.size() < stream.size) damaged("a stream that is shorter than it says");
    all.resize(stream.size);
    return all;
}

namespace {

class FileStorage : public PackageStorage {
public:
    FileStorage(const CompoundFile& file, std::uint32_t number) : file_(file), number_(number) {}

    PackageElement itself() const override {
        PackageElement element = file_.entry(number_).element;
        element.name.clear();
        return element;
    }

    std::vector<PackageElement> elements() const override {
        std::vector<PackageElement> all;
        for (const std::uint32_t each : file_.in(number_)) all.push_back(file_.entry(each).element);
        return all;
    }

    void read(const std::string& stream, const std::function<void(std::string_view)>& take) const override {
        take(file_.content(file_.entry(find(stream, false))));
    }

    std::unique_ptr<PackageStorage> open(const std::string& storage) const override {
        return std::make_unique<FileStorage>(file_, find(storage, true));
    }

private:
    std::uint32_t find(const std::string& name, bool is_storage) const {
        for (const std::uint32_t each : file_.in(number_)) {
            const PackageElement& element = file_.entry(each).element;
            if (element.name == name && element.is_storage == is_storage) return each;
        }
        throw std::runtime_error("a stream or storage of the package is missing");
    }

    const CompoundFile& file_;
    std::uint32_t number_;
};

}  // namespace

std::unique_ptr<PackageStorage> package_of(const CompoundFile& file) { return std::make_unique<FileStorage>(file, 0); }

}  // namespace wardwatch
