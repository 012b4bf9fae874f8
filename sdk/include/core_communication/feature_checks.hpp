#pragma once

#include <core_communication/abi_stamp.hpp>
#include <core_communication/account_standing_provider.hpp>
#include <core_communication/communication_provider.hpp>
#include <core_communication/diagnostic_provider.hpp>
#include <core_communication/privacy_provider.hpp>
#include <core_communication/repair_provider.hpp>
#include <core_communication/room_adopt_provider.hpp>
#include <core_communication/room_archive_provider.hpp>
#include <core_communication/room_chat_provider.hpp>
#include <core_communication/room_user_provider.hpp>
#include <core_communication/synchronise_provider.hpp>
#include <core_communication/user_provider.hpp>

#include <memory>
#include <string_view>
#include <type_traits>

/// What COMMUNICATION_FEATURE asks of a plugin's class, so that a mistake is told by the compiler in a sentence, and not by
/// a host that finds a capability missing. Nothing here is for plugins to use.
namespace core_communication::inline v1::detail {

/// Whether a host's dynamic_cast finds the interface in the class.
template <typename Provider, typename Interface>
inline constexpr bool has = std::is_convertible_v<Provider*, Interface*>;

/// Whether the class has the interface as a base, and a host does not find it: privately, or by two ways.
template <typename Provider, typename Interface>
inline constexpr bool hides = std::is_base_of_v<Interface, Provider> && !has<Provider, Interface>;

template <typename Type>
consteval std::string_view signature_naming() {
    return __PRETTY_FUNCTION__;
}

/// "example_org::communication_feature", without template arguments, as GCC and Clang write it.
template <typename Type>
consteval std::string_view name_of() {
    constexpr std::string_view before = "Type = ";
    auto name = signature_naming<Type>();
    name.remove_prefix(name.find(before) + before.size());
    return name.substr(0, name.find_first_of("<;]"));
}

/// Whether the class is in a namespace that has a name, at the outside.
template <typename Type>
consteval bool is_in_namespace() {
    constexpr auto name = name_of<Type>();
    return name.find("::") != std::string_view::npos && !name.starts_with("{anonymous}") &&
           !name.starts_with("(anonymous");
}

template <typename Type>
consteval bool is_in_namespace_of_the_sdk() {
    return name_of<Type>().starts_with("core_communication::");
}

inline constexpr bool built_with_rtti = std::string_view(CORE_COMMUNICATION_RTTI) == "1";
inline constexpr bool built_with_own_library = std::string_view(CORE_COMMUNICATION_STDLIB) == "libstdc++" &&
                                               std::string_view(CORE_COMMUNICATION_STRING_ABI) == "1";

}  // namespace core_communication::inline v1::detail

// clang-format off
#define CORE_COMMUNICATION_CHECK_CAPABILITY(Provider, capability)                                                \
    static_assert(!core_communication::detail::hides<Provider, core_communication::capability>,                  \
                  "COMMUNICATION_FEATURE: " #Provider " has " #capability                                        \
                  " privately or by two ways, so that no host finds it; write 'public core_communication::"     \
                  #capability "', once");

#define CORE_COMMUNICATION_CHECK_FEATURE(Provider)                                                               \
    static_assert(core_communication::detail::has<Provider, core_communication::communication_provider>,         \
                  "COMMUNICATION_FEATURE: " #Provider                                                            \
                  " must derive publicly, and once, from core_communication::communication_provider");           \
    CORE_COMMUNICATION_CHECK_CAPABILITY(Provider, user_provider)                                                 \
    CORE_COMMUNICATION_CHECK_CAPABILITY(Provider, room_chat_provider)                                            \
    CORE_COMMUNICATION_CHECK_CAPABILITY(Provider, room_user_provider)                                            \
    CORE_COMMUNICATION_CHECK_CAPABILITY(Provider, synchronise_provider)                                          \
    CORE_COMMUNICATION_CHECK_CAPABILITY(Provider, diagnostic_provider)                                           \
    CORE_COMMUNICATION_CHECK_CAPABILITY(Provider, privacy_provider)                                              \
    CORE_COMMUNICATION_CHECK_CAPABILITY(Provider, room_archive_provider)                                         \
    CORE_COMMUNICATION_CHECK_CAPABILITY(Provider, room_adopt_provider)                                           \
    CORE_COMMUNICATION_CHECK_CAPABILITY(Provider, repair_provider)                                               \
    CORE_COMMUNICATION_CHECK_CAPABILITY(Provider, account_standing_provider)                                     \
    static_assert(!core_communication::detail::has<Provider, core_communication::room_user_provider> ||          \
                  core_communication::detail::has<Provider, core_communication::room_chat_provider>,             \
                  "COMMUNICATION_FEATURE: " #Provider                                                            \
                  " has room_user_provider without room_chat_provider; people need a room to be put into");      \
    static_assert(!core_communication::detail::has<Provider, core_communication::synchronise_provider> ||        \
                  core_communication::detail::has<Provider, core_communication::room_chat_provider>,             \
                  "COMMUNICATION_FEATURE: " #Provider                                                            \
                  " has synchronise_provider without room_chat_provider; there is no room to read");             \
    static_assert(!core_communication::detail::has<Provider, core_communication::room_archive_provider> ||       \
                  core_communication::detail::has<Provider, core_communication::room_chat_provider>,             \
                  "COMMUNICATION_FEATURE: " #Provider                                                            \
                  " has room_archive_provider without room_chat_provider; there is no room to close");           \
    static_assert(!core_communication::detail::has<Provider, core_communication::room_adopt_provider> ||         \
                  core_communication::detail::has<Provider, core_communication::room_chat_provider>,             \
                  "COMMUNICATION_FEATURE: " #Provider                                                            \
                  " has room_adopt_provider without room_chat_provider; an adopted room is one to look after");  \
    static_assert(!core_communication::detail::has<Provider, core_communication::repair_provider> ||             \
                  core_communication::detail::has<Provider, core_communication::diagnostic_provider>,            \
                  "COMMUNICATION_FEATURE: " #Provider                                                            \
                  " has repair_provider without diagnostic_provider; it repairs what a diagnosis has found");    \
    static_assert(!core_communication::detail::has<Provider, core_communication::account_standing_provider> ||   \
                  core_communication::detail::has<Provider, core_communication::user_provider>,                  \
                  "COMMUNICATION_FEATURE: " #Provider                                                            \
                  " has account_standing_provider without user_provider; no account is of its making");          \
    static_assert(!std::is_abstract_v<Provider>,                                                                 \
                  "COMMUNICATION_FEATURE: " #Provider                                                            \
                  " leaves a virtual function of one of its interfaces without a body");                         \
    static_assert(std::is_abstract_v<Provider> || std::is_default_constructible_v<Provider>,                     \
                  "COMMUNICATION_FEATURE: " #Provider                                                            \
                  " needs a public constructor without arguments");                                              \
    static_assert(core_communication::detail::is_in_namespace<Provider>(),                                       \
                  "COMMUNICATION_FEATURE: " #Provider                                                            \
                  " is in no namespace with a name; put it into one of your own, such as that of your domain");  \
    static_assert(!core_communication::detail::is_in_namespace_of_the_sdk<Provider>(),                           \
                  "COMMUNICATION_FEATURE: " #Provider                                                            \
                  " is in the namespace core_communication, which is the SDK's; put it into one of your own");   \
    static_assert(core_communication::detail::built_with_rtti,                                                   \
                  "COMMUNICATION_FEATURE: a host finds capabilities by RTTI; build without -fno-rtti");          \
    static_assert(core_communication::detail::built_with_own_library,                                            \
                  "COMMUNICATION_FEATURE: host and plugins share libstdc++ and its strings; "                    \
                  "build without -stdlib=libc++ and without _GLIBCXX_USE_CXX11_ABI=0");
// clang-format on
