// What only the Windows build has: event texts, rights, the token in the registry.
#include <catch2/catch_test_macros.hpp>
#include <fstream>

#include "agent/data_folder/protected_files.h"
#include "agent/enrolment/enrolment_key.h"
#include "agent/system/windows_error.h"
#include "agent/system/windows_rights.h"
#include "event_messages.h"
#include "tests/agent/temporary_folder.h"
// After windows.h:
#include <sddl.h>

using namespace wardwatch;

namespace {

constexpr DWORD english = 0x409;
constexpr DWORD vietnamese = 0x42A;

struct ModuleTraits {
    static HMODULE none() { return nullptr; }
    static void release(HMODULE module) noexcept { FreeLibrary(module); }
};
using UniqueModule = UniqueResource<HMODULE, ModuleTraits>;

/// As the Event Viewer reads it from the program.
std::string event_text(DWORD id, DWORD language, const std::vector<const wchar_t*>& texts) {
    std::vector<DWORD_PTR> arguments;
    arguments.reserve(texts.size());
    for (const wchar_t* text : texts) arguments.push_back(reinterpret_cast<DWORD_PTR>(text));
    const UniqueModule program(LoadLibraryExW(utf16(WARDWATCH_PROGRAM).c_str(), nullptr, LOAD_LIBRARY_AS_DATAFILE));
    REQUIRE(program);
    wchar_t text[2000];
    const DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_ARGUMENT_ARRAY, program.get(), id,
                                        language, text, 2000, reinterpret_cast<va_list*>(arguments.data()));
    return utf8(std::wstring_view(text, length));
}

void grant_everyone(const std::filesystem::path& path) {
    UniqueLocalMemory descriptor;
    REQUIRE(ConvertStringSecurityDescriptorToSecurityDescriptorW(L"D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;WD)",
                                                                 SDDL_REVISION_1, descriptor.receive(), nullptr));
    REQUIRE(SetFileSecurityW(path.c_str(), DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
                             descriptor.get()));
}

}  // namespace

TEST_CASE("every event has its sentence in both languages") {
    for (const DWORD id :
         {WARDWATCH_EVENT_STARTED, WARDWATCH_EVENT_STOPPED, WARDWATCH_EVENT_SCANNED, WARDWATCH_EVENT_ENROLLED,
          WARDWATCH_EVENT_CERTIFICATE_RENEWED, WARDWATCH_EVENT_CENTRE_UNREACHABLE, WARDWATCH_EVENT_RIGHTS_REPAIRED,
          WARDWATCH_EVENT_TOKEN_REFUSED, WARDWATCH_EVENT_ERROR}) {
        const std::string in_english = event_text(id, english, {L"1", L"2", L"3", L"4", L"5", L"6"});
        const std::string in_vietnamese = event_text(id, vietnamese, {L"1", L"2", L"3", L"4", L"5", L"6"});
        CHECK(!in_english.empty());
        CHECK(!in_vietnamese.empty());
        CHECK((in_english != in_vietnamese || id == WARDWATCH_EVENT_ERROR));
    }
    CHECK(event_text(WARDWATCH_EVENT_SCANNED, english, {L"schedule", L"24", L"not_compliant", L"2", L"3", L"4"}) ==
          "Scan (schedule): 24 facts, verdict not_compliant; 2 failed, 3 unknown, 4 passed.\r\n");
    CHECK(event_text(WARDWATCH_EVENT_STARTED, vietnamese, {L"1.2.3"}) == "Wardwatch 1.2.3 đã khởi động.\r\n");
}

TEST_CASE("rights that others have in the data folder are taken back, and said") {
    const TemporaryFolder parent;
    const std::filesystem::path data = parent.path / "data";
    CHECK(protect_folder(data).empty());
    write_file(data / "config.json", "{}");
    write_file(data / "device_id", "x");
    CHECK(protect_folder(data).empty());
    grant_everyone(data / "config.json");
    CHECK(rights_are_loose((data / "config.json").wstring(), SE_FILE_OBJECT));
    CHECK(protect_folder(data) == std::vector<std::string>{"config.json"});
    CHECK(read_file(data / "config.json") == "{}");
}

TEST_CASE("a folder that was there before is set aside with what is in it") {
    const TemporaryFolder parent;
    const std::filesystem::path data = parent.path / "data";
    for (const char* name : {"data.not-ours-1", "data.not-ours-2"}) {
        std::filesystem::create_directory(data);
        std::ofstream(data / "theirs") << name;
        CHECK(set_aside(data) == parent.path / name);
        CHECK(!std::filesystem::exists(data));
        CHECK(read_file(parent.path / name / "theirs") == name);
    }
    CHECK(protect_folder(data).empty());
    CHECK(file_owner_is_trusted(data.wstring()));
    CHECK(!rights_are_loose(data.wstring(), SE_FILE_OBJECT));
}

TEST_CASE("a data folder of an ordinary user is no obstacle") {
    const TemporaryFolder parent;
    const std::filesystem::path data = parent.path / "data";
    std::filesystem::create_directory(data);
    std::ofstream(data / "config.json") << "{\"collector_url\": \"https://theirs.example\"}";
    // Guests, S-1-5-32-546, stands for anybody who is no administrator.
    UniqueLocalMemory guests;
    REQUIRE(ConvertStringSecurityDescriptorToSecurityDescriptorW(L"O:BG", SDDL_REVISION_1, guests.receive(), nullptr));
    if (!SetFileSecurityW(data.c_str(), OWNER_SECURITY_INFORMATION, guests.get()) ||
        file_owner_is_trusted(data.wstring()))
        SKIP("this system keeps no other owner of a file (Wine)");
    const std::vector<std::string> said = protect_folder(data);
    REQUIRE(said.size() == 1);
    CHECK(said[0] == utf8(data) + " (another user's: now data.not-ours-1)");
    CHECK(!read_file(data / "config.json"));
    CHECK(read_file(parent.path / "data.not-ours-1" / "config.json"));
    CHECK(!rights_are_loose(data.wstring(), SE_FILE_OBJECT));
}

TEST_CASE("a data folder is removed with its files, and nothing else") {
    const TemporaryFolder parent;
    const std::filesystem::path data = parent.path / "data";
    protect_folder(data);
    write_file(data / "a", "");
    write_file(data / "b", "");
    std::ofstream(parent.path / "other") << "stays";
    CHECK(remove_folder(data));
    CHECK(!std::filesystem::exists(data));
    CHECK(std::filesystem::exists(parent.path / "other"));
    CHECK(remove_folder(data));
}

TEST_CASE("the installer's token is kept until it is forgotten") {
    forget_enrolment_token();
    CHECK(!read_enrolment_order());
    keep_enrolment_token("một-mã");
    REQUIRE(read_enrolment_order());
    CHECK(read_enrolment_order()->token == "một-mã");
    CHECK(read_enrolment_order()->collector_url.empty());
    keep_enrolment_token("another");
    CHECK(read_enrolment_order()->token == "another");
    CHECK(!repair_enrolment_key());
    wchar_t key[] = L"MACHINE\\SOFTWARE\\Wardwatch\\Enrolment";
    UniqueLocalMemory descriptor;
    REQUIRE(ConvertStringSecurityDescriptorToSecurityDescriptorW(L"D:P(A;;KA;;;SY)(A;;KR;;;WD)", SDDL_REVISION_1,
                                                                 descriptor.receive(), nullptr));
    BOOL present = FALSE;
    BOOL defaulted = FALSE;
    PACL list = nullptr;
    REQUIRE(GetSecurityDescriptorDacl(descriptor.get(), &present, &list, &defaulted));
    REQUIRE(SetNamedSecurityInfoW(key, SE_REGISTRY_KEY, DACL_SECURITY_INFORMATION, nullptr, nullptr, list, nullptr) ==
            ERROR_SUCCESS);
    CHECK(repair_enrolment_key());
    CHECK(!repair_enrolment_key());
    forget_enrolment_token();
    CHECK(!read_enrolment_order());
}
