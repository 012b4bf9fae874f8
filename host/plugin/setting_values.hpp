#pragma once

#include "plugin/json_document.hpp"
#include "plugin/secrets.hpp"
#include "plugin/settings_schema.hpp"

#include <core_communication/settings.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace commhost::plugin {

/// Where a value comes from. Later ones win.
enum class setting_origin : std::uint8_t { unset, default_value, stored, configuration, environment };

std::string_view to_string(setting_origin which);

/// A value as text (parse_setting); what is JSON and no string comes as its JSON text: 30, true, ["a","b"].
struct setting_text {
    /// A value that stands in a JSON document and is no string there.
    struct json_source {
        setting_type fits;  ///< The type that is written so: integer, boolean or list.
        std::string file;
        std::string pointer;

        friend bool operator==(const json_source&, const json_source&) = default;
    };

    setting_text() = default;
    setting_text(std::string written) : text(std::move(written)) {}
    setting_text(const char* written) : text(written) {}

    std::string text;
    std::optional<json_source> source;

    friend bool operator==(const setting_text&, const setting_text&) = default;
};

/// Values by name.
using setting_texts = std::map<std::string, setting_text, std::less<>>;

/// The members of a JSON object as such texts. Throws message::error (JSON_CONTENT) for what is no object, and for a
/// member that no setting can have: null, an object, a fraction.
setting_texts texts_of(const json_place& object);

/// The same of those members that are declared; what others are is nobody's business here.
setting_texts texts_of(const json_place& object, const std::vector<setting>& declared);

/// The values of one place. An admin wrote configuration and environment, so a name there that the schema lacks is an
/// error; a stored one may be left over from another version of the plugin and is passed over.
struct setting_layer {
    setting_origin origin = setting_origin::stored;
    setting_texts values;
};

/// A setting as an admin sees it.
struct effective_setting {
    const setting* declared;  ///< In the schema given to effective_settings.
    setting_origin origin = setting_origin::unset;
    std::string text;  ///< Not to be shown: of a secret it is what is stored.

    /// For people and for --json: the text, or "(set)" for a secret that has a value.
    std::string shown() const;
};

/// Puts the layers, in rising order, over the defaults of the schema and checks every value; one entry for each setting, in
/// the schema's order. Throws message::error: SETTING_VALUE, SETTING_UNKNOWN, JSON_CONTENT for a number, true, false or an
/// array where the setting is of a type that is not written so. A required setting without a value is no
/// error here (missing_settings tells them), so that the others can be listed. component: for the message.
std::vector<effective_setting> effective_settings(std::string_view component, const std::vector<setting>& schema,
                                                  std::span<const setting_layer> layers);

/// The names of the required settings that have no value.
std::vector<std::string> missing_settings(std::span<const effective_setting> settings);

/// The settings as a plugin sees them. Immutable; any thread.
class setting_values final : public core_communication::settings {
  public:
    /// Opens the secrets. component: as in purpose_of. A setting that nobody set and that has no default is empty text, 0,
    /// false or an empty list. Throws message::error: SETTING_MISSING, SECRET_...
    setting_values(std::string_view component, std::span<const effective_setting> settings, const secrets& opened_with);

    std::string text(std::string_view name) const override;
    std::int64_t integer(std::string_view name) const override;
    bool boolean(std::string_view name) const override;
    std::chrono::seconds duration(std::string_view name) const override;
    std::vector<std::string> list(std::string_view name) const override;

    /// The values of type url: what the plugin's http service may talk to.
    std::vector<std::string> urls() const;

    /// The secrets themselves: what must never reach a log.
    std::vector<std::string> secret_texts() const;

  private:
    struct named {
        setting_type type;
        setting_content content;
    };
    template <class Content>
    const Content& of(std::string_view name, std::string_view function) const;
    std::vector<std::string> texts_of(setting_type type) const;

    std::map<std::string, named, std::less<>> values_;
};

/// Throws message::error (SETTING_UNKNOWN), naming the settings that there are.
[[noreturn]] void refuse_unknown(std::string_view component, const std::vector<setting>& schema, std::string_view name);

/// What a component's secret is sealed for: "communication_matrix/access_token".
std::string purpose_of(std::string_view component, std::string_view name);

}  // namespace commhost::plugin
