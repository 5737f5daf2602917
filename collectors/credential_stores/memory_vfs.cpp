#include "collectors/credential_stores/memory_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string>
#include <string_view>

namespace wardwatch {
namespace {

struct Buffer {
    SecretBytes bytes;
    bool changed = false;
};

// SQLite allocates szOsFile bytes for it and never constructs it.
struct MemoryFile {
    sqlite3_file base;
    Buffer* buffer;
    sqlite3_int64 limit;
};

}  // namespace

struct MemoryVfs::State {
    sqlite3_vfs vfs{};
    std::string name;
    Buffer database;
    Buffer journal;
    Buffer wal;
    /// A journal or WAL can claim any size for the database. It can add no more than its own bytes.
    sqlite3_int64 limit = 0;

    Buffer* find(std::string_view file_name) {
        if (file_name == "store") return &database;
        if (file_name == "store-journal") return &journal;
        if (file_name == "store-wal") return &wal;
        return nullptr;
    }
};

namespace {

constexpr sqlite3_int64 growth_slack = 128 * 1024;  // one page of the largest size, and a WAL or journal header

Buffer& buffer_of(sqlite3_file* file) { return *reinterpret_cast<MemoryFile*>(file)->buffer; }

MemoryVfs::State& state_of(sqlite3_vfs* vfs) { return *static_cast<MemoryVfs::State*>(vfs->pAppData); }

sqlite3_int64 size_of(const Buffer& buffer) { return static_cast<sqlite3_int64>(buffer.bytes.size()); }

// The old bytes are overwritten by SecretBytes. An exception must not pass through SQLite's C frames.
int resize(sqlite3_file* file, sqlite3_int64 size) {
    Buffer& buffer = buffer_of(file);
    if (size > reinterpret_cast<MemoryFile*>(file)->limit) return SQLITE_FULL;
    try {
        SecretBytes resized{std::vector<std::byte>(static_cast<std::size_t>(size))};
        std::copy_n(buffer.bytes.data(), std::min(buffer.bytes.size(), resized.size()), resized.data());
        buffer.bytes = std::move(resized);
    } catch (const std::bad_alloc&) {
        return SQLITE_NOMEM;
    }
    return SQLITE_OK;
}

int close_file(sqlite3_file*) { return SQLITE_OK; }

int read_file(sqlite3_file* file, void* into, int count, sqlite3_int64 offset) {
    const Buffer& buffer = buffer_of(file);
    const sqlite3_int64 available = std::clamp<sqlite3_int64>(size_of(buffer) - offset, 0, count);
    if (available > 0) std::memcpy(into, buffer.bytes.data() + offset, static_cast<std::size_t>(available));
    if (available == count) return SQLITE_OK;
    std::memset(static_cast<std::byte*>(into) + available, 0, static_cast<std::size_t>(count - available));
    return SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
    Buffer& buffer = buffer_of(file);
    if (offset + count > size_of(buffer)) {
        if (const int result = resize(file, offset + count); result != SQLITE_OK) return result;
    }
    std::memcpy(buffer.bytes.data() + offset, from, static_cast<std::size_t>(count));
    buffer.changed = true;
    return SQLITE_OK;
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    buffer_of(file).changed = true;
    return resize(file, size);
}

int sync_file(sqlite3_file*, int) { return SQLITE_OK; }

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    *size = size_of(buffer_of(file));
    return SQLITE_OK;
}

// Nobody else can reach the buffers. In particular nobody holds a RESERVED lock, so a journal is regarded as hot.
int lock_file(sqlite3_file*, int) { return SQLITE_OK; }

int check_reserved_lock(sqlite3_file*, int* reserved) {
    *reserved = 0;
    return SQLITE_OK;
}

int file_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }

int sector_size(sqlite3_file*) { return 0; }  // the default

int device_characteristics(sqlite3_file*) { return 0; }

constexpr sqlite3_io_methods methods = {1,
                                        close_file,
                                        read_file,
                                        write_file,
                                        truncate_file,
                                        sync_file,
                                        file_size,
                                        lock_file,
                                        lock_file,
                                        check_reserved_lock,
                                        file_control,
                                        sector_size,
                                        device_characteristics,
                                        nullptr,
                                        nullptr,
                                        nullptr,
                                        nullptr,
                                        nullptr,
                                        nullptr};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
    auto& opened = *reinterpret_cast<MemoryFile*>(file);
    opened.base.pMethods = nullptr;
    MemoryVfs::State& state = state_of(vfs);
    opened.buffer = name == nullptr ? nullptr : state.find(name);
    if (opened.buffer == nullptr) return SQLITE_CANTOPEN;
    opened.limit = state.limit;
    opened.base.pMethods = &methods;
    if (flags_out != nullptr) *flags_out = flags;
    return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int) {
    Buffer* buffer = state_of(vfs).find(name);
    if (buffer == nullptr) return SQLITE_IOERR_DELETE_NOENT;
    buffer->bytes = SecretBytes();
    return SQLITE_OK;
}

// An empty file counts as none, as in SQLite's own VFS. The only other name that SQLite asks for is a super-journal's,
// on which it depends whether the transaction took place: not known here, and no browser writes one.
int access_file(sqlite3_vfs* vfs, const char* name, int, int* result) {
    const Buffer* buffer = state_of(vfs).find(name);
    if (buffer == nullptr) return SQLITE_IOERR_ACCESS;
    *result = buffer->bytes.empty() ? 0 : 1;
    return SQLITE_OK;
}

int full_pathname(sqlite3_vfs*, const char* name, int size, char* full) {
    sqlite3_snprintf(size, full, "%s", name);
    return SQLITE_OK;
}

int randomness(sqlite3_vfs*, int size, char* into) {
    std::memset(into, 0, static_cast<std::size_t>(size));
    return size;
}

int sleep_microseconds(sqlite3_vfs*, int) { return 0; }

int current_time(sqlite3_vfs*, double*) { return SQLITE_ERROR; }

int last_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

MemoryVfs::MemoryVfs(Snapshot snapshot) : state_(std::make_unique<State>()) {
    State& state = *state_;
    state.name = "wardwatch-" + std::to_string(reinterpret_cast<std::uintptr_t>(state_.get()));
    state.database.bytes = std::move(snapshot.database);
    state.journal.bytes = std::move(snapshot.journal);
    state.wal.bytes = std::move(snapshot.wal);
    state.limit = size_of(state.database) + size_of(state.journal) + size_of(state.wal) + growth_slack;
    state.vfs.iVersion = 1;
    state.vfs.szOsFile = sizeof(MemoryFile);
    state.vfs.mxPathname = 512;
    state.vfs.zName = state.name.c_str();
    state.vfs.pAppData = &state;
    state.vfs.xOpen = open_file;
    state.vfs.xDelete = delete_file;
    state.vfs.xAccess = access_file;
    state.vfs.xFullPathname = full_pathname;
    state.vfs.xRandomness = randomness;
    state.vfs.xSleep = sleep_microseconds;
    state.vfs.xCurrentTime = current_time;
    state.vfs.xGetLastError = last_error;
    if (sqlite3_vfs_register(&state.vfs, 0) != SQLITE_OK) throw std::bad_alloc();
}

MemoryVfs::~MemoryVfs() { sqlite3_vfs_unregister(&state_->vfs); }

const char* MemoryVfs::name() const { return state_->name.c_str(); }

bool MemoryVfs::has_wal() const { return !state_->wal.bytes.empty(); }

bool MemoryVfs::database_changed() const { return state_->database.changed; }

}  // namespace wardwatch
