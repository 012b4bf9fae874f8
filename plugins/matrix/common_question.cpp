#include "common_question.hpp"

#include <core_communication/provider_error.hpp>

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace communication_matrix {

using core_communication::provider_error;

namespace {

/// What became of it once it was asked; neither where the asker left without an answer.
struct question {
    bool is_over = false;
    std::optional<std::string> answer;
    std::optional<provider_error> failed;
};

/// Those under way, by what they are about.
class questions {
  public:
    std::string ask(const std::string& about, const core_communication::cancellation& stop,
                    const std::function<std::string()>& how) {
        std::unique_lock lock(mutex_);
        for (auto under_way = under_way_.find(about); under_way != under_way_.end();
             under_way = under_way_.find(about)) {
            const auto other = under_way->second;
            wait(lock, *other, stop);
            if (other->answer) return *other->answer;
            if (other->failed) throw provider_error(*other->failed);
        }
        const auto ours = std::make_shared<question>();
        under_way_.emplace(about, ours);
        lock.unlock();
        std::optional<std::string> answer;
        std::optional<provider_error> failed;
        try {
            answer = how();
        } catch (const provider_error& refused) {
            failed = refused;
        } catch (...) {
            end(about, *ours, std::nullopt, std::nullopt);
            throw;
        }
        end(about, *ours, answer, failed);
        if (failed) throw provider_error(*failed);
        return *std::move(answer);
    }

  private:
    /// A request to stop wakes nobody, so it is looked for.
    void wait(std::unique_lock<std::mutex>& lock, const question& other, const core_communication::cancellation& stop) {
        constexpr std::chrono::milliseconds between_looks(100);
        while (!other.is_over) {
            stop.throw_if_requested();
            changed_.wait_for(lock, between_looks);
        }
    }

    void end(const std::string& about, question& ours, std::optional<std::string> answer,
             std::optional<provider_error> failed) {
        const std::scoped_lock lock(mutex_);
        ours.is_over = true;
        ours.answer = std::move(answer);
        ours.failed = std::move(failed);
        under_way_.erase(about);
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, std::shared_ptr<question>> under_way_;
};

questions& of_all_rooms() {
    static questions under_way;
    return under_way;
}

}  // namespace

std::string ask_once(const std::string& about, const core_communication::cancellation& stop,
                     const std::function<std::string()>& ask) {
    return of_all_rooms().ask(about, stop, ask);
}

}  // namespace communication_matrix
