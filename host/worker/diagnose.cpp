#include "worker/diagnose.hpp"

#include "worker/codes.hpp"
#include "worker/inquiry.hpp"

#include <chrono>
#include <utility>

namespace commhost::worker {

namespace {

constexpr child_limits limits{std::chrono::seconds(60), 1ULL << 30U, 4096, 256UL * 1024};

}  // namespace

diagnoses diagnose(host& of, const plugin::plugin_entry& entry, const std::filesystem::path& program) {
    auto report = inquire(of, entry, std::nullopt, limits, program);
    diagnoses result{std::move(report.found), std::nullopt};
    if (!report.error.empty())
        result.refusal.emplace(WORKER_DIAGNOSE, message::arguments{{"plugin", entry.name}, {"reason", report.error}});
    return result;
}

}  // namespace commhost::worker
