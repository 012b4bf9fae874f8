#include "worker/probe.hpp"

#include <boost/json.hpp>

#include <stdexcept>

namespace commhost::worker {

namespace {

constexpr std::int64_t ends = static_cast<std::int64_t>(child_end::killed_for_processes) + 1;

/// Reads an object; whatever is not as it should be becomes a std::invalid_argument.
template <class Read>
auto read_object(std::string_view json, Read&& read) {
    try {
        const auto parsed = boost::json::parse(json);
        return read(parsed.as_object());
    } catch (const std::invalid_argument&) {
        throw;
    } catch (const std::logic_error& wrong_shape) {  // whatever at() and as_...() throw
        throw std::invalid_argument(wrong_shape.what());
    } catch (const std::runtime_error& no_json) {
        throw std::invalid_argument(no_json.what());
    }
}

}  // namespace

std::string to_json(const probe_outcome& outcome) {
    return boost::json::serialize(boost::json::object{{"end", static_cast<int>(outcome.child.end)},
                                                      {"status", outcome.child.status},
                                                      {"report", outcome.child.report},
                                                      {"output", outcome.child.output},
                                                      {"left_processes", outcome.left_processes}});
}

probe_outcome outcome_of(std::string_view json) {
    return read_object(json, [](const boost::json::object& object) {
        const auto end = object.at("end").as_int64();
        if (end < 0 || end >= ends) throw std::invalid_argument("probe outcome: unknown end");
        probe_outcome outcome;
        outcome.child.end = static_cast<child_end>(end);
        outcome.child.status = object.at("status").to_number<int>();
        outcome.child.report = object.at("report").as_string();
        outcome.child.output = object.at("output").as_string();
        outcome.left_processes = object.at("left_processes").as_bool();
        return outcome;
    });
}

std::string to_json(const probe_order& order) {
    return boost::json::serialize(boost::json::object{{"library", order.library.string()},
                                                      {"time", order.time.count()},
                                                      {"output", order.output},
                                                      {"flood", order.flood}});
}

probe_order order_of(std::string_view json) {
    return read_object(json, [](const boost::json::object& object) {
        probe_order order;
        order.library = std::string(object.at("library").as_string());
        order.time = std::chrono::milliseconds(object.at("time").to_number<std::int64_t>());
        order.output = object.at("output").to_number<std::size_t>();
        order.flood = object.at("flood").to_number<std::size_t>();
        return order;
    });
}

}  // namespace commhost::worker
