#include "cli/commands.hpp"
#include "cli/problems.hpp"
#include "message/error.hpp"
#include "plugin/registry.hpp"
#include "text/utf8.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;

json::object to_json(const plugin::trusted_key& each) {
    return {{"id", each.key.id}, {"comment", each.key.comment}, {"file", each.file.string()}};
}

void list(context& shared) {
    const auto& settings = shared.configuration().host.plugin_trust;
    std::vector<plugin::problem> problems;
    const auto keys = shared.host().registry().keys().read(problems);
    if (!problems.empty()) shared.status = exit_status::failed;
    if (shared.out.json()) {
        json::array documents;
        for (const auto& each : keys) documents.push_back(to_json(each));
        shared.out.document(json::object{{"policy", std::string(to_string(settings.policy))},
                                         {"folder", settings.keys.string()},
                                         {"keys", std::move(documents)},
                                         {"problems", cli::to_json(problems)}});
        return;
    }
    shared.out.fields(
        {{"field_policy", std::string(to_string(settings.policy))}, {"field_folder", settings.keys.string()}});
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : keys) rows.push_back({each.key.id, each.file.filename().string(), each.key.comment});
    shared.out.table({"heading_key", "heading_file", "heading_comment"}, rows);
    print_problems(shared.out, problems);
}

void add(context& shared, const std::string& file) {
    plugin::trusted_key added;
    const bool is_new = shared.host().registry().keys().add(file, added);
    if (shared.out.json()) {
        auto document = to_json(added);
        document["added"] = is_new;
        shared.out.document(document);
    } else {
        shared.out.line(message::phrase(is_new ? "trust_added" : "trust_known",
                                        {{"key", added.key.id}, {"file", added.file.string()}}));
    }
}

void remove(context& shared, const std::string& id) {
    const auto files = shared.host().registry().keys().remove(id);
    if (shared.out.json()) {
        json::array removed;
        for (const auto& each : files) removed.emplace_back(each.string());
        shared.out.document(json::object{{"id", id}, {"removed", std::move(removed)}});
        return;
    }
    for (const auto& each : files) shared.out.line(message::phrase("trust_removed", {{"file", each.string()}}));
}

/// Fails when one of them is not signed in full with a trusted key, whatever the policy is.
void check(context& shared, const std::string& name) {
    const auto checked = shared.host().registry().check_signatures(name);
    json::array documents;
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : checked) {
        const auto& verdict = each.verdict;
        if (verdict.signed_by.empty()) shared.status = exit_status::failed;
        documents.push_back(json::object{
            {"plugin", each.name},
            {"folder", each.folder.string()},
            {"signed_by", verdict.signed_by.empty() ? json::value(nullptr) : json::value(verdict.signed_by)},
            {"trusted_comment", verdict.trusted_comment},
            {"problems", cli::to_json(verdict.faults)}});
        rows.push_back({each.name, verdict.signed_by.empty() ? "-" : verdict.signed_by, verdict.trusted_comment});
    }
    if (shared.out.json()) {
        shared.out.document(json::object{{"plugins", std::move(documents)}});
        return;
    }
    shared.out.table({"heading_plugin", "heading_signed_by", "heading_comment"}, rows);
    for (const auto& each : checked) {
        if (each.verdict.faults.empty()) continue;
        shared.out.line(fmt::format("\n{}:", text::printable(each.name)));
        print_problems(shared.out, each.verdict.faults);
    }
}

}  // namespace

void add_trust_commands(const command& plugins, context& shared) {
    const auto trust = plugins.subcommand("trust", "help_trust");
    const auto word = std::make_shared<std::string>();

    trust.subcommand("list", "help_trust_list").examples({"commhost plugin trust list"}).runs([&shared] {
        list(shared);
    });

    const auto add_command = trust.subcommand("add", "help_trust_add");
    add_command.option("FILE", *word, "help_trust_add_file").required();
    add_command.examples({"commhost plugin trust add minisign.pub"}).runs([word, &shared] { add(shared, *word); });

    const auto remove_command = trust.subcommand("remove", "help_trust_remove");
    remove_command.option("KEYID", *word, "help_trust_remove_id").required();
    remove_command.examples({"commhost plugin trust remove E7620F1842B4E81F"}).runs([word, &shared] {
        remove(shared, *word);
    });

    const auto check_command = trust.subcommand("check", "help_trust_check");
    check_command.option("NAME", *word, "help_doctor_plugin");
    check_command.examples({"commhost plugin trust check matrix"}).runs([word, &shared] { check(shared, *word); });
}

}  // namespace commhost::cli
