// Packages as Windows Installer sees them: what one is, who signed it, and its installation.
#include <windows.h>
// After windows.h:
#include <msi.h>
#include <msiquery.h>
#include <objidl.h>

#include <array>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/system/windows_error.h"
#include "agent/update/package.h"
#include "collectors/windows/com.h"
#include "collectors/windows/error.h"
#include "collectors/windows/handle.h"
#include "collectors/windows/library.h"
#include "embedded/reasons.h"
#include "reporting/tls/package_signature.h"

namespace wardwatch {
namespace {

using UniqueStorage = ComPtr<IStorage>;
using UniqueStream = ComPtr<IStream>;
using UniqueElements = ComPtr<IEnumSTATSTG>;

constexpr DWORD reading = STGM_READ | STGM_SHARE_EXCLUSIVE;

void check(HRESULT result, const char* what) {
    if (FAILED(result)) throw failed_call(what, static_cast<DWORD>(result));
}

template <class Value>
std::string bytes_of(const Value& value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::string bytes_of(std::wstring_view text) {
    return {reinterpret_cast<const char*>(text.data()), text.size() * sizeof(wchar_t)};
}

std::wstring name_of(const std::string& bytes) {
    std::wstring name(bytes.size() / sizeof(wchar_t), L'\0');
    std::memcpy(name.data(), bytes.data(), name.size() * sizeof(wchar_t));
    return name;
}

PackageElement element_of(const STATSTG& stat, std::wstring_view name) {
    return {bytes_of(name),    stat.type == STGTY_STORAGE, stat.cbSize.LowPart, bytes_of(stat.clsid),
            stat.grfStateBits, bytes_of(stat.ctime),       bytes_of(stat.mtime)};
}

/// As Windows sees it, which is as Windows Installer will.
class WindowsStorage : public PackageStorage {
public:
    explicit WindowsStorage(UniqueStorage storage) : storage_(std::move(storage)) {}

    PackageElement itself() const override {
        STATSTG stat{};
        check(storage_->Stat(&stat, STATFLAG_NONAME), "reading the package");
        return element_of(stat, {});
    }

    std::vector<PackageElement> elements() const override {
        UniqueElements enumerator;
        check(storage_->EnumElements(0, nullptr, 0, enumerator.receive()), "reading the package's streams");
        std::vector<PackageElement> all;
        STATSTG stat{};
        while (enumerator->Next(1, &stat, nullptr) == S_OK) {
            if (stat.type == STGTY_STREAM || stat.type == STGTY_STORAGE) all.push_back(element_of(stat, stat.pwcsName));
            CoTaskMemFree(stat.pwcsName);
        }
        return all;
    }

    void read(const std::string& stream, const std::function<void(std::string_view)>& take) const override {
        UniqueStream opened;
        check(storage_->OpenStream(name_of(stream).c_str(), nullptr, reading, 0, opened.receive()),
              "opening a stream of the package");
        std::vector<char> buffer(64u << 10);
        ULONG count = 0;
        do {
            check(opened->Read(buffer.data(), static_cast<ULONG>(buffer.size()), &count),
                  "reading a stream of the package");
            take(std::string_view(buffer.data(), count));
        } while (count > 0);
    }

    std::unique_ptr<PackageStorage> open(const std::string& storage) const override {
        UniqueStorage opened;
        check(storage_->OpenStorage(name_of(storage).c_str(), nullptr, reading, nullptr, 0, opened.receive()),
              "opening a storage of the package");
        return std::make_unique<WindowsStorage>(std::move(opened));
    }

private:
    UniqueStorage storage_;
};

/// Not WinVerifyTrust: that asks whether this PC trusts the certificate's issuer, we whether it is the one certificate
/// that was named at the installation.
std::string signer_of(const std::filesystem::path& file) {
    UniqueStorage package;
    if (FAILED(StgOpenStorage(file.c_str(), nullptr, STGM_READ | STGM_SHARE_DENY_WRITE, nullptr, 0, package.receive())))
        throw ReasonError(reasons::not_a_package());
    return read_package_signature(WindowsStorage{std::move(package)}).signer_sha256;
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
