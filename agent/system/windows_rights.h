// Rights of files, folders and registry keys: SYSTEM and Administrators only.
#pragma once

#include <windows.h>
// After windows.h:
#include <aclapi.h>

#include <string>

#include "collectors/core/unique_resource.h"

namespace wardwatch {

struct LocalMemoryTraits {
    static void* none() { return nullptr; }
    static void release(void* memory) noexcept { LocalFree(memory); }
};
using UniqueLocalMemory = UniqueResource<void*, LocalMemoryTraits>;

/// Full access for both, inherited by what is inside; nothing from above.
UniqueLocalMemory private_descriptor(SE_OBJECT_TYPE type);

/// SYSTEM, Administrators, or the user of this process.
bool is_trusted(PSID account);

/// The owner of an open kernel object is trusted, or is whom this process's own new objects belong to: on Windows that
/// is one of the trusted, Wine has a group of its own for it. Throws std::runtime_error.
bool owner_is_trusted(HANDLE object);

/// `name` as SetNamedSecurityInfo takes it: a path, or "MACHINE\SOFTWARE\…". Throws std::runtime_error.
bool owner_is_trusted(const std::wstring& name, SE_OBJECT_TYPE type);
/// The same of a file, a folder or a link itself, whose target is not looked at.
bool file_owner_is_trusted(const std::wstring& path);
/// True when somebody else has any right, also by having no list of rights at all.
bool rights_are_loose(const std::wstring& name, SE_OBJECT_TYPE type);
void restore_rights(const std::wstring& name, SE_OBJECT_TYPE type);
/// Makes SYSTEM's, or whoever runs this, what belongs to somebody else.
void take_ownership(const std::wstring& name, SE_OBJECT_TYPE type);

}  // namespace wardwatch
