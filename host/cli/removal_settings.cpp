#include "cli/removal_settings.hpp"

#include "cli/setting_places.hpp"
#include "message/error.hpp"
#include "roster/date.hpp"

#include <boost/json.hpp>

namespace commhost::cli {

namespace {

using plugin::json_place;

roster::removal_limit limit_of(const json_place& place) {
    place.has_only({"number", "share"});
    roster::removal_limit limit;
    for (const auto& number : place.find("number")) limit.number = integer_of(number, 0, 1'000'000'000);
    for (const auto& share : place.find("share")) {
        const auto& value = share.value();
        const double found = value.is_number() ? value.to_number<double>() : 0;
        if (!(found > 0 && found <= 1)) share.refuse(message::phrase("reason_share_wanted"));
        limit.share = found;
    }
    return limit;
}

store::milliseconds_utc date_of(const json_place& place) {
    if (const auto date = roster::parse_date(place.text())) return *date;
    place.refuse(message::phrase("reason_date_wanted"));
}

}  // namespace

removal_settings removals_of(const json_place& place) {
    place.has_only({"per_room", "total", "accounts", "after_reads", "after"});
    removal_settings result;
    for (const auto& limit : place.find("per_room")) result.limits.per_room = limit_of(limit);
    for (const auto& limit : place.find("total")) result.limits.total = limit_of(limit);
    for (const auto& limit : place.find("accounts")) result.limits.accounts = limit_of(limit);
    for (const auto& after : place.find("after")) {
        result.absent.after = duration_of(after);
        result.absent.after_reads.reset();  // One read would always come first.
    }
    for (const auto& reads : place.find("after_reads")) result.absent.after_reads = integer_of(reads, 1, 1000);
    return result;
}

std::vector<communication::pause> pauses_of(const json_place& place) {
    std::vector<communication::pause> pauses;
    for (const auto& each : place.elements()) {
        each.has_only({"from", "until", "what"});
        if (const auto what = each.at("what"); what.text() != "removals")
            what.refuse(message::phrase("reason_choice", {{"text", "'" + what.text() + "'"}, {"choices", "removals"}}));
        const communication::pause pause{date_of(each.at("from")), date_of(each.at("until"))};
        if (pause.until <= pause.from) each.at("until").refuse(message::phrase("reason_pause_order"));
        pauses.push_back(pause);
    }
    return pauses;
}

}  // namespace commhost::cli
