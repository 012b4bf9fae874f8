#pragma once

/// Marks what libcore_communication.so exports. Every interface carries it, whatever visibility the plugin is
/// compiled with: one hidden copy of a type_info would hide all of them, and a dynamic_cast across shared objects
/// would depend on the C++ library (https://gcc.gnu.org/wiki/Visibility).
#define CORE_COMMUNICATION_API __attribute__((visibility("default")))

/// The version of the contract that this SDK declares. It is the name of the inline namespace of every type, so an
/// object built against another version is another type: a cast across versions gives null, never a wrong call.
#define CORE_COMMUNICATION_INTERFACE_VERSION 1

/// The release of this SDK. The major number is the contract's version; a higher minor number has something beside what
/// the lower ones have, and nothing less.
#define CORE_COMMUNICATION_SDK_RELEASE "1.1.0"
#define CORE_COMMUNICATION_SDK_MAJOR 1
#define CORE_COMMUNICATION_SDK_MINOR 1

/// Stops the build in a sentence where the SDK is not the one that a plugin is written for: of another version of the
/// contract, or older than what the plugin uses of it. Once, outside of any function, without a semicolon:
///
///     CORE_COMMUNICATION_REQUIRE_SDK(1, 0)
#define CORE_COMMUNICATION_REQUIRE_SDK(major, minor)                                                      \
    static_assert((major) == CORE_COMMUNICATION_SDK_MAJOR,                                                \
                  "CORE_COMMUNICATION_REQUIRE_SDK: the plugin is written for version " #major             \
                  " of the contract, and this SDK, " CORE_COMMUNICATION_SDK_RELEASE ", has another one"); \
    static_assert((major) != CORE_COMMUNICATION_SDK_MAJOR || (minor) <= CORE_COMMUNICATION_SDK_MINOR,     \
                  "CORE_COMMUNICATION_REQUIRE_SDK: the plugin needs SDK " #major "." #minor               \
                  ", and this one, " CORE_COMMUNICATION_SDK_RELEASE ", is older; install a newer one");
