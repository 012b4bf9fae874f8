#define BOOST_DLL_USE_STD_FS

#include "plugin/loader.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"

#include <boost/core/demangle.hpp>
#include <boost/dll/import.hpp>
#include <boost/dll/shared_library.hpp>
#include <dlfcn.h>
#include <fmt/format.h>
#include <re2/re2.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <utility>

namespace commhost::plugin {

namespace {

using factory = std::unique_ptr<core_communication::communication_provider>();

/// rtld_now: with lazy binding a missing symbol would end the worker at the first call, hours later, with status 127.
/// rtld_local: two plugins never see each other's symbols. Never rtld_deepbind, which Boost.DLL's FAQ advises: it gives
/// the plugin a second allocator and a second libstdc++ (https://github.com/falcosecurity/falco/issues/3704, Orthanc
/// 1.6.1). RTLD_NODELETE, which Boost.DLL has no name for: nothing is ever unmapped while the process lives.
constexpr auto load_mode = static_cast<boost::dll::load_mode::type>(boost::dll::load_mode::rtld_now |
                                                                    boost::dll::load_mode::rtld_local | RTLD_NODELETE);

/// What glibc's loader said, as a message with what an admin needs to know taken out of it.
message::error explained(const std::filesystem::path& library, const std::string& said) {
    const auto name = library.filename().string();
    // glibc, elf/dl-lookup.c and elf/dl-load.c.
    if (std::string symbol; RE2::PartialMatch(said, R"(undefined symbol: ([^ ,;)\]]+))", &symbol)) {
        // A class has no table of its virtual functions where one of them has no body.
        const std::string kind = symbol.starts_with("_ZTV") ? "virtual_table" : "other";
        return message::error(PLUGIN_SYMBOL_UNDEFINED,
                              {{"library", name}, {"symbol", boost::core::demangle(symbol.c_str())}, {"kind", kind}});
    }
    if (std::string needed;
        RE2::PartialMatch(said, "([^ :]+): cannot open shared object file", &needed) && needed != library.string())
        return message::error(PLUGIN_NEEDED_MISSING, {{"library", name}, {"needed", needed}});
    return message::error(PLUGIN_LOAD, {{"library", name}, {"reason", said}});
}

/// The loader's text, with the name that an admin knows.
std::string with_name(std::string said, const std::string& loaded, const std::filesystem::path& file) {
    for (std::size_t at = 0; (at = said.find(loaded, at)) != std::string::npos; at += file.string().size())
        said.replace(at, loaded.size(), file.string());
    return said;
}

}  // namespace

class library {
  public:
    library(const std::filesystem::path& file, text::descriptor content) : name_(file.filename().string()) {
        // By the number of this process rather than "self", so that a debugger finds it as well. The descriptor is
        // leaked with the library: were its number given to another one, the loader would take that for the library it
        // has by this name.
        const auto path = fmt::format("/proc/{}/fd/{}", ::getpid(), content.release());
        try {
            shared_ = boost::dll::shared_library(path, load_mode);
            make_ = boost::dll::import_alias<factory>(shared_, "communication_feature");
        } catch (const boost::dll::fs::system_error& failed) {  // the loader's text becomes a message with a code
            throw explained(file, with_name(failed.what(), path, file));
        }
    }

    std::unique_ptr<core_communication::communication_provider> make() const {
        std::unique_ptr<core_communication::communication_provider> object;
        try {
            object = make_();
        } catch (const std::exception& failed) {  // must not leave the plugin: its type_info lives in there
            throw message::error(PLUGIN_FACTORY_THREW, {{"library", name_}, {"reason", std::string(failed.what())}});
        } catch (...) {
            throw message::error(PLUGIN_FACTORY_THREW, {{"library", name_}, {"reason", "no_exception"}});
        }
        if (object == nullptr) throw message::error(PLUGIN_FACTORY_NULL, {{"library", name_}});
        return object;
    }

  private:
    std::string name_;
    boost::dll::shared_library shared_;
    std::function<factory> make_;
};

capability_list capabilities::list() const {
    capability_list found;
    const auto add = [&](const void* interface, capability which) {
        if (interface != nullptr) found.push_back(which);
    };
    add(user, capability::user_provider);
    add(room_chat, capability::room_chat_provider);
    add(room_user, capability::room_user_provider);
    add(synchronise, capability::synchronise_provider);
    add(diagnostic, capability::diagnostic_provider);
    add(privacy, capability::privacy_provider);
    add(room_archive, capability::room_archive_provider);
    add(room_adopt, capability::room_adopt_provider);
    add(repair, capability::repair_provider);
    add(account_standing, capability::account_standing_provider);
    return found;
}

provider::provider(std::shared_ptr<const library> from,
                   std::unique_ptr<core_communication::communication_provider> object)
    : library_(std::move(from)), object_(std::move(object)) {
    auto* const any = object_.get();
    can_.user = dynamic_cast<core_communication::user_provider*>(any);
    can_.room_chat = dynamic_cast<core_communication::room_chat_provider*>(any);
    can_.room_user = dynamic_cast<core_communication::room_user_provider*>(any);
    can_.synchronise = dynamic_cast<core_communication::synchronise_provider*>(any);
    can_.diagnostic = dynamic_cast<core_communication::diagnostic_provider*>(any);
    can_.privacy = dynamic_cast<core_communication::privacy_provider*>(any);
    can_.room_archive = dynamic_cast<core_communication::room_archive_provider*>(any);
    can_.room_adopt = dynamic_cast<core_communication::room_adopt_provider*>(any);
    can_.repair = dynamic_cast<core_communication::repair_provider*>(any);
    can_.account_standing = dynamic_cast<core_communication::account_standing_provider*>(any);
}

loaded_plugin::loaded_plugin(const sealed_library& library) : loaded_plugin(library.file(), library.duplicate()) {}

loaded_plugin::loaded_plugin(const std::filesystem::path& file, text::descriptor content)
    : library_(std::make_shared<const library>(file, std::move(content))) {}

provider loaded_plugin::create() const { return {library_, library_->make()}; }

}  // namespace commhost::plugin
