#include "cli/commands.hpp"
#include "message/catalogue.hpp"
#include "text/descriptor.hpp"
#include "worker/signals.hpp"
#include "worker/validator/child.hpp"
#include "worker/validator/validation.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <sys/signalfd.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;
namespace validator = worker::validator;

struct validate_words {
    std::string folder;
    std::vector<std::string> only;
    std::optional<std::string> seed;
    std::optional<std::string> settings;
    std::int64_t seconds = 60;
    bool list = false;
};

std::uint64_t seed_of(const validate_words& words) {
    if (!words.seed) {
        // Short enough to be copied by hand.
        constexpr std::uint32_t most = 999'999'999;
        std::random_device chance;
        return std::uniform_int_distribution<std::uint32_t>(1, most)(chance);
    }
    const auto& text = *words.seed;
    constexpr std::size_t most_digits = 19;
    if (text.empty() || text.size() > most_digits || text.find_first_not_of("0123456789") != std::string::npos)
        wrong_usage_of(message::phrase("usage_no_number", {{"name", "--seed"}, {"value", text}}));
    return std::stoull(text);
}

/// Ctrl-C and SIGTERM as something that can be waited for: what is on a server has to be deleted first. The main thread,
/// once.
class interruption {
  public:
    interruption() : taken_({SIGINT, SIGTERM}) {
        sigset_t both{};
        sigemptyset(&both);
        sigaddset(&both, SIGINT);
        sigaddset(&both, SIGTERM);
        signal_ = text::descriptor(::signalfd(-1, &both, SFD_CLOEXEC | SFD_NONBLOCK));
    }

    /// Readable once there was one; -1 where the system has none.
    int signal() const { return signal_.number(); }

  private:
    worker::signals taken_;
    text::descriptor signal_;
};

void list(const output& out) {
    json::array tests;
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : validator::every_test()) {
        rows.push_back({std::string(each.id), each.sentence()});
        tests.push_back(
            json::object{{"id", each.id}, {"sentence", each.sentence()}, {"needs_server", each.needs_server}});
    }
    if (out.json())
        out.document(json::object{{"tests", std::move(tests)}});
    else
        out.table({"heading_test", "heading_what"}, rows);
}

json::object to_json(const validator::tested& each) {
    json::array details;
    for (const auto& one : each.found.details()) {
        json::object values;
        for (const auto& [name, value] : one.values) values[name] = value;
        details.emplace_back(json::object{{"text", one.text()}, {"phrase", one.phrase}, {"values", std::move(values)}});
    }
    return {{"id", each.which->id},
            {"sentence", each.which->sentence()},
            {"outcome", to_string(each.found.what())},
            {"details", std::move(details)}};
}

void print(const output& out, const validator::tested& each) {
    constexpr int width_of_outcomes = 14;
    out.line(fmt::format("{:<{}}{}: {}", message::word_of("outcome", to_string(each.found.what())), width_of_outcomes,
                         each.which->id, each.which->sentence()));
    for (const auto& one : each.found.details()) out.line(fmt::format("{:{}}{}", "", width_of_outcomes, one.text()));
}

void report(const output& out, const validator::validation& done) {
    if (!out.json()) {
        std::string counts;
        for (const auto what : validator::every_outcome)
            counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", done.number_of(what),
                                  message::word_of("outcome", to_string(what)));
        out.line("\n" +
                 message::phrase("validate_summary",
                                 {{"plugin", done.plugin}, {"counts", counts}, {"seed", std::to_string(done.seed)}}));
        return;
    }
    json::array tests;
    for (const auto& each : done.tests) tests.push_back(to_json(each));
    json::object counts;
    for (const auto what : validator::every_outcome) counts[to_string(what)] = done.number_of(what);
    out.document(json::object{{"plugin", done.plugin},
                              {"version", done.release.empty() ? json::value(nullptr) : json::value(done.version)},
                              {"release", done.release.empty() ? json::value(nullptr) : json::value(done.release)},
                              {"seed", done.seed},
                              {"tests", std::move(tests)},
                              {"counts", std::move(counts)}});
}

void validate(context& shared, const validate_words& words) {
    if (words.list) {
        list(shared.out);
        return;
    }
    if (words.folder.empty()) wrong_usage_of(message::phrase("usage_required", {{"name", "FOLDER"}}));
    validator::validation_options options;
    options.folder = words.folder;
    for (const auto& id : words.only) {
        if (validator::find_test(id) == nullptr) wrong_usage_of(message::phrase("usage_no_test", {{"id", id}}));
        options.only.insert(id);
    }
    options.seed = seed_of(words);
    if (words.settings) options.settings = *words.settings;
    options.time = std::chrono::seconds(words.seconds);
    const interruption interrupted;
    options.stop = interrupted.signal();
    options.http = shared.configuration().host.http;
    const auto done = validator::validate(options, [&](const validator::tested& each) {
        if (!shared.out.json()) print(shared.out, each);
    });
    report(shared.out, done);
    if (!done.has_passed()) shared.status = exit_status::failed;
}

}  // namespace

void add_validate_command(const command& plugins, const command& program, context& shared) {
    const auto words = std::make_shared<validate_words>();
    const auto made = plugins.subcommand("validate", "help_plugin_validate");
    made.option("FOLDER", words->folder, "help_plugin_validate_folder");
    made.option("--only", words->only, "help_plugin_validate_only").placeholder("TEST");
    made.option("--seed", words->seed, "help_plugin_validate_seed").placeholder("NUMBER");
    made.option("--settings", words->settings, "help_plugin_validate_settings").placeholder("FILE");
    made.option("--time", words->seconds, "help_plugin_validate_time").between(1, 3600).with_default();
    made.flag("--list", words->list, "help_plugin_validate_list");
    made.examples({"commhost plugin validate build/lib/commhost/communication/provider/example",
                   "commhost plugin validate FOLDER --settings test_server.json --seed 4711"})
        .runs([words, &shared] { validate(shared, *words); });
    program.hidden(std::string(validator::child_command)).runs([] { validator::run_child(); });
}

}  // namespace commhost::cli
