#pragma once

#include <core_communication/abi_stamp.hpp>
#include <core_communication/communication_provider.hpp>

#include <memory>
#include <type_traits>

// clang-format off
/// Makes a class the plugin's one entrance. Once, in one source file, outside of any namespace:
///
///     COMMUNICATION_FEATURE(example_org::communication_feature)
///
/// No semicolon is needed behind it.
///
/// It defines the factory, the alias `communication_feature` by which the host finds the factory (the layout of
/// Boost.DLL's BOOST_DLL_ALIAS: a variable holding the function's address, in the section "boostdll"), and the ABI
/// stamp. The factory only makes the object; everything else happens in load_for_instance.
#define COMMUNICATION_FEATURE(Provider)                                                                                                   \
    static_assert(std::is_convertible_v<Provider*, core_communication::communication_provider*>, /* NOLINT(bugprone-macro-parentheses) */ \
                  "COMMUNICATION_FEATURE: " #Provider                                                                                     \
                  " must derive publicly from core_communication::communication_provider");                                               \
    static_assert(!std::is_abstract_v<Provider>,                                                                                          \
                  "COMMUNICATION_FEATURE: " #Provider                                                                                     \
                  " leaves a virtual function of one of its interfaces without a body");                                                  \
    static_assert(std::is_default_constructible_v<Provider>,                                                                              \
                  "COMMUNICATION_FEATURE: " #Provider                                                                                     \
                  " needs a public constructor without arguments");                                                                       \
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
