#include "worker/validator/stage.hpp"

#include "plugin/plugin_entry.hpp"

#include <cstdint>
#include <fstream>
#include <utility>

namespace commhost::worker::validator {

namespace {

/// How long this thread could have run and had no processor, because others were at it: the second number of
/// /proc/thread-self/schedstat (Linux, Documentation/scheduler/sched-stats.rst); nothing where the kernel does not count.
std::chrono::nanoseconds time_without_processor() {
    std::ifstream file("/proc/thread-self/schedstat");
    std::int64_t run = 0;
    std::int64_t waited = 0;
    return std::chrono::nanoseconds(file >> run >> waited ? waited : 0);
}

}  // namespace

stage::stage(validator::order order, text::descriptor content, reporter& to, bool has_network)
    : order_(std::move(order)), reporter_(to), manifest_(plugin::read_manifest(order_.folder / "version.json")),
      schema_(plugin::read_settings_schema(order_.folder / "settings.json")),
      strings_(std::make_shared<const plugin::string_tables>(order_.folder, order_.component)),
      has_network_(has_network) {
    reporter_.doing("load");
    using clock = std::chrono::steady_clock;
    const auto waited = time_without_processor();
    const auto began = clock::now();
    plugin_ = std::make_unique<const plugin::loaded_plugin>(plugin::library_in(order_.folder), std::move(content));
    load_time_ = std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - began -
                                                                       (time_without_processor() - waited));
    reporter_.doing("communication_feature");
    looked_at_.emplace(plugin_->create());
    capabilities_ = looked_at_->can().list();
}

bool stage::tries(method which) const {
    if (!has(looked_at_->can(), which) || order_.leaves_out(to_string(which))) return false;
    return !needs_room(which) || !order_.leaves_out(to_string(method::create_chat_room));
}

std::set<std::string> stage::declared_fields() const {
    std::set<std::string> fields;
    for (const auto& data : manifest_.external_data)
        for (const auto& [field, why] : data.fields) fields.insert(field);
    return fields;
}

}  // namespace commhost::worker::validator
