#pragma once

#include <core_communication/abi_stamp.hpp>
#include <core_communication/communication_provider.hpp>
#include <core_communication/feature_checks.hpp>

#include <memory>

// clang-format off
/// Makes a class the plugin's one entrance. Once, in one source file, outside of any namespace:
///
///     COMMUNICATION_FEATURE(example_org::communication_feature)
///
/// No semicolon is needed behind it.
///
/// The class is complete: every function of its interfaces has a body, and it can be made without arguments. It derives
/// publicly and once from each interface, lies in a namespace of its vendor's, and has room_chat_provider where it has
/// room_user_provider, synchronise_provider, room_archive_provider or room_adopt_provider, diagnostic_provider where it
/// has repair_provider, and user_provider where it has account_standing_provider. The compiler says in a sentence what is not
/// so.
#define COMMUNICATION_FEATURE(Provider)          \
    CORE_COMMUNICATION_CHECK_FEATURE(Provider)   \
    CORE_COMMUNICATION_EXPORT_FEATURE(Provider)

/// What COMMUNICATION_FEATURE does after it has checked the class: defines the factory, the alias `communication_feature` by
/// which the host finds the factory (the layout of Boost.DLL's BOOST_DLL_ALIAS: a variable holding the function's address,
/// in the section "boostdll"), and the ABI stamp. The factory only makes the object; everything else happens in
/// load_for_instance. Alone it is for plugins that are to be wrong, such as those of a host's tests.
#define CORE_COMMUNICATION_EXPORT_FEATURE(Provider)                                                                                       \
    static std::unique_ptr<core_communication::communication_provider> make_communication_feature() {                                     \
        return std::make_unique<Provider>();                                                                                              \
    }                                                                                                                                     \
    extern "C" {                                                                                                                          \
    __attribute__((visibility("default"), used, section("boostdll")))                                                                     \
    /* Not const: the section holds an address that the loader writes. */                                                                 \
    /* NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables) */                                                              \
    const void* communication_feature = reinterpret_cast<const void*>(&make_communication_feature);                                       \
    __attribute__((used, section(CORE_COMMUNICATION_STAMP_SECTION), aligned(4)))                                                          \
    static const core_communication::abi_stamp communication_feature_abi_stamp{};                                                         \
    }
// clang-format on
