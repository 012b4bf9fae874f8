#include "server_versions.hpp"

#include "answer.hpp"

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
    std::istringstream kept(processor.site_value(versions_key).value_or(""));
    if (std::string of; kept >> of && of == site.homeserver_url)
        versions_.insert(std::istream_iterator<std::string>(kept), std::istream_iterator<std::string>());
}

bool server_versions::offer(const feature& wanted) {
    if (!known(wanted) && !asked_) ask();
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

void server_versions::ask() {
    const auto answer = server_.versions();
    if (!succeeded(answer)) throw failure_of(answer, "tell its versions");
    const auto object = object_in(answer);
    versions_.clear();
    if (const auto* offered = object.if_contains("versions"); offered != nullptr && offered->is_array())
        for (const auto& each : offered->get_array())
            if (each.is_string() && each.get_string().find(' ') == std::string::npos)
                versions_.emplace(each.get_string());
    asked_ = true;
    auto kept = site_.homeserver_url;
    for (const auto& each : versions_) kept += " " + each;
    processor_.set_site_value(versions_key, kept);
}

}  // namespace communication_matrix
