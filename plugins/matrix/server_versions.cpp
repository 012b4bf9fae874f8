#include "server_versions.hpp"

#include "answer.hpp"
#include "common_question.hpp"

#include <core_communication/provider_error.hpp>

#include <boost/json/array.hpp>

#include <iterator>
#include <sstream>

namespace communication_matrix {

using core_communication::failure;
using core_communication::provider_error;

namespace {

/// In processor::site_value: the address and then the versions, a space between them.
constexpr std::string_view versions_key = "versions";

}  // namespace

server_versions::server_versions(core_communication::processor& processor, client& server, const configuration& site)
    : processor_(processor), server_(server), site_(site) {
    take(processor.site_value(versions_key).value_or(""));
}

void server_versions::take(const std::string& kept) {
    std::istringstream words(kept);
    if (std::string of; words >> of && of == site_.homeserver_url)
        versions_ = {std::istream_iterator<std::string>(words), std::istream_iterator<std::string>()};
}

bool server_versions::offer(const feature& wanted) {
    if (!known(wanted) && !asked_) ask(wanted);
    return known(wanted);
}

void server_versions::require(const feature& wanted) {
    if (offer(wanted)) return;
    std::string offered;
    for (const auto& each : versions_) offered += (offered.empty() ? "" : ", ") + each;
    throw provider_error(failure::unavailable, "the server lacks " + std::string(wanted.name) + ", which comes with " +
                                                   std::string(wanted.version) + " of the Matrix specification (" +
                                                   std::string(wanted.brought_by) + "); it offers " +
                                                   (offered.empty() ? "none" : offered));
}

bool server_versions::known(const feature& wanted) const { return versions_.contains(wanted.version); }

void server_versions::ask(const feature& wanted) {
    take(ask_once("versions of " + site_.homeserver_url, processor_.cancellation(), [&] {
        const auto meanwhile = processor_.site_value(versions_key).value_or("");
        take(meanwhile);
        if (known(wanted)) return meanwhile;
        const auto answer = server_.versions();
        if (!succeeded(answer)) throw failure_of(answer, "tell its versions");
        const auto object = object_in(answer);
        auto kept = site_.homeserver_url;
        if (const auto* offered = object.if_contains("versions"); offered != nullptr && offered->is_array())
            for (const auto& each : offered->get_array())
                if (each.is_string() && each.get_string().find(' ') == std::string::npos)
                    kept += " " + std::string(each.get_string());
        processor_.set_site_value(versions_key, kept);
        return kept;
    }));
    asked_ = true;
}

}  // namespace communication_matrix
