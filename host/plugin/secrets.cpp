#include "plugin/secrets.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "text/base64.hpp"
#include "text/descriptor.hpp"
#include "text/file_content.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <system_error>
#include <utility>
#include <vector>

namespace commhost::plugin {

namespace {

constexpr std::string_view file_prefix = "file:";
constexpr std::string_view variable_prefix = "env:";
constexpr std::string_view credential_prefix = "credential:";
constexpr std::string_view sealed_prefix = "sealed:v1:";
constexpr std::size_t most_bytes = 16'384;
constexpr std::size_t digits_of_key = std::size_t{2} * crypto_secretbox_KEYBYTES;

using key = std::array<unsigned char, crypto_secretbox_KEYBYTES>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

void start_sodium() {
    static const int started = ::sodium_init();
    if (started < 0)
        throw message::error(SECRET_KEY, {{"file", "libsodium"}, {"reason", message::phrase("reason_library_start")}});
}

[[noreturn]] void refuse_key(const std::filesystem::path& file, const std::string& reason) {
    throw message::error(SECRET_KEY, {{"file", file.string()}, {"reason", reason}});
}

[[noreturn]] void refuse_reference(std::string_view reference, const std::string& reason) {
    throw message::error(SECRET_REFERENCE, {{"reference", std::string(reference)}, {"reason", reason}});
}

/// Returns errno, 0 when it is done.
int sync_folder(const std::filesystem::path& folder) {
    const text::descriptor opened(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return !opened || ::fsync(opened.number()) != 0 ? errno : 0;
}

/// Written whole under another name first, so that no other process ever reads half a key; link() fails where another
/// process was faster, whose key then counts.
void make_key_file(const std::filesystem::path& file) {
    key fresh{};
    ::randombytes_buf(fresh.data(), fresh.size());
    std::array<char, digits_of_key + 1> digits{};
    ::sodium_bin2hex(digits.data(), digits.size(), fresh.data(), fresh.size());
    digits.back() = '\n';

    std::string name = file.string() + ".XXXXXX";
    const text::descriptor made(::mkostemp(name.data(), O_CLOEXEC));  // mode 0600
    if (!made) refuse_key(file, std::strerror(errno));
    const auto failed_call = [](bool failed) { return failed ? errno : 0; };
    int error = text::write_all(made.number(), {digits.data(), digits.size()}).value();
    if (error == 0) error = failed_call(::fsync(made.number()) != 0);
    if (error == 0) error = failed_call(::link(name.c_str(), file.c_str()) != 0 && errno != EEXIST);
    const int left = failed_call(::unlink(name.c_str()) != 0);
    ::sodium_memzero(digits.data(), digits.size());
    if (error == 0) error = left;  // else a copy of the key would lie about
    // The name, too, must last before anything is sealed with the key.
    if (error == 0) error = sync_folder(file.parent_path());
    if (error != 0) refuse_key(file, std::strerror(error));
}

key read_key(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) refuse_key(file, std::strerror(errno));
    if ((status.st_mode & 077U) != 0)
        refuse_key(file,
                   message::phrase("reason_mode_key", {{"mode", fmt::format("{:04o}", status.st_mode & 07777U)}}));
    std::string digits;
    try {
        digits = text::read_file(file, most_bytes);
    } catch (const std::system_error& failed) {  // becomes a message with a code
        refuse_key(file, failed.code().message());
    }
    while (digits.ends_with('\n')) digits.pop_back();
    key content{};
    std::size_t length = 0;
    const char* end = nullptr;
    const bool fits =
        digits.size() == digits_of_key &&
        ::sodium_hex2bin(content.data(), content.size(), digits.data(), digits.size(), nullptr, &length, &end) == 0 &&
        length == content.size();
    ::sodium_memzero(digits.data(), digits.size());
    if (!fits) refuse_key(file, message::phrase("reason_key_digits"));
    return content;
}

/// The purpose is sealed together with the secret, so that a sealed text does not open in another place.
std::string with_purpose(std::string_view purpose, std::string_view secret) {
    std::string text(purpose);
    text += '\0';
    return text.append(secret);
}

std::string without_line_break(std::string text) {
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    return text;
}

std::string content_of(std::string_view reference, const std::filesystem::path& file) {
    try {
        return without_line_break(text::read_file(file, most_bytes));
    } catch (const std::system_error& failed) {  // becomes a message that names the reference
        refuse_reference(reference, failed.code().message());
    }
}

std::string from_file(std::string_view reference, const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) refuse_reference(reference, std::strerror(errno));
    if ((status.st_mode & 027U) != 0)
        refuse_reference(reference, message::phrase("reason_mode_secret",
                                                    {{"mode", fmt::format("{:04o}", status.st_mode & 07777U)}}));
    return content_of(reference, file);
}

std::string from_credential(std::string_view reference, std::string_view name, const environment& variables) {
    const auto folder = variables("CREDENTIALS_DIRECTORY");
    if (!folder) refuse_reference(reference, message::phrase("reason_no_credentials"));
    return content_of(reference, std::filesystem::path(*folder) / name);
}

}  // namespace

environment process_environment() {
    std::map<std::string, std::string, std::less<>> variables;
    for (char** variable = ::environ; variable != nullptr && *variable != nullptr; ++variable) {
        const std::string_view line(*variable);
        const auto equals = line.find('=');
        if (equals != std::string_view::npos) variables.emplace(line.substr(0, equals), line.substr(equals + 1));
    }
    return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
}

secrets::secrets(std::filesystem::path key_file, environment variables)
    : key_file_(std::move(key_file)), variables_(std::move(variables)) {}

bool secrets::is_reference(std::string_view text) {
    constexpr std::array prefixes{file_prefix, variable_prefix, credential_prefix, sealed_prefix};
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](std::string_view prefix) { return text.starts_with(prefix); });
}

void secrets::check_form(std::string_view text) {
    if (text.starts_with(file_prefix) && !std::filesystem::path(text.substr(file_prefix.size())).is_absolute())
        refuse_reference(text, message::phrase("reason_path_relative"));
    if (text == variable_prefix) refuse_reference(text, message::phrase("reason_variable_unset"));
    if (!text.starts_with(credential_prefix)) return;
    const auto name = text.substr(credential_prefix.size());
    if (name.empty() || name.find('/') != std::string_view::npos)
        refuse_reference(text, message::phrase("reason_credential_name"));
}

std::string secrets::seal(std::string_view purpose, std::string_view secret) const {
    start_sodium();
    if (!std::filesystem::exists(key_file_)) make_key_file(key_file_);
    auto with = read_key(key_file_);
    auto clear = with_purpose(purpose, secret);
    std::vector<unsigned char> box(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + clear.size());
    ::randombytes_buf(box.data(), crypto_secretbox_NONCEBYTES);
    ::crypto_secretbox_easy(box.data() + crypto_secretbox_NONCEBYTES, bytes_of(clear), clear.size(), box.data(),
                            with.data());
    ::sodium_memzero(with.data(), with.size());
    ::sodium_memzero(clear.data(), clear.size());

    return std::string(sealed_prefix) + text::to_base64({reinterpret_cast<const char*>(box.data()), box.size()});
}

std::string secrets::open(std::string_view purpose, std::string_view text) const {
    check_form(text);
    std::string secret;
    if (text.starts_with(file_prefix)) {
        secret = from_file(text, std::filesystem::path(text.substr(file_prefix.size())));
    } else if (text.starts_with(credential_prefix)) {
        secret = from_credential(text, text.substr(credential_prefix.size()), variables_);
    } else if (text.starts_with(variable_prefix)) {
        const auto found = variables_(text.substr(variable_prefix.size()));
        if (!found) refuse_reference(text, message::phrase("reason_variable_unset"));
        secret = *found;
    } else if (text.starts_with(sealed_prefix)) {
        return unseal(purpose, text.substr(sealed_prefix.size()));
    } else {
        return std::string(text);
    }
    if (secret.empty()) refuse_reference(text, message::phrase("reason_secret_empty"));
    return secret;
}

std::string secrets::unseal(std::string_view purpose, std::string_view sealed) const {
    start_sodium();
    auto with = read_key(key_file_);
    const auto decoded = text::from_base64(sealed);
    const auto beginning = with_purpose(purpose, "");
    std::string clear;
    bool opened = false;
    if (decoded && decoded->size() >= crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES) {
        const auto* box = reinterpret_cast<const unsigned char*>(decoded->data());
        clear.resize(decoded->size() - crypto_secretbox_NONCEBYTES - crypto_secretbox_MACBYTES);
        opened = ::crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(clear.data()),
                                              box + crypto_secretbox_NONCEBYTES,
                                              decoded->size() - crypto_secretbox_NONCEBYTES, box, with.data()) == 0 &&
                 clear.starts_with(beginning);
    }
    ::sodium_memzero(with.data(), with.size());
    if (!opened) throw message::error(SECRET_SEAL, {{"purpose", std::string(purpose)}, {"file", key_file_.string()}});
    return clear.substr(beginning.size());
}

}  // namespace commhost::plugin
