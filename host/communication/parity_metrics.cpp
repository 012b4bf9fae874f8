#include "communication/parity_metrics.hpp"

#include "message/catalogue.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <sstream>
#include <string_view>
#include <vector>

namespace commhost::communication {

namespace {

struct sums {
    std::int64_t rooms = 0;
    std::int64_t different = 0;
    std::int64_t never_read = 0;
    std::int64_t wanted = 0;
    std::int64_t there = 0;
    std::int64_t missing = 0;
    std::int64_t surplus = 0;
    std::optional<store::milliseconds_utc> oldest;
};

using by_provider = std::map<std::string, sums>;

by_provider sums_of(std::span<const room_parity> rooms) {
    by_provider all;
    for (const auto& room : rooms) {
        auto& sum = all[room.provider];
        ++sum.rooms;
        sum.different += room.odd.empty() ? 0 : 1;
        sum.wanted += room.roster;
        sum.there += room.in_room;
        sum.missing += missing_of(room);
        sum.surplus += surplus_of(room);
        if (!room.reconciled_at)
            ++sum.never_read;
        else
            sum.oldest = std::min(sum.oldest.value_or(*room.reconciled_at), *room.reconciled_at);
    }
    return all;
}

prometheus::MetricFamily family(std::string_view name, std::string help) {
    prometheus::MetricFamily made;
    made.name = name;
    made.help = std::move(help);
    made.type = prometheus::MetricType::Gauge;
    return made;
}

void add(prometheus::MetricFamily& to, const std::string& provider, double value) {
    prometheus::ClientMetric metric;
    metric.label.push_back({"provider", provider});
    metric.gauge.value = value;
    to.metric.push_back(std::move(metric));
}

}  // namespace

std::string parity_metrics(std::span<const room_parity> rooms, store::milliseconds_utc now) {
    const auto all = sums_of(rooms);
    std::vector<prometheus::MetricFamily> families;
    const auto count = [&](std::string_view name, std::string help, std::int64_t sums::*number) {
        auto made = family(name, std::move(help));
        for (const auto& [provider, sum] : all) add(made, provider, static_cast<double>(sum.*number));
        families.push_back(std::move(made));
    };
    count("commhost_rooms", message::phrase("metric_rooms"), &sums::rooms);
    count("commhost_rooms_different", message::phrase("metric_rooms_different"), &sums::different);
    count("commhost_rooms_never_read", message::phrase("metric_rooms_never_read"), &sums::never_read);
    count("commhost_members_wanted", message::phrase("metric_members_wanted"), &sums::wanted);
    count("commhost_members_there", message::phrase("metric_members_there"), &sums::there);
    count("commhost_members_missing", message::phrase("metric_members_missing"), &sums::missing);
    count("commhost_members_surplus", message::phrase("metric_members_surplus"), &sums::surplus);
    auto age = family("commhost_oldest_reading_seconds", message::phrase("metric_oldest_reading"));
    for (const auto& [provider, sum] : all)
        if (sum.oldest) add(age, provider, static_cast<double>(std::max<std::int64_t>(now - *sum.oldest, 0)) / 1000);
    families.push_back(std::move(age));
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families);
    return out.str();
}

}  // namespace commhost::communication
