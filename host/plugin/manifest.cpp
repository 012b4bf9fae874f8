#include "plugin/manifest.hpp"

#include "message/catalogue.hpp"
#include "plugin/json_document.hpp"
#include "plugin/name.hpp"
#include "text/utf8.hpp"

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace commhost::plugin {

namespace {

constexpr std::array every_maturity{maturity::alpha, maturity::beta, maturity::rc, maturity::stable};

std::int64_t version_number(const json_place& at) {
    const auto version = at.integer();
    const auto month = version / 10'000 % 100;
    const auto day = version / 100 % 100;
    if (version < 20'000'101'00 || version > 2'999'123'199 || month < 1 || month > 12 || day < 1 || day > 31)
        at.refuse(fmt::format("a version is a number YYYYMMDDXX (year, month, day, count), found {}", version));
    return version;
}

host_version version_of_host(const json_place& at) {
    const auto text = at.text();
    if (const auto version = parse_host_version(text)) return *version;
    at.refuse(fmt::format("a host version is \"MAJOR.MINOR\" or \"MAJOR.MINOR.PATCH\", found \"{}\"", text));
}

/// It stands in tables, beside what the host says.
std::string one_line(const json_place& at) {
    auto text = at.text();
    for (std::string_view left = text; !left.empty();) {
        const auto [value, bytes] = text::first_code_point(left);
        if (text::is_unprintable(value)) at.refuse(message::phrase("reason_control"));
        left.remove_prefix(bytes);
    }
    return text;
}

std::string component(const std::string& text, const json_place& at) {
    if (!name_of_component(text))
        at.refuse(fmt::format(
            "a component is \"communication_\" and a name of lower-case letters, digits and '_', found \"{}\"", text));
    return text;
}

plugin::maturity maturity_of(const json_place& at) {
    const auto text = at.text();
    for (const auto known : every_maturity)
        if (to_string(known) == text) return known;
    at.refuse(fmt::format("one of alpha, beta, rc, stable is wanted, found \"{}\"", text));
}

std::pair<host_version, host_version> range(const json_place& at) {
    const auto ends = at.elements();
    if (ends.size() != 2) at.refuse("two host versions are wanted: the lowest and the highest");
    std::pair supported(version_of_host(ends[0]), version_of_host(ends[1]));
    if (std::is_gt(compare(supported.first, supported.second)))
        at.refuse("the first version is higher than the second");
    return supported;
}

std::vector<dependency> dependencies(const json_place& at) {
    std::vector<dependency> found;
    for (const auto& [name, version] : at.members()) {
        dependency needed{component(name, version), std::nullopt};
        if (version.value().is_string()) {
            if (version.text() != "any") version.refuse("a version number or \"any\" is wanted");
        } else {
            needed.version = version_number(version);
        }
        found.push_back(std::move(needed));
    }
    return found;
}

capability_list capabilities(const json_place& at) {
    capability_list found;
    for (const auto& place : at.elements()) {
        const auto name = place.text();
        if (name == "communication_provider") continue;
        const auto which = capability_of(name);
        if (!which) {
            std::vector<std::string_view> known;
            for (const auto each : every_capability) known.push_back(to_string(each));
            place.refuse(fmt::format("no capability \"{}\" is known; known are {}", name, fmt::join(known, ", ")));
        }
        if (has(found, *which)) place.refuse(fmt::format("\"{}\" stands twice", name));
        found.push_back(*which);
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<external_data> external(const json_place& at) {
    std::vector<external_data> found;
    for (const auto& place : at.elements()) {
        place.has_only({"destination", "fields"});
        external_data sent{place.at("destination").text(), {}};
        for (const auto& [field, why] : place.at("fields").members()) sent.fields.emplace_back(field, why.text());
        if (sent.fields.empty()) place.at("fields").refuse("it names no field");
        found.push_back(std::move(sent));
    }
    return found;
}

}  // namespace

std::string_view to_string(maturity which) {
    switch (which) {
        case maturity::alpha: return "alpha";
        case maturity::beta: return "beta";
        case maturity::rc: return "rc";
        case maturity::stable: return "stable";
    }
    return "unknown";
}

manifest read_manifest(const std::filesystem::path& file) {
    const json_document document(file);
    const auto root = document.root();
    root.has_only({"component", "version", "release", "requires", "supported", "incompatible", "maturity",
                   "dependencies", "capabilities", "external_data", "description"});
    manifest read;
    read.component = component(root.at("component").text(), root.at("component"));
    read.version = version_number(root.at("version"));
    read.release = one_line(root.at("release"));
    read.requires_host = version_of_host(root.at("requires"));
    for (const auto& place : root.find("supported")) read.supported = range(place);
    for (const auto& place : root.find("incompatible")) read.incompatible = version_of_host(place);
    read.maturity = maturity_of(root.at("maturity"));
    for (const auto& place : root.find("dependencies")) read.dependencies = dependencies(place);
    read.capabilities = capabilities(root.at("capabilities"));
    read.external_data = external(root.at("external_data"));
    read.description = root.at("description").text();
    return read;
}

}  // namespace commhost::plugin
