#include "worker/worker_output.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/setting_values.hpp"
#include "worker/codes.hpp"
#include "worker/crash_trace.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace commhost::worker {

namespace {

using core_communication::log_level;

constexpr std::size_t longest_line = 8U << 10U;

/// The secrets that rooms were given for a setting of this plugin. Rooms of other providers may have a setting of the same
/// name; what is sealed for them does not open here.
void add_room_secrets(host& of, const plugin::plugin_entry& entry, std::set<std::string>& to) {
    for (const auto& declared : entry.settings.room) {
        if (declared.type != plugin::setting_type::secret) continue;
        for (const auto& stored : of.stored_settings().room_values(*of.database().borrow(), declared.name)) {
            try {
                to.insert(of.secrets().open(plugin::purpose_of(entry.component, declared.name), stored));
            } catch (const message::error& sealed) {
                if (sealed.code() != plugin::SECRET_SEAL) throw;
            }
        }
    }
}

}  // namespace

worker_output::worker_output(host& of, plugin::plugin_entry entry) : host_(of), entry_(std::move(entry)) {
    learn_secrets();
}

void worker_output::take(std::string_view piece) {
    pending_ += piece;
    if (!learn_secrets()) {
        pending_.clear();
        return;
    }
    pending_ = blank_(std::move(pending_));
    std::size_t begin = 0;
    for (auto end = pending_.find('\n'); end != std::string::npos; end = pending_.find('\n', begin)) {
        log_line(std::string_view(pending_).substr(begin, end - begin));
        begin = end + 1;
    }
    pending_.erase(0, begin);
    // The beginning of a secret may be at the end, so that much is kept back.
    if (pending_.size() > longest_line + blank_.longest()) {
        const auto part = pending_.size() - blank_.longest();
        log_line(std::string_view(pending_).substr(0, part));
        pending_.erase(0, part);
    }
}

void worker_output::end() {
    if (!pending_.empty()) take("\n");
}

bool worker_output::learn_secrets() {
    try {
        const plugin::setting_values site(entry_.component, host_.site_settings(entry_), host_.secrets());
        auto known = secrets_;
        for (auto& secret : site.secret_texts()) known.insert(std::move(secret));
        add_room_secrets(host_, entry_, known);
        if (known == secrets_) return true;
        secrets_ = std::move(known);
        blank_ = service::secret_blanker(std::vector(secrets_.begin(), secrets_.end()));
        return true;
    } catch (const message::error& failed) {  // goes on without the text, which may be nothing but a secret
        host_.log().write(log_level::warning, {entry_.component, {}, {}},
                          message::error(WORKER_OUTPUT_HIDDEN, {{"reason", failed.text()}}).text());
        return false;
    }
}

void worker_output::log_line(std::string_view line) {
    if (!line.empty())
        host_.log().write(log_level::warning, {entry_.component, {}, {}},
                          fmt::format("printed: {}", readable_frame(line, entry_.library().filename().string())));
}

}  // namespace commhost::worker
