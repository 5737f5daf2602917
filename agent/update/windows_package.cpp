// Packages as Windows Installer sees them: what one is, who signed it, and its installation.
#include <windows.h>
// After windows.h:
#include <msi.h>
#include <msiquery.h>
#include <objidl.h>

#include <algorithm>
#include <array>
#include <vector>

#include "agent/system/windows_error.h"
#include "agent/update/package.h"
#include "collectors/windows/com.h"
#include "collectors/windows/error.h"
#include "collectors/windows/handle.h"
#include "collectors/windows/library.h"
#include "embedded/reasons.h"
#include "reporting/tls/authenticode.h"

namespace wardwatch {
namespace {

using UniqueStorage = ComPtr<IStorage>;
using UniqueStream = ComPtr<IStream>;
using UniqueElements = ComPtr<IEnumSTATSTG>;

constexpr const wchar_t* signature_name = L"\005DigitalSignature";
constexpr const wchar_t* metadata_name = L"\005MsiDigitalSignatureEx";
constexpr std::size_t most_metadata = 64;
constexpr std::size_t largest_signature = 256u << 10;
constexpr int deepest_storage = 8;

void check(HRESULT result, const char* what) {
    if (FAILED(result)) throw failed_call(what, static_cast<DWORD>(result));
}

template <class Value>
std::string_view raw(const Value& value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::string_view raw(const std::wstring& text) {
    return {reinterpret_cast<const char*>(text.data()), text.size() * sizeof(wchar_t)};
}

struct Element {
    std::wstring name;
    STATSTG stat{};  ///< without the name
};

/// In the order in which they are signed: by the bytes of their names, of two that begin alike the longer first
/// (observed in signed packages; osslsigncode does the same).
std::vector<Element> elements_of(IStorage* storage) {
    UniqueElements enumerator;
    check(storage->EnumElements(0, nullptr, 0, enumerator.receive()), "reading the package's streams");
    std::vector<Element> all;
    STATSTG stat{};
    while (enumerator->Next(1, &stat, nullptr) == S_OK) {
        all.push_back({stat.pwcsName, stat});
        CoTaskMemFree(stat.pwcsName);
        all.back().stat.pwcsName = nullptr;
    }
    std::sort(all.begin(), all.end(), [](const Element& left, const Element& right) {
        const std::string_view a = raw(left.name);
        const std::string_view b = raw(right.name);
        const std::size_t common = std::min(a.size(), b.size());
        const int order = a.substr(0, common).compare(b.substr(0, common));
        return order != 0 ? order < 0 : a.size() > b.size();
    });
    return all;
}

constexpr DWORD reading = STGM_READ | STGM_SHARE_EXCLUSIVE;

template <class Take>
void read_stream(IStorage* storage, const std::wstring& name, Take take) {
    UniqueStream stream;
    check(storage->OpenStream(name.c_str(), nullptr, reading, 0, stream.receive()), "opening a stream of the package");
    std::vector<char> buffer(64u << 10);
    ULONG read = 0;
    do {
        check(stream->Read(buffer.data(), static_cast<ULONG>(buffer.size()), &read), "reading a stream of the package");
        take(std::string_view(buffer.data(), read));
    } while (read > 0);
}

std::optional<std::string> small_stream(IStorage* storage, const wchar_t* name, std::size_t most) {
    const std::vector<Element> all = elements_of(storage);
    if (std::none_of(all.begin(), all.end(), [&](const Element& each) { return each.name == name; })) return {};
    std::string content;
    read_stream(storage, name, [&](std::string_view piece) {
        if (content.size() + piece.size() > most) throw ReasonError(reasons::signature_too_large());
        content += piece;
    });
    return content;
}

bool is_signature(const Element& element, int depth) {
    return depth == 0 && (element.name == signature_name || element.name == metadata_name);
}

UniqueStorage open_storage(IStorage* parent, const std::wstring& name) {
    UniqueStorage storage;
    check(parent->OpenStorage(name.c_str(), nullptr, reading, nullptr, 0, storage.receive()),
          "opening a storage of the package");
    return storage;
}

void check_depth(int depth) {
    if (depth > deepest_storage) throw ReasonError(reasons::package_nested_too_deeply());
}

/// What every signature covers: the streams' contents, and the class of each storage after what is in it.
void add_contents(IStorage* storage, Digest& digest, int depth) {
    check_depth(depth);
    for (const Element& element : elements_of(storage)) {
        if (is_signature(element, depth)) continue;
        if (element.stat.type == STGTY_STREAM)
            read_stream(storage, element.name, [&](std::string_view piece) { digest.add(piece); });
        else if (element.stat.type == STGTY_STORAGE)
            add_contents(open_storage(storage, element.name).get(), digest, depth + 1);
    }
    STATSTG stat{};
    check(storage->Stat(&stat, STATFLAG_NONAME), "reading the package");
    digest.add(raw(stat.clsid));
}

/// What signtool's signatures cover besides: names, sizes and times.
void add_metadata(IStorage* storage, Digest& digest, int depth) {
    check_depth(depth);
    STATSTG stat{};
    check(storage->Stat(&stat, STATFLAG_NONAME), "reading the package");
    digest.add(raw(stat.clsid));
    digest.add(raw(stat.grfStateBits));
    if (depth > 0) {
        digest.add(raw(stat.ctime));
        digest.add(raw(stat.mtime));
    }
    for (const Element& element : elements_of(storage)) {
        if (is_signature(element, depth)) continue;
        digest.add(raw(element.name));
        if (element.stat.type == STGTY_STREAM) {
            digest.add(raw(element.stat.cbSize.LowPart));
            digest.add(raw(element.stat.grfStateBits));
            digest.add(raw(element.stat.ctime));
            digest.add(raw(element.stat.mtime));
        } else if (element.stat.type == STGTY_STORAGE) {
            add_metadata(open_storage(storage, element.name).get(), digest, depth + 1);
        }
    }
}

/// The SHA-256 of the certificate that signed the package as it is. Not WinVerifyTrust: that asks whether this PC
/// trusts the certificate's issuer, we whether it is the one certificate that was named at the installation.
std::string signer_of(const std::filesystem::path& file) {
    UniqueStorage package;
    if (FAILED(StgOpenStorage(file.c_str(), nullptr, STGM_READ | STGM_SHARE_DENY_WRITE, nullptr, 0, package.receive())))
        throw ReasonError(reasons::not_a_package());
    const std::optional<std::string> signature = small_stream(package.get(), signature_name, largest_signature);
    if (!signature) throw ReasonError(reasons::package_not_signed());
    const Authenticode signed_as = read_authenticode(*signature);
    Digest digest(signed_as.algorithm);
    if (const auto metadata = small_stream(package.get(), metadata_name, most_metadata)) {
        Digest before(signed_as.algorithm);
        add_metadata(package.get(), before, 0);
        if (before.finish() != *metadata) throw ReasonError(reasons::package_changed_after_signing());
        digest.add(*metadata);
    }
    add_contents(package.get(), digest, 0);
    if (digest.finish() != signed_as.digest) throw ReasonError(reasons::package_changed_after_signing());
    return signed_as.signer_sha256;
}

/// msi.dll is loaded when an update comes, so that the service is small until then.
template <class Function>
Function msi(const char* name) {
    return system_function<Function>("msi.dll", name);
}

struct MsiTraits {
    static MSIHANDLE none() { return 0; }
    static void release(MSIHANDLE handle) noexcept {
        try {
            msi<decltype(&MsiCloseHandle)>("MsiCloseHandle")(handle);
        } catch (const PortError&) {  // the library that opened it has this function
        }
    }
};
using UniqueMsi = UniqueResource<MSIHANDLE, MsiTraits>;

UniqueMsi open_database(const std::filesystem::path& file) {
    UniqueMsi database;
    if (msi<decltype(&MsiOpenDatabaseW)>("MsiOpenDatabaseW")(file.c_str(), MSIDBOPEN_READONLY, database.receive()) !=
        ERROR_SUCCESS)
        throw ReasonError(reasons::package_unreadable());
    return database;
}

std::string property_of(const UniqueMsi& database, const wchar_t* name) {
    const std::wstring query = std::wstring(L"SELECT `Value` FROM `Property` WHERE `Property`='") + name + L"'";
    UniqueMsi view;
    UniqueMsi record;
    std::array<wchar_t, 256> text{};
    DWORD size = static_cast<DWORD>(text.size());
    const bool found = msi<decltype(&MsiDatabaseOpenViewW)>("MsiDatabaseOpenViewW")(database.get(), query.c_str(),
                                                                                    view.receive()) == ERROR_SUCCESS &&
                       msi<decltype(&MsiViewExecute)>("MsiViewExecute")(view.get(), 0) == ERROR_SUCCESS &&
                       msi<decltype(&MsiViewFetch)>("MsiViewFetch")(view.get(), record.receive()) == ERROR_SUCCESS &&
                       msi<decltype(&MsiRecordGetStringW)>("MsiRecordGetStringW")(record.get(), 1, text.data(),
                                                                                  &size) == ERROR_SUCCESS;
    return found ? utf8(std::wstring_view(text.data(), size)) : "";
}

class RunningInstaller : public Installation {
public:
    explicit RunningInstaller(HANDLE process) : process_(process) {}
    std::optional<int> exit_code() const override {
        DWORD code = 0;
        if (WaitForSingleObject(process_.get(), 0) != WAIT_OBJECT_0 || !GetExitCodeProcess(process_.get(), &code))
            return std::nullopt;
        return static_cast<int>(code);
    }

private:
    UniqueHandle process_;
};

}  // namespace

PackageInfo inspect_package(const std::filesystem::path& file) {
    PackageInfo info;
    info.signer_sha256 = signer_of(file);
    const UniqueMsi database = open_database(file);
    info.version = property_of(database, L"ProductVersion");
    info.upgrade_code = property_of(database, L"UpgradeCode");
    return info;
}

std::unique_ptr<Installation> install_package(const std::filesystem::path& file, const std::filesystem::path& log) {
    std::array<wchar_t, MAX_PATH> system{};
    if (GetSystemDirectoryW(system.data(), static_cast<UINT>(system.size())) == 0)
        throw failed_call("GetSystemDirectory");
    const std::wstring program = std::wstring(system.data()) + L"\\msiexec.exe";
    std::wstring command =
        L"\"" + program + L"\" /i \"" + file.wstring() + L"\" /qn /norestart /l*v \"" + log.wstring() + L"\"";
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION process{};
    if (!CreateProcessW(program.c_str(), command.data(), nullptr, nullptr, FALSE, CREATE_NO_WINDOW, nullptr, nullptr,
                        &startup, &process))
        throw failed_call("starting Windows Installer");
    const UniqueHandle thread(process.hThread);
    return std::make_unique<RunningInstaller>(process.hProcess);
}

}  // namespace wardwatch
