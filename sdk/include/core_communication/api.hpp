#pragma once

/// Marks what libcore_communication.so exports. Every interface carries it, whatever visibility the plugin is
/// compiled with: one hidden copy of a type_info would hide all of them, and a dynamic_cast across shared objects
/// would depend on the C++ library (https://gcc.gnu.org/wiki/Visibility).
#define CORE_COMMUNICATION_API __attribute__((visibility("default")))

/// The version of the contract that this SDK declares. It is the name of the inline namespace of every type, so an
/// object built against another version is another type: a cast across versions gives null, never a wrong call.
#define CORE_COMMUNICATION_INTERFACE_VERSION 1

#define CORE_COMMUNICATION_SDK_RELEASE "1.0.0"
