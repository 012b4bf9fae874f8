#pragma once

#include "cli/context.hpp"
#include "cli/finding.hpp"
#include "plugin/registry.hpp"

#include <core_communication/repair_provider.hpp>

#include <boost/json/array.hpp>

#include <string>
#include <vector>

namespace commhost::cli {

/// What plugins can set right at their servers (repair_provider), and what came of it.
class doctor_repairs {
  public:
    /// What a plugin offered when it was asked what it finds.
    void add(const std::string& plugin, const std::vector<core_communication::repair_offer>& offers);

    bool empty() const { return repairs_.empty(); }

    /// Has each plugin do what it offered, and puts what it found then in the place of what it found before. The audit has what
    /// was done. Where a plugin could not be asked, that is one more finding.
    void carry_out(context& shared, const plugin::plugin_set& plugins, std::vector<finding>& findings);

    /// What would be changed, for a question to the admin.
    std::string question() const;

    /// For people: what was done; or, when nothing was, what could be.
    void show(const output& out) const;

    /// For --json; outcome and found are null where nothing was done.
    boost::json::array document() const;

  private:
    struct repair {
        std::string plugin;
        core_communication::repair_offer offered;
        std::string outcome;  ///< Empty: not carried out.
        std::string found;
    };

    void take(repair& done, const finding& now, std::vector<finding>& findings) const;

    std::vector<repair> repairs_;
};

}  // namespace commhost::cli
