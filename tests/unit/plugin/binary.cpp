#include "plugin/binary.hpp"

#include "plugin/binary_check.hpp"
#include "plugin/codes.hpp"
#include "plugin/sealed_library.hpp"
#include "plugin_fixtures.hpp"
#include "text/file_content.hpp"

#include <doctest/doctest.h>
#include <elf.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

using namespace commhost;

namespace {

const plugin::binary_requirement host{{EM_X86_64, ELFCLASS64, ELFDATA2LSB},
                                      {{"interface", "1"},
                                       {"compiler_abi", "1017"},
                                       {"string_abi", "1"},
                                       {"rtti", "1"},
                                       {"stdlib", "libstdc++"},
                                       {"sdk", "1.2.0"}}};

plugin::binary fitting() {
    plugin::binary fits;
    fits.kind = host.kind;
    fits.shared_object = true;
    fits.needed = {"libcore_communication.so.1", "libstdc++.so.6", "libc.so.6"};
    fits.exported = {"communication_feature"};
    fits.stamp = host.stamp;
    return fits;
}

std::string problems_of(const plugin::binary& found) {
    return test::codes(plugin::check_binary(found, host, "libcommunication_example.so"));
}

/// The problems of a fitting file with one value of its stamp replaced.
std::string problems_with(const std::string& field, const std::string& value) {
    auto found = fitting();
    (*found.stamp)[field] = value;
    return problems_of(found);
}

plugin::binary read(const std::filesystem::path& file) {
    return plugin::read_binary(plugin::sealed_library(file).content(), file);
}

plugin::binary fault(std::string_view name) { return read(test::library(name)); }

}  // namespace

TEST_CASE("a file that fits has no problem") { CHECK(problems_of(fitting()).empty()); }

TEST_CASE("a file of another machine has that one problem") {
    auto found = fitting();
    found.kind.machine = EM_AARCH64;
    found.stamp.reset();
    const auto problems = plugin::check_binary(found, host, "libcommunication_example.so");
    REQUIRE(test::codes(problems) == "PLUGIN_BINARY_MACHINE");
    CHECK(problems[0].text() ==
          "libcommunication_example.so is for AArch64 64-bit. This machine takes x86-64 64-bit. It was not loaded.");
    found = fitting();
    found.kind.elf_class = ELFCLASS32;
    CHECK(problems_of(found) == "PLUGIN_BINARY_MACHINE");
}

TEST_CASE("a library of its own in the place of a shared one is refused") {
    auto found = fitting();
    found.needed = {"libc.so.6", "libcore_communication.so.1"};
    CHECK(problems_of(found) == "PLUGIN_BINARY_NEEDED");
    found.needed = {"libc.so.6", "libstdc++.so.6"};
    CHECK(problems_of(found) == "PLUGIN_BINARY_NEEDED");
}

TEST_CASE("no search path is taken, not even into the plugin's folder, and no library by its path") {
    for (const auto* path : {"/usr/lib", "", ".", "$ORIGIN", "$ORIGIN/lib", "$LIB"}) {
        auto found = fitting();
        found.search_paths = {path};
        CHECK_MESSAGE(problems_of(found) == "PLUGIN_BINARY_SEARCH_PATH", path);
    }
    for (const auto* needed : {"/tmp/libx.so", "./libx.so", "$ORIGIN/libx.so"}) {
        auto found = fitting();
        found.needed.emplace_back(needed);
        CHECK_MESSAGE(problems_of(found) == "PLUGIN_BINARY_SEARCH_PATH", needed);
    }
}

TEST_CASE("what has the loader do more than load the library is refused") {
    const auto with = [](auto change) {
        auto found = fitting();
        change(found);
        return problems_of(found);
    };
    CHECK(with([](plugin::binary& of) { of.loads_others = {"DT_AUDIT libx.so"}; }) == "PLUGIN_BINARY_LOADER");
    CHECK(with([](plugin::binary& of) { of.loader_flags = {"DF_1_GLOBAL"}; }) == "PLUGIN_BINARY_LOADER");
    CHECK(with([](plugin::binary& of) { of.executable_stack = true; }) == "PLUGIN_BINARY_STACK");
    CHECK(with([](plugin::binary& of) { of.text_relocations = true; }) == "PLUGIN_BINARY_WRITABLE_CODE");
    CHECK(with([](plugin::binary& of) { of.writable_code = true; }) == "PLUGIN_BINARY_WRITABLE_CODE");
}

TEST_CASE("a second C++ runtime is refused, of whichever kind") {
    auto found = fitting();
    found.own_runtime = "__cxa_throw";
    CHECK(problems_of(found) == "PLUGIN_BINARY_RUNTIME");
    found = fitting();
    found.needed.emplace_back("libc++.so.1");
    CHECK(problems_of(found) == "PLUGIN_BINARY_RUNTIME");
}

TEST_CASE("symbols that the whole process would share are refused, and a program instead of a library") {
    auto found = fitting();
    found.process_unique = {"_ZN7example7counterE", "_ZN7example5otherE"};
    const auto problems = plugin::check_binary(found, host, "x");
    REQUIRE(test::codes(problems) == "PLUGIN_BINARY_UNIQUE");
    CHECK(test::argument(problems[0].arguments, "count") == "2");
    found = fitting();
    found.shared_object = false;
    CHECK(problems_of(found) == "PLUGIN_BINARY_KIND");
}

TEST_CASE("a file without the entrance or without a stamp is refused") {
    auto found = fitting();
    found.exported.clear();
    found.stamp.reset();
    CHECK(problems_of(found) == "PLUGIN_FEATURE_MISSING PLUGIN_STAMP_MISSING");
}

TEST_CASE("every value of the stamp counts") {
    const std::string refused = "PLUGIN_STAMP_DIFFERS";
    CHECK(problems_with("interface", "2") == refused);
    CHECK(problems_with("string_abi", "0") == refused);
    CHECK(problems_with("rtti", "0") == refused);
    CHECK(problems_with("stdlib", "libc++") == refused);
    auto found = fitting();
    found.stamp->erase("rtti");
    const auto problems = plugin::check_binary(found, host, "x");
    REQUIRE(test::codes(problems) == refused);
    CHECK(problems[0].text() == "x was built with rtti=nothing. This host needs 1. It was not loaded.");
}

TEST_CASE("GCC and Clang count the same C++ ABI differently") {
    CHECK(problems_with("compiler_abi", "1002").empty());
    CHECK(problems_with("compiler_abi", "1019").empty());
    CHECK(problems_with("compiler_abi", "102") == "PLUGIN_STAMP_DIFFERS");
    CHECK(problems_with("compiler_abi", "2001") == "PLUGIN_STAMP_DIFFERS");
}

TEST_CASE("a plugin of an older SDK is taken, of a newer one not") {
    CHECK(problems_with("sdk", "1.0.9").empty());
    CHECK(problems_with("sdk", "1.2.7").empty());
    CHECK(problems_with("sdk", "1.3.0") == "PLUGIN_STAMP_DIFFERS");
    CHECK(problems_with("sdk", "2.0.0") == "PLUGIN_STAMP_DIFFERS");
}

TEST_CASE("a plugin that the SDK's function built fits this program") {
    const auto found = fault("good");
    CHECK(plugin::check_binary(found, plugin::own_requirement(), "x").empty());
    CHECK(found.shared_object);
    CHECK(found.search_paths.empty());
    CHECK(std::count(found.exported.begin(), found.exported.end(), "communication_feature") == 1);
    CHECK(found.exported.size() == 1);
    CHECK(found.stamp.value().at("stdlib") == "libstdc++");
}

TEST_CASE("the faults of real files are seen") {
    CHECK(fault("outside_rpath").search_paths == std::vector<std::string>{"$ORIGIN/../../lib"});
    CHECK(fault("wrong_stamp").stamp.value().at("interface") == "999");
    CHECK(!fault("no_stamp").stamp);
    CHECK(fault("missing_symbol").exported.empty());
}

TEST_CASE("what is no ELF file, or half of one, is refused") {
    const test::temporary_folder folder;
    const auto file = folder.path() / "x.so";
    const auto code_of = [&] { return test::thrown_by([&] { read(file); }).code(); };
    CHECK(code_of() == plugin::PLUGIN_BINARY_READ);
    test::write_file(file, "");
    CHECK(code_of() == plugin::PLUGIN_BINARY_READ);
    test::write_file(file, "not an ELF file at all, but long enough to be looked at");
    CHECK(code_of() == plugin::PLUGIN_BINARY_READ);

    const auto content = text::read_file(test::faults / "good/libcommunication_good.so", 10'000'000);
    for (std::size_t size = 16; size < content.size(); size += 997) {
        test::write_file(file, std::string_view(content).substr(0, size));
        // Cut off anywhere it either cannot be read or lacks what a plugin needs.
        bool refused = false;
        try {
            refused = !plugin::check_binary(read(file), plugin::own_requirement(), "x").empty();
        } catch (const message::error& thrown) {
            refused = thrown.code() == plugin::PLUGIN_BINARY_READ;
        }
        CHECK(refused);
    }
}

TEST_CASE("the faults of real files are seen without loading them") {
    CHECK(fault("executable_stack").executable_stack);
    CHECK(fault("writes_to_code").text_relocations);
    CHECK(fault("audits_others").loads_others == std::vector<std::string>{"DT_DEPAUDIT libwatcher.so"});
    CHECK(fault("filters_others").loads_others == std::vector<std::string>{"DT_FILTER libother.so"});
    CHECK(fault("interposes").loader_flags == std::vector<std::string>{"DF_1_INTERPOSE"});
    CHECK(fault("unique_symbol").process_unique == std::vector<std::string>{"_ZN7fixture13unique_symbol7counterE"});
    CHECK(fault("static_runtime").own_runtime.has_value());
    CHECK(!fault("good").own_runtime);
    CHECK(!read(test::probe_program).shared_object);
}

TEST_CASE("no byte of an ELF file can be such that reading it ends the host") {
    const auto content = text::read_file(test::library("good"), 10'000'000);
    const auto headers_end = sizeof(Elf64_Ehdr) + 16 * sizeof(Elf64_Phdr);
    const auto outcome_of = [](const std::string& changed) {
        try {
            plugin::check_binary(plugin::read_binary(changed, "x"), plugin::own_requirement(), "x");
        } catch (const message::error& thrown) {
            return thrown.code() == plugin::PLUGIN_BINARY_READ;
        }
        return true;
    };
    for (std::size_t at = 4; at < headers_end; ++at) {
        for (const char value : {'\x00', '\x01', '\x7f', '\xff'}) {
            auto changed = content;
            changed[at] = value;
            CHECK_MESSAGE(outcome_of(changed), at);
        }
    }
    // The tables, which begin behind the headers and are small in a file of this kind.
    for (std::size_t at = headers_end; at < std::min<std::size_t>(content.size(), 16'384); at += 3) {
        auto changed = content;
        changed.replace(at, std::min<std::size_t>(8, content.size() - at), 8, '\xff');
        CHECK_MESSAGE(outcome_of(changed), at);
    }
}

namespace {

/// The file "good" with one program header changed.
std::string with_segment(std::uint32_t type, const std::function<void(Elf64_Phdr&)>& change) {
    auto content = text::read_file(test::library("good"), 10'000'000);
    Elf64_Ehdr header{};
    std::memcpy(&header, content.data(), sizeof header);
    for (std::size_t index = 0; index < header.e_phnum; ++index) {
        Elf64_Phdr segment{};
        auto* const place = content.data() + header.e_phoff + index * sizeof segment;
        std::memcpy(&segment, place, sizeof segment);
        if (segment.p_type != type) continue;
        change(segment);
        std::memcpy(place, &segment, sizeof segment);
        break;
    }
    return content;
}

std::string reason_against(const std::string& content) {
    const auto thrown = test::thrown_by([&] { plugin::read_binary(content, "x"); });
    CHECK(thrown.code() == plugin::PLUGIN_BINARY_READ);
    return test::argument(thrown.arguments(), "reason");
}

}  // namespace

TEST_CASE("headers that lead out of the file or contradict each other are refused") {
    constexpr auto huge = ~std::uint64_t{0} - 8;
    CHECK(reason_against(with_segment(PT_LOAD, [&](auto& of) { of.p_offset = huge; })).find("outside of the file") !=
          std::string::npos);
    CHECK(reason_against(with_segment(PT_LOAD, [&](auto& of) { of.p_filesz = huge; })).find("outside of the file") !=
          std::string::npos);
    CHECK(reason_against(with_segment(PT_LOAD, [&](auto& of) { of.p_memsz = 1; })).find("contradict") !=
          std::string::npos);
    CHECK(reason_against(with_segment(PT_LOAD, [&](auto& of) { of.p_memsz = 1ULL << 40U; })).find("overlaps") !=
          std::string::npos);
    CHECK(reason_against(with_segment(PT_DYNAMIC, [&](auto& of) { of.p_type = PT_NULL; })) ==
          "it has no dynamic section");
    CHECK(reason_against(with_segment(PT_DYNAMIC, [&](auto& of) { of.p_offset += 16; })) ==
          "its dynamic section stands at two places");
    CHECK(reason_against(with_segment(PT_DYNAMIC, [&](auto& of) { of.p_filesz = 16; })) ==
          "its dynamic section has no end");
    CHECK(reason_against(with_segment(PT_GNU_STACK, [&](auto& of) {
              of.p_type = PT_DYNAMIC;
          })).starts_with("it has two segments"));
}

TEST_CASE("a table of hashes that claims to be larger than the file is refused at once") {
    auto content = text::read_file(test::library("good"), 10'000'000);
    Elf64_Ehdr header{};
    std::memcpy(&header, content.data(), sizeof header);
    for (std::size_t index = 0; index < header.e_shnum; ++index) {
        Elf64_Shdr section{};
        std::memcpy(&section, content.data() + header.e_shoff + index * sizeof section, sizeof section);
        if (section.sh_type != SHT_GNU_HASH) continue;
        const std::uint32_t buckets = 0xffffffff;
        std::memcpy(content.data() + section.sh_offset, &buckets, sizeof buckets);
    }
    CHECK(reason_against(content) == "a hash table of it leaves its segment");
}

TEST_CASE("a file that says nothing about its stack counts as one that wants to run code there") {
    const auto content = with_segment(PT_GNU_STACK, [](auto& of) { of.p_type = PT_NULL; });
    CHECK(plugin::read_binary(content, "x").executable_stack);
}
