#pragma once

#include "plugin/capability.hpp"
#include "plugin/problem.hpp"
#include "plugin/sealed_library.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace commhost::plugin {

/// What came of loading a plugin once.
struct probe_report {
    capability_list capabilities;    ///< What the casts found; empty when refused.
    std::optional<problem> refusal;  ///< Why it cannot be used.
    std::string output;              ///< The start of what the plugin printed, for the admin.
};

/// A report as one line of JSON, and back; it goes through a pipe and into the table plugin_probe.
/// probe_report_of throws std::invalid_argument for what is no such text.
std::string to_json(const probe_report& report);
probe_report probe_report_of(std::string_view json);

/// Loads a plugin somewhere else than in this process and tells what it can do. Implemented in worker/.
class prober {
  public:
    virtual ~prober() = default;

    /// library: of a plugin that has passed every check before this one; its content is what runs. A plugin that cannot
    /// be used is a report; throws message::error (PROBE_START) when it cannot be loaded anywhere, which says nothing of
    /// the plugin. Any thread.
    virtual probe_report probe(const sealed_library& library) const = 0;

    /// Ends what is kept ready for the next probe: there is none to come for a while. Any thread.
    virtual void rest() const {}
};

/// Has a prober rest in the end.
class probing {
  public:
    explicit probing(const prober& with) : with_(with) {}
    ~probing() { with_.rest(); }
    probing(const probing&) = delete;
    probing& operator=(const probing&) = delete;

  private:
    const prober& with_;
};

}  // namespace commhost::plugin
