#pragma once

#include <core_communication/api.hpp>

#include <cstddef>
#include <cstdint>
#include <string>  // defines _GLIBCXX_USE_CXX11_ABI

/// The ABI stamp: an ELF note in the plugin's file that the host reads without loading the file, hence before any of
/// the plugin's code runs. `readelf --notes` shows it, `strip` keeps it.
///
/// Owner "core_communication", type 1, content one line of name=value pairs separated by ';':
///   interface      CORE_COMMUNICATION_INTERFACE_VERSION
///   compiler_abi   __GXX_ABI_VERSION
///   string_abi     _GLIBCXX_USE_CXX11_ABI (libstdc++ manual, "Dual ABI")
///   rtti           1 with, 0 without: dynamic_cast on an object compiled without it crashes instead of giving null
///   stdlib         libstdc++ or libc++ (which compares type_info by address)
///   sdk            CORE_COMMUNICATION_SDK_RELEASE

#if defined(_GLIBCXX_DEBUG)
#error \
    "A plugin cannot be built with _GLIBCXX_DEBUG: it changes the layout of std::vector, which passes between host and plugin. _GLIBCXX_ASSERTIONS does not."
#endif

#define CORE_COMMUNICATION_TEXT_OF(token) #token
#define CORE_COMMUNICATION_TEXT(macro) CORE_COMMUNICATION_TEXT_OF(macro)

#if defined(__GXX_RTTI)  // GCC and Clang alike
#define CORE_COMMUNICATION_RTTI "1"
#else
#define CORE_COMMUNICATION_RTTI "0"
#endif

#if defined(_LIBCPP_VERSION)
#define CORE_COMMUNICATION_STDLIB "libc++"
#define CORE_COMMUNICATION_STRING_ABI "0"
#else
#define CORE_COMMUNICATION_STDLIB "libstdc++"
#define CORE_COMMUNICATION_STRING_ABI CORE_COMMUNICATION_TEXT(_GLIBCXX_USE_CXX11_ABI)
#endif

#define CORE_COMMUNICATION_STAMP_OWNER "core_communication"
#define CORE_COMMUNICATION_STAMP_SECTION ".note.core_communication"
// clang-format off
#define CORE_COMMUNICATION_STAMP_CONTENT                                                                     \
    "interface=" CORE_COMMUNICATION_TEXT(CORE_COMMUNICATION_INTERFACE_VERSION) ";compiler_abi="              \
    CORE_COMMUNICATION_TEXT(__GXX_ABI_VERSION) ";string_abi=" CORE_COMMUNICATION_STRING_ABI                  \
    ";rtti=" CORE_COMMUNICATION_RTTI ";stdlib=" CORE_COMMUNICATION_STDLIB ";sdk=" CORE_COMMUNICATION_SDK_RELEASE
// clang-format on

namespace core_communication::inline v1 {

/// The layout of an ELF note (gABI, "Note Section"): names and content are padded to four bytes.
struct abi_stamp {
    /// Bytes of the owner with its NUL.
    std::uint32_t owner_size = sizeof(CORE_COMMUNICATION_STAMP_OWNER);
    /// Bytes of the content with its NUL.
    std::uint32_t content_size = sizeof(CORE_COMMUNICATION_STAMP_CONTENT);
    std::uint32_t type = 1;  ///< The one that there is.
    /// Whose note it is.
    alignas(4) char owner[(sizeof(CORE_COMMUNICATION_STAMP_OWNER) + 3) / 4 * 4] = CORE_COMMUNICATION_STAMP_OWNER;
    /// The pairs.
    alignas(4) char content[(sizeof(CORE_COMMUNICATION_STAMP_CONTENT) + 3) / 4 * 4] = CORE_COMMUNICATION_STAMP_CONTENT;
};

}  // namespace core_communication::inline v1
