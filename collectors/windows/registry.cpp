#include "collectors/windows/registry.h"

#include <windows.h>

#include <cstring>

#include "collectors/core/unique_resource.h"
#include "collectors/windows/error.h"
#include "collectors/windows/text.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

struct KeyTraits {
    static HKEY none() { return nullptr; }
    static void release(HKEY key) noexcept { RegCloseKey(key); }
};
using UniqueKey = UniqueResource<HKEY, KeyTraits>;

bool is_absent(LSTATUS status) { return status == ERROR_FILE_NOT_FOUND || status == ERROR_PATH_NOT_FOUND; }

std::string full_name(Hive hive, std::string_view key) {
    return (hive == Hive::local_machine ? "HKLM\\" : "HKU\\") + std::string(key);
}

// Empty when the key does not exist.
UniqueKey open_key(Hive hive, std::string_view key, RegistryView view) {
    const HKEY root = hive == Hive::local_machine ? HKEY_LOCAL_MACHINE : HKEY_USERS;
    const REGSAM view_flag = view == RegistryView::wow64_32 ? KEY_WOW64_32KEY : KEY_WOW64_64KEY;
    UniqueKey opened;
    const LSTATUS status = RegOpenKeyExW(root, to_wide(key).c_str(), 0, KEY_READ | view_flag, opened.receive());
    if (is_absent(status)) return {};
    if (status != ERROR_SUCCESS) {
        throw windows_error(reasons::opening(full_name(hive, key)), static_cast<unsigned long>(status));
    }
    return opened;
}

// Values may end with a zero or not: whoever wrote them decided.
std::wstring text_of(const std::vector<std::byte>& bytes) {
    std::wstring text(bytes.size() / sizeof(wchar_t), L'\0');
    if (!text.empty()) std::memcpy(text.data(), bytes.data(), text.size() * sizeof(wchar_t));
    return text;
}

std::string single_text(const std::vector<std::byte>& bytes) {
    const std::wstring text = text_of(bytes);
    return to_utf8(std::wstring_view(text).substr(0, text.find(L'\0')));
}

std::vector<std::string> several_texts(const std::vector<std::byte>& bytes) {
    const std::wstring text = text_of(bytes);
    std::vector<std::string> texts;
    for (std::size_t begin = 0; begin < text.size() && text[begin] != L'\0';) {
        const std::size_t end = std::min(text.find(L'\0', begin), text.size());
        texts.push_back(to_utf8(std::wstring_view(text).substr(begin, end - begin)));
        begin = end + 1;
    }
    return texts;
}

std::uint64_t number_of(const std::vector<std::byte>& bytes, std::size_t size) {
    if (bytes.size() != size) throw PortError(reasons::registry_number_of_bytes(bytes.size()));
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data(), size);
    return number;
}

}  // namespace

RegistryData registry_data(unsigned long type, const std::vector<std::byte>& bytes) {
    switch (type) {
        case REG_SZ:
        case REG_EXPAND_SZ:
            return single_text(bytes);
        case REG_MULTI_SZ:
            return several_texts(bytes);
        case REG_DWORD:
            return number_of(bytes, 4);
        case REG_QWORD:
            return number_of(bytes, 8);
        case REG_BINARY:
            return bytes;
        default:
            throw PortError(reasons::registry_type_not_read(type));
    }
}

std::optional<RegistryData> WindowsRegistry::value(Hive hive, std::string_view key, std::string_view name,
                                                   RegistryView view) const {
    const UniqueKey opened = open_key(hive, key, view);
    if (!opened) return std::nullopt;
    const std::wstring wide_name = to_wide(name);
    std::vector<std::byte> bytes(256);
    // Another program may make the value longer between two calls, so ask until it fits.
    for (;;) {
        DWORD type = 0;
        DWORD size = static_cast<DWORD>(bytes.size());
        const LSTATUS status = RegQueryValueExW(opened.get(), wide_name.c_str(), nullptr, &type,
                                                reinterpret_cast<BYTE*>(bytes.data()), &size);
        bytes.resize(size);
        if (status == ERROR_SUCCESS) return registry_data(type, bytes);
        if (is_absent(status)) return std::nullopt;
        if (status != ERROR_MORE_DATA) {
            throw windows_error(reasons::reading(full_name(hive, key) + "\\" + std::string(name)),
                                static_cast<unsigned long>(status));
        }
    }
}

std::vector<std::string> WindowsRegistry::subkeys(Hive hive, std::string_view key, RegistryView view) const {
    const UniqueKey opened = open_key(hive, key, view);
    if (!opened) return {};
    std::vector<std::string> names;
    wchar_t name[256];  // a key's name has at most 255 characters
    for (DWORD index = 0;; ++index) {
        DWORD length = 256;
        const LSTATUS status = RegEnumKeyExW(opened.get(), index, name, &length, nullptr, nullptr, nullptr, nullptr);
        if (status == ERROR_NO_MORE_ITEMS) return names;
        if (status != ERROR_SUCCESS) {
            throw windows_error(reasons::listing(full_name(hive, key)), static_cast<unsigned long>(status));
        }
        names.push_back(to_utf8({name, length}));
    }
}

}  // namespace wardwatch
