#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace commhost::plugin {

/// A variable of the environment by its name.
using environment = std::function<std::optional<std::string>(std::string_view name)>;

/// The environment of this process as it is now: a worker's is reduced later.
environment process_environment();

/// Keeps secrets out of the database in the clear: what is stored is a reference, or the secret sealed under the host's
/// own key (libsodium's crypto_secretbox). Any thread.
///
///     file:/path             the file without the line break at its end; others must have no access to it
///     env:NAME               the environment of the process that uses it
///     credential:NAME        a file of $CREDENTIALS_DIRECTORY (systemd.exec, LoadCredential=)
///     sealed:v1:...          made by seal()
class secrets {
  public:
    /// key_file: made with a new key and mode 0600 when something is first sealed.
    explicit secrets(std::filesystem::path key_file, environment variables = process_environment());

    /// Whether text is one of the four forms above, which are stored as they are.
    static bool is_reference(std::string_view text);

    /// Throws message::error (SECRET_REFERENCE) for a reference that leads nowhere, on whatever machine: a relative path, a
    /// credential's name that is none, a variable without a name. Text of no such form is none.
    static void check_form(std::string_view text);

    /// What to store for a secret. purpose: what it is for ("communication_matrix/access_token"); a sealed text copied to
    /// another place does not open there. Throws message::error (SECRET_KEY).
    std::string seal(std::string_view purpose, std::string_view secret) const;

    /// The secret that a text stands for; text of none of the forms, as a configuration file may hold, is the secret itself.
    /// Throws message::error: SECRET_REFERENCE (names the reference, never the secret), SECRET_KEY, SECRET_SEAL (made with
    /// another key, for another purpose, or damaged).
    std::string open(std::string_view purpose, std::string_view text) const;

  private:
    std::string unseal(std::string_view purpose, std::string_view sealed) const;

    std::filesystem::path key_file_;
    environment variables_;
};

}  // namespace commhost::plugin
