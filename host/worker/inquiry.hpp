#pragma once

#include "plugin/plugin_entry.hpp"
#include "worker/host.hpp"
#include "worker/inquiry_order.hpp"
#include "worker/inquiry_report.hpp"
#include "worker/watched_child.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace commhost::worker {

/// What a command asks a plugin: of a person what its server holds (privacy_provider); to set right what it offered
/// (repair_provider); or, where neither is given, what it finds at its server (diagnostic_provider) and could set right there.
struct inquiry {
    std::optional<inquiry_order::account_of_person> about{};
    std::vector<std::string> repairs{};
};

/// Asks a plugin. In a child process, which gets the plugin's settings and nothing else of the host: what was looked at of
/// the plugin's folder, and not what it holds now. The report has no secrets of its settings; its error says in the reader's
/// language why there is nothing where the child says nothing of use. program: started as `program inquire`; it calls run_inquiry.
/// Throws message::error: SETTING_..., SECRET_..., PROBE_START, PLUGIN_CHANGED.
inquiry_report inquire(host& of, const plugin::plugin_entry& entry, const inquiry& what, const child_limits& limits,
                       const std::filesystem::path& program);

/// What the hidden command `commhost inquire` does in that child: reads what to do from standard input, loads the plugin,
/// writes the report to descriptor 3 and ends the process with _exit.
[[noreturn]] void run_inquiry();

}  // namespace commhost::worker
