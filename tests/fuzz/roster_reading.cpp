#include "roster_reading.hpp"

#include "expectation.hpp"

#include <algorithm>

namespace commhost::fuzz {

namespace {

// roster/README.md: an id has at most 255 bytes, a text at most 1000; a display name is two of them and a blank.
constexpr std::size_t longest_id = 255;
constexpr std::size_t longest_text = 2001;

void expect_id(std::string_view id, std::string_view whose) {
    expect(!id.empty() && id.size() <= longest_id, "an id has 1 to 255 bytes");
    expect_line(id, whose);
}

void expect_text(std::string_view text, std::string_view whose) {
    expect(text.size() <= longest_text, "a text keeps its limit");
    expect_line(text, whose);
}

template <class Record>
bool same_entries(const std::vector<roster::entry<Record>>& left, const std::vector<roster::entry<Record>>& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const auto& one, const auto& other) {
        return one.record == other.record && one.removed == other.removed && one.from.file == other.from.file &&
               one.from.line == other.from.line && one.from.group == other.from.group;
    });
}

bool same_problems(const roster::problem_list& left, const roster::problem_list& right) {
    return left.left_out() == right.left_out() && left.noted() == right.noted() &&
           std::equal(left.kept().begin(), left.kept().end(), right.kept().begin(), right.kept().end(),
                      [](const auto& one, const auto& other) { return one.text() == other.text(); });
}

}  // namespace

void expect_sound(const roster::roster& read) {
    for (const auto& [user, from, removed] : read.users) {
        expect_id(user.external_id, "a user's id");
        if (!removed) expect_id(user.username, "a username");
        for (const auto& text : {user.given_name, user.family_name, user.display_name, user.email})
            expect_text(text, "a user's text");
        expect(!read.where(from).text().empty(), "a user stands somewhere");
    }
    for (const auto& [instance, from, removed] : read.instances) {
        expect_id(instance.key.external_id, "an instance's id");
        if (!removed) expect(!instance.name.empty(), "an instance has a name");
        expect_text(instance.name, "an instance's name");
        expect_line(instance.topic, "an instance's topic");
        expect(!read.where(from).text().empty(), "an instance stands somewhere");
    }
    for (const auto& [membership, from, removed] : read.memberships) {
        expect_id(membership.key.user, "a membership's user");
        expect_id(membership.key.instance.external_id, "a membership's instance");
        expect_line(membership.role, "a role");
        expect(!read.where(from).text().empty(), "a membership stands somewhere");
    }
    for (const auto& problem : read.problems.kept()) {
        auto arguments = problem.arguments;
        expect(!problem.place.file.empty(), "a problem says where it is");
        arguments.emplace_back("place", problem.place.text());
        expect_sound(problem.code, arguments);
        expect_line(problem.text(), problem.code.id());
    }
}

bool same(const roster::roster& left, const roster::roster& right) {
    return left.users_scope == right.users_scope && left.instances_scope == right.instances_scope &&
           left.memberships_scope == right.memberships_scope && same_entries(left.users, right.users) &&
           same_entries(left.instances, right.instances) && same_entries(left.memberships, right.memberships) &&
           left.unreadable_users == right.unreadable_users && left.unreadable_instances == right.unreadable_instances &&
           left.unreadable_memberships == right.unreadable_memberships &&
           left.unreadable_members == right.unreadable_members && left.files == right.files &&
           same_problems(left.problems, right.problems);
}

}  // namespace commhost::fuzz
