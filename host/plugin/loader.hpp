#pragma once

#include "plugin/capability.hpp"
#include "plugin/sealed_library.hpp"
#include "text/descriptor.hpp"

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

#include <filesystem>
#include <memory>

// Only host/worker includes this file: loading a plugin runs its code.

namespace commhost::plugin {

/// One object's interfaces, found once by dynamic_cast; null where it lacks one.
struct capabilities {
    core_communication::user_provider* user = nullptr;
    core_communication::room_chat_provider* room_chat = nullptr;
    core_communication::room_user_provider* room_user = nullptr;
    core_communication::synchronise_provider* synchronise = nullptr;
    core_communication::diagnostic_provider* diagnostic = nullptr;
    core_communication::privacy_provider* privacy = nullptr;
    core_communication::room_archive_provider* room_archive = nullptr;
    core_communication::room_adopt_provider* room_adopt = nullptr;
    core_communication::repair_provider* repair = nullptr;
    core_communication::account_standing_provider* account_standing = nullptr;

    capability_list list() const;
};

class library;

/// A provider object of a plugin: for one room and one task, used by one thread. Holds the library.
class provider {
  public:
    provider(std::shared_ptr<const library> from, std::unique_ptr<core_communication::communication_provider> object);

    core_communication::communication_provider& operator*() const { return *object_; }
    core_communication::communication_provider* operator->() const { return object_.get(); }

    const capabilities& can() const { return can_; }

  private:
    std::shared_ptr<const library> library_;  // before the object, so that it goes after it
    std::unique_ptr<core_communication::communication_provider> object_;
    capabilities can_;
};

/// A plugin's shared object in this process. Copies share it; the library stays mapped until the process ends, whatever
/// becomes of them, because code of it may still be needed that nobody can see: threads, thread_local destructors,
/// exceptions. End the process with _exit, so that no destructor of a plugin's static objects runs after main.
class loaded_plugin {
  public:
    /// Loads just what library holds, not what lies in its file. Throws message::error: PLUGIN_SYMBOL_UNDEFINED,
    /// PLUGIN_NEEDED_MISSING, PLUGIN_LOAD. What else happens while the plugin's static objects are made (a crash, exit,
    /// a hang) happens to this process.
    explicit loaded_plugin(const sealed_library& library);

    /// The same for what another process sealed. file: for messages. content: an open descriptor, kept open from now
    /// on.
    loaded_plugin(const std::filesystem::path& file, text::descriptor content);

    /// Any thread. Throws message::error: PLUGIN_FACTORY_THREW, PLUGIN_FACTORY_NULL.
    provider create() const;

  private:
    std::shared_ptr<const library> library_;
};

}  // namespace commhost::plugin
