#include "worker/diagnose.hpp"

#include "worker/codes.hpp"
#include "worker/inquiry.hpp"

#include <chrono>
#include <utility>

namespace commhost::worker {

namespace {

constexpr child_limits limits{std::chrono::seconds(60), 1ULL << 30U, 4096, 256UL * 1024};

diagnoses ask(host& of, const plugin::plugin_entry& entry, const inquiry& what, message::code refused,
              const std::filesystem::path& program) {
    auto report = inquire(of, entry, what, limits, program);
    diagnoses result{std::move(report.found), std::move(report.offers), std::nullopt};
    if (!report.error.empty())
        result.refusal.emplace(refused, message::arguments{{"plugin", entry.name}, {"reason", report.error}});
    return result;
}

}  // namespace

diagnoses diagnose(host& of, const plugin::plugin_entry& entry, const std::filesystem::path& program) {
    return ask(of, entry, {}, WORKER_DIAGNOSE, program);
}

diagnoses repair(host& of, const plugin::plugin_entry& entry, std::vector<std::string> ids,
                 const std::filesystem::path& program) {
    return ask(of, entry, {.about = {}, .repairs = std::move(ids)}, WORKER_REPAIR, program);
}

}  // namespace commhost::worker
