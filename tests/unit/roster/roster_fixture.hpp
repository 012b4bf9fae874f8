#pragma once

#include "message/error.hpp"
#include "roster/package.hpp"
#include "roster/roster.hpp"
#include "text/ascii.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace commhost::test {

inline const std::filesystem::path fixtures = COMMHOST_FIXTURES;

/// A package that lies nowhere but in the test.
class package_in_memory final : public roster::package {
  public:
    std::optional<std::string> find(std::string_view lower_name) const override {
        for (const auto& [name, content] : files)
            if (text::lower(name) == lower_name) return name;
        return std::nullopt;
    }
    std::string read(const std::string& name) const override { return files.at(name); }

    std::map<std::string, std::string> files;
};

/// A sound bulk package of version 1.1: u1 teaches the class c1, u2 learns in it. A test adds its fault.
inline package_in_memory small_package() {
    package_in_memory package;
    package.files = {
        {"manifest.csv",
         "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.users,bulk\nfile.classes,bulk\n"
         "file.enrollments,bulk\n"},
        {"users.csv", "sourcedId,status,enabledUser,username,givenName,familyName,email\n"
                      "u1,,true,ada,Ada,Lovelace,ada@school.example\n"
                      "u2,,true,alan,Alan,Turing,\n"},
        {"classes.csv", "sourcedId,status,title,classCode\nc1,,Physics,PHY-1\n"},
        {"enrollments.csv", "sourcedId,status,classSourcedId,userSourcedId,role,beginDate,endDate\n"
                            "e1,,c1,u1,teacher,,\n"
                            "e2,,c1,u2,student,2026-09-01,2027-07-01\n"},
    };
    return package;
}

/// "CODE users.csv:3", for each problem in order.
inline std::vector<std::string> problems_of(const roster::problem_list& problems) {
    std::vector<std::string> found;
    for (const auto& problem : problems.kept())
        found.push_back(std::string(problem.code.id()) + " " + problem.place.text());
    return found;
}

using lines = std::vector<std::string>;

/// What the refusal says, with its code in front; "" when nothing is refused.
template <class Work>
std::string refusal(Work&& work) {
    try {
        work();
    } catch (const message::error& refused) {
        return refused.what();
    }
    return "";
}

inline std::string whole_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream content;
    content << file.rdbuf();
    return content.str();
}

inline void write_file(const std::filesystem::path& path, std::string_view content) {
    std::ofstream(path, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
}

}  // namespace commhost::test
