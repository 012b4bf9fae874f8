// What a server says about waiting, in headers and in the body. Parts: headers, one a line; the body.

#include "service/http_answer.hpp"

#include "expectation.hpp"
#include "target.hpp"

#include <chrono>

namespace commhost::fuzz {

void run(std::string_view input) {
    const auto parts = parts_of(input);
    core_communication::http_response answer;
    answer.status = 429;
    for (auto rest = parts[0]; !rest.empty();) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        if (const auto colon = line.find(':'); colon != std::string_view::npos)
            answer.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
    }
    if (parts.size() > 1) answer.body = parts[1];

    for (const auto& [name, value] : answer.headers)
        expect(service::header_of(answer, name).data() != nullptr, "a header that is there is found");
    for (const auto now : {std::chrono::sys_seconds(std::chrono::seconds(0)),
                           std::chrono::sys_seconds(std::chrono::seconds(1'700'000'000))}) {
        const auto wait = service::wait_asked_for(answer, now);
        expect(wait == service::wait_asked_for(answer, now), "an answer is read twice alike");
        if (wait) expect(wait->count() >= 0 && *wait <= std::chrono::hours(24), "a wait is from nothing to a day");
    }
}

}  // namespace commhost::fuzz
