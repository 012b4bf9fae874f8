#pragma once

#include "message/code.hpp"

namespace commhost::plugin {

// Reading a JSON file.
inline constexpr message::code JSON_READ{"JSON_READ"};
inline constexpr message::code JSON_SIZE{"JSON_SIZE"};
inline constexpr message::code JSON_SYNTAX{"JSON_SYNTAX"};
inline constexpr message::code JSON_CONTENT{"JSON_CONTENT"};

// Settings and secrets.
inline constexpr message::code SETTING_UNKNOWN{"SETTING_UNKNOWN"};
inline constexpr message::code SETTING_VALUE{"SETTING_VALUE"};
inline constexpr message::code SETTING_MISSING{"SETTING_MISSING"};
inline constexpr message::code SECRET_KEY{"SECRET_KEY"};
inline constexpr message::code SECRET_REFERENCE{"SECRET_REFERENCE"};
inline constexpr message::code SECRET_SEAL{"SECRET_SEAL"};

// From folder to capability, in the order of the steps. 1: path, owner, mode.
inline constexpr message::code PLUGIN_ROOT_READ{"PLUGIN_ROOT_READ"};
inline constexpr message::code PLUGIN_NAME{"PLUGIN_NAME"};
inline constexpr message::code PLUGIN_SHADOWED{"PLUGIN_SHADOWED"};
inline constexpr message::code PLUGIN_OUTSIDE_ROOT{"PLUGIN_OUTSIDE_ROOT"};
inline constexpr message::code PLUGIN_OWNER{"PLUGIN_OWNER"};
inline constexpr message::code PLUGIN_WRITABLE{"PLUGIN_WRITABLE"};
inline constexpr message::code PLUGIN_SET_ID{"PLUGIN_SET_ID"};
inline constexpr message::code PLUGIN_FILE_NAME{"PLUGIN_FILE_NAME"};
inline constexpr message::code PLUGIN_FILE_KIND{"PLUGIN_FILE_KIND"};
inline constexpr message::code PLUGIN_FOLDER_READ{"PLUGIN_FOLDER_READ"};
inline constexpr message::code PLUGIN_FOLDER_SIZE{"PLUGIN_FOLDER_SIZE"};

// 2: manifest, settings, strings.
inline constexpr message::code PLUGIN_LANGUAGE_NAME{"PLUGIN_LANGUAGE_NAME"};
inline constexpr message::code PLUGIN_STRINGS_MISSING{"PLUGIN_STRINGS_MISSING"};
inline constexpr message::code PLUGIN_STRING_MISSING{"PLUGIN_STRING_MISSING"};

// 3: name, versions, dependencies.
inline constexpr message::code PLUGIN_COMPONENT{"PLUGIN_COMPONENT"};
inline constexpr message::code PLUGIN_REQUIRES_HOST{"PLUGIN_REQUIRES_HOST"};
inline constexpr message::code PLUGIN_INCOMPATIBLE_HOST{"PLUGIN_INCOMPATIBLE_HOST"};
inline constexpr message::code PLUGIN_UNTRIED_HOST{"PLUGIN_UNTRIED_HOST"};
inline constexpr message::code PLUGIN_CAPABILITY_ALONE{"PLUGIN_CAPABILITY_ALONE"};
inline constexpr message::code PLUGIN_DEPENDENCY_MISSING{"PLUGIN_DEPENDENCY_MISSING"};
inline constexpr message::code PLUGIN_DEPENDENCY_VERSION{"PLUGIN_DEPENDENCY_VERSION"};
inline constexpr message::code PLUGIN_DEPENDENCY_UNAVAILABLE{"PLUGIN_DEPENDENCY_UNAVAILABLE"};
inline constexpr message::code PLUGIN_DEPENDENCY_CIRCLE{"PLUGIN_DEPENDENCY_CIRCLE"};

// 4: checksums and signature.
inline constexpr message::code CHECKSUM_LINE{"CHECKSUM_LINE"};
inline constexpr message::code CHECKSUM_DIFFERS{"CHECKSUM_DIFFERS"};
inline constexpr message::code CHECKSUM_FILE_MISSING{"CHECKSUM_FILE_MISSING"};
inline constexpr message::code CHECKSUM_UNSTATED{"CHECKSUM_UNSTATED"};
inline constexpr message::code SIGNATURE_MISSING{"SIGNATURE_MISSING"};
inline constexpr message::code SIGNATURE_KEY{"SIGNATURE_KEY"};
inline constexpr message::code SIGNATURE_INVALID{"SIGNATURE_INVALID"};
inline constexpr message::code TRUST_KEY{"TRUST_KEY"};
inline constexpr message::code TRUST_KEYS_WRITE{"TRUST_KEYS_WRITE"};
inline constexpr message::code TRUST_KEY_UNKNOWN{"TRUST_KEY_UNKNOWN"};

// 5: the ELF file.
inline constexpr message::code PLUGIN_BINARY_ABSENT{"PLUGIN_BINARY_ABSENT"};
inline constexpr message::code PLUGIN_BINARY_READ{"PLUGIN_BINARY_READ"};
inline constexpr message::code PLUGIN_BINARY_MACHINE{"PLUGIN_BINARY_MACHINE"};
inline constexpr message::code PLUGIN_BINARY_KIND{"PLUGIN_BINARY_KIND"};
inline constexpr message::code PLUGIN_BINARY_NEEDED{"PLUGIN_BINARY_NEEDED"};
inline constexpr message::code PLUGIN_BINARY_SEARCH_PATH{"PLUGIN_BINARY_SEARCH_PATH"};
inline constexpr message::code PLUGIN_BINARY_LOADER{"PLUGIN_BINARY_LOADER"};
inline constexpr message::code PLUGIN_BINARY_RUNTIME{"PLUGIN_BINARY_RUNTIME"};
inline constexpr message::code PLUGIN_BINARY_STACK{"PLUGIN_BINARY_STACK"};
inline constexpr message::code PLUGIN_BINARY_WRITABLE_CODE{"PLUGIN_BINARY_WRITABLE_CODE"};
inline constexpr message::code PLUGIN_BINARY_UNIQUE{"PLUGIN_BINARY_UNIQUE"};
inline constexpr message::code PLUGIN_FEATURE_MISSING{"PLUGIN_FEATURE_MISSING"};
inline constexpr message::code PLUGIN_STAMP_MISSING{"PLUGIN_STAMP_MISSING"};
inline constexpr message::code PLUGIN_STAMP_DIFFERS{"PLUGIN_STAMP_DIFFERS"};

// 6: loading it.
inline constexpr message::code PLUGIN_SYMBOL_UNDEFINED{"PLUGIN_SYMBOL_UNDEFINED"};
inline constexpr message::code PLUGIN_NEEDED_MISSING{"PLUGIN_NEEDED_MISSING"};
inline constexpr message::code PLUGIN_CHANGED{"PLUGIN_CHANGED"};
inline constexpr message::code PLUGIN_LOAD{"PLUGIN_LOAD"};
inline constexpr message::code PLUGIN_FACTORY_THREW{"PLUGIN_FACTORY_THREW"};
inline constexpr message::code PLUGIN_FACTORY_NULL{"PLUGIN_FACTORY_NULL"};
inline constexpr message::code PLUGIN_PROBE_CRASHED{"PLUGIN_PROBE_CRASHED"};
inline constexpr message::code PLUGIN_PROBE_DESCRIPTORS{"PLUGIN_PROBE_DESCRIPTORS"};
inline constexpr message::code PLUGIN_PROBE_FLOOD{"PLUGIN_PROBE_FLOOD"};
inline constexpr message::code PLUGIN_PROBE_FORKS{"PLUGIN_PROBE_FORKS"};
inline constexpr message::code PLUGIN_PROBE_PROCESSES{"PLUGIN_PROBE_PROCESSES"};
inline constexpr message::code PLUGIN_PROBE_THREADS{"PLUGIN_PROBE_THREADS"};
inline constexpr message::code PLUGIN_PROBE_WATCHER{"PLUGIN_PROBE_WATCHER"};
inline constexpr message::code PLUGIN_PROBE_EXITED{"PLUGIN_PROBE_EXITED"};
inline constexpr message::code PLUGIN_PROBE_TIMEOUT{"PLUGIN_PROBE_TIMEOUT"};
inline constexpr message::code PLUGIN_PROBE_REPORT{"PLUGIN_PROBE_REPORT"};
inline constexpr message::code PLUGIN_CAPABILITY_ABSENT{"PLUGIN_CAPABILITY_ABSENT"};
inline constexpr message::code PLUGIN_CAPABILITY_UNCLAIMED{"PLUGIN_CAPABILITY_UNCLAIMED"};
inline constexpr message::code PROBE_START{"PROBE_START"};

// What becomes of one in the long run.
inline constexpr message::code PLUGIN_UNKNOWN{"PLUGIN_UNKNOWN"};
inline constexpr message::code PLUGIN_MISSING{"PLUGIN_MISSING"};
inline constexpr message::code PLUGIN_ROOT_UNUSABLE{"PLUGIN_ROOT_UNUSABLE"};
inline constexpr message::code PLUGIN_RETURNS_DISABLED{"PLUGIN_RETURNS_DISABLED"};
inline constexpr message::code PLUGIN_IN_USE{"PLUGIN_IN_USE"};
inline constexpr message::code PLUGIN_UNINSTALL_HIDDEN{"PLUGIN_UNINSTALL_HIDDEN"};
inline constexpr message::code PLUGIN_UNINSTALL_DEPENDENTS{"PLUGIN_UNINSTALL_DEPENDENTS"};
inline constexpr message::code PLUGIN_DOWNGRADED{"PLUGIN_DOWNGRADED"};
inline constexpr message::code PLUGIN_QUARANTINED{"PLUGIN_QUARANTINED"};

// Installing one.
inline constexpr message::code PLUGIN_PACKAGE_READ{"PLUGIN_PACKAGE_READ"};
inline constexpr message::code PLUGIN_PACKAGE_ENTRY{"PLUGIN_PACKAGE_ENTRY"};
inline constexpr message::code PLUGIN_PACKAGE_SIZE{"PLUGIN_PACKAGE_SIZE"};
inline constexpr message::code PLUGIN_PACKAGE_LAYOUT{"PLUGIN_PACKAGE_LAYOUT"};
inline constexpr message::code PLUGIN_INSTALL_WRITE{"PLUGIN_INSTALL_WRITE"};
inline constexpr message::code PLUGIN_INSTALL_LEFT{"PLUGIN_INSTALL_LEFT"};
inline constexpr message::code PLUGIN_INSTALL_ROOT{"PLUGIN_INSTALL_ROOT"};
inline constexpr message::code PLUGIN_INSTALL_SHADOWED{"PLUGIN_INSTALL_SHADOWED"};
inline constexpr message::code PLUGIN_INSTALL_OLDER{"PLUGIN_INSTALL_OLDER"};
inline constexpr message::code PLUGIN_INSTALL_DEPENDENTS{"PLUGIN_INSTALL_DEPENDENTS"};
inline constexpr message::code PLUGIN_INSTALL_UNDONE{"PLUGIN_INSTALL_UNDONE"};

// Writing a new one.
inline constexpr message::code PLUGIN_NEW_NAME{"PLUGIN_NEW_NAME"};
inline constexpr message::code PLUGIN_NEW_OCCUPIED{"PLUGIN_NEW_OCCUPIED"};
inline constexpr message::code PLUGIN_NEW_WRITE{"PLUGIN_NEW_WRITE"};

}  // namespace commhost::plugin
