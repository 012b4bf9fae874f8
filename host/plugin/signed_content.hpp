#pragma once

#include "plugin/checksums.hpp"
#include "plugin/problem.hpp"
#include "plugin/trusted_keys.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::plugin {

/// What becomes of a plugin whose folder is not signed in full with a trusted key.
enum class trust_policy : std::uint8_t {
    off,      ///< Nobody looks at its checksums and its signature.
    warn,     ///< It is used, with a notice.
    require,  ///< It is refused.
};

std::string_view to_string(trust_policy which);

/// Empty for none of the three.
std::optional<trust_policy> parse_trust_policy(std::string_view name);

struct trust_settings {
    trust_policy policy = trust_policy::off;
    std::filesystem::path keys = "/etc/commhost/trusted_keys";  ///< See trusted_keys.
};

/// What a folder's SHA256SUMS and SHA256SUMS.minisig are worth.
struct signature_verdict {
    std::string signed_by;        ///< The id of the trusted key; empty unless everything is in order.
    std::string trusted_comment;  ///< What the signer wrote about it.
    std::vector<problem> faults;
};

/// found: the checksums of all files in folder, as they were read. Reads the two files once more, which therefore count
/// only with the content that found has of them. Never throws for what a folder holds.
signature_verdict judge_signature(const std::filesystem::path& folder, const checksums& found,
                                  std::span<const trusted_key> keys);

}  // namespace commhost::plugin
