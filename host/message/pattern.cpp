#include "message/pattern.hpp"

#include "message/plural_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

namespace commhost::message {

namespace {

struct node;
using nodes = std::vector<node>;

/// A part of a pattern; views into it.
struct node {
    enum class kind : std::uint8_t { literal, placeholder, number_sign, plural, select };

    kind what;
    std::string_view text;   ///< Of a literal its text, else the argument's name.
    std::string_view whole;  ///< As it is written.
    std::vector<std::pair<std::string_view, nodes>> branches;
};

bool is_letter(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || character == '_';
}
bool is_digit(char character) { return character >= '0' && character <= '9'; }
bool is_blank(char character) { return character == ' ' || character == '\t' || character == '\n'; }

constexpr std::array<std::string_view, 6> plural_categories{"zero", "one", "two", "few", "many", "other"};

/// Deeper than any sentence goes; what is deeper stays as it is written.
constexpr int deepest = 8;

/// Reads a pattern in one pass. The first fault in a plural or select ends it, so that no input, however hostile,
/// is read over and over again; the pattern is then read once more for its plain placeholders.
class parser {
  public:
    enum class choices : std::uint8_t { read, left };

    parser(std::string_view pattern, choices how) : rest_(pattern), choices_(how) {}

    nodes parse() { return sequence(nullptr, false, 0); }

    /// A sentence without a full stop; empty when the pattern is well formed.
    const std::string& fault() const { return fault_; }

  private:
    /// As far as the end, or in a branch as far as the brace that closes it, which is left.
    nodes sequence(const node* plural, bool in_branch, int depth) {
        nodes result;
        int open_literals = 0;
        const char* literal = rest_.data();
        const auto end_literal = [&] {
            const std::string_view text(literal, static_cast<std::size_t>(rest_.data() - literal));
            if (!text.empty()) result.push_back({node::kind::literal, text, text, {}});
        };
        while (!rest_.empty() && fault_.empty()) {
            const char next = rest_.front();
            if (next == '}' && in_branch && open_literals == 0) break;
            const auto begin = rest_;
            std::optional<node> special;
            if (next == '#' && plural != nullptr) {
                special = node{node::kind::number_sign, plural->text, {}, {}};
                rest_.remove_prefix(1);
            } else if (next == '{') {
                special = braces(plural, depth);
            }
            const auto after = rest_;
            rest_ = begin;
            if (special) {
                end_literal();
                special->whole = begin.substr(0, begin.size() - after.size());
                result.push_back(std::move(*special));
                rest_ = after;
                literal = rest_.data();
                continue;
            }
            if (next == '{') ++open_literals;
            if (next == '}' && open_literals > 0) --open_literals;
            rest_.remove_prefix(1);
        }
        end_literal();
        return result;
    }

    /// What begins with this brace; nothing when the brace stands for itself, or for a fault.
    std::optional<node> braces(const node* plural, int depth) {
        rest_.remove_prefix(1);
        skip_blanks();
        const auto name = word();
        if (name.empty()) return std::nullopt;
        skip_blanks();
        if (take('}')) return node{node::kind::placeholder, name, {}, {}};
        if (choices_ == choices::left || !take(',')) return std::nullopt;
        skip_blanks();
        const auto type = word();
        skip_blanks();
        if (type.empty() || rest_.empty() || (rest_.front() != ',' && rest_.front() != '}')) return std::nullopt;
        node made{type == "plural" ? node::kind::plural : node::kind::select, name, {}, {}};
        if (type != "plural" && type != "select") {
            refuse(name, "'" + std::string(type) + "' is neither plural nor select");
        } else if (depth >= deepest) {
            refuse(name, "it is nested too deep");
        } else if (!take(',')) {
            refuse(name, "no branch follows");
        } else {
            read_branches(made, plural, depth);
        }
        return fault_.empty() ? std::optional(std::move(made)) : std::nullopt;
    }

    void read_branches(node& into, const node* around, int depth) {
        const bool plural = into.what == node::kind::plural;
        const auto has = [&into](std::string_view selector) {
            return std::any_of(into.branches.begin(), into.branches.end(),
                               [&](const auto& branch) { return branch.first == selector; });
        };
        for (skip_blanks(); !take('}'); skip_blanks()) {
            const auto selector = selector_word();
            skip_blanks();
            if (selector.empty() || !take('{')) return refuse(into.text, "a branch is SELECTOR {text}");
            if (plural && selector.front() != '=' &&
                std::find(plural_categories.begin(), plural_categories.end(), selector) == plural_categories.end())
                return refuse(into.text, "'" + std::string(selector) + "' is no plural category");
            if (has(selector)) return refuse(into.text, "the branch '" + std::string(selector) + "' stands twice");
            auto content = sequence(plural ? &into : around, true, depth + 1);
            if (!fault_.empty()) return;
            if (!take('}')) return refuse(into.text, "a brace is not closed");
            into.branches.emplace_back(selector, std::move(content));
        }
        if (!has("other")) refuse(into.text, "the branch 'other' is missing");
    }

    void refuse(std::string_view name, std::string_view what) {
        if (fault_.empty()) fault_ = "{" + std::string(name) + ", ...}: " + std::string(what);
    }

    void skip_blanks() {
        while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
    }

    bool take(char wanted) {
        if (rest_.empty() || rest_.front() != wanted) return false;
        rest_.remove_prefix(1);
        return true;
    }

    std::string_view word() {
        if (rest_.empty() || !is_letter(rest_.front())) return {};
        return take_while([](char character) { return is_letter(character) || is_digit(character); });
    }

    /// "few", "=0", or any word of a select: "unlisted-members", "7".
    std::string_view selector_word() {
        return take_while([](char character) { return !is_blank(character) && character != '{' && character != '}'; });
    }

    template <class Predicate>
    std::string_view take_while(Predicate wanted) {
        const auto end = std::find_if_not(rest_.begin(), rest_.end(), wanted);
        const auto taken = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
        rest_.remove_prefix(taken.size());
        return taken;
    }

    std::string_view rest_;
    choices choices_;
    std::string fault_;
};

nodes nodes_of(std::string_view pattern) {
    parser whole(pattern, parser::choices::read);
    auto found = whole.parse();
    return whole.fault().empty() ? found : parser(pattern, parser::choices::left).parse();
}

std::optional<std::int64_t> number_of(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

class writer {
  public:
    writer(const arguments& values, const plural_rules& rules) : values_(values), rules_(rules) {}

    std::string take() { return std::move(result_); }

    void write(const nodes& parts) {
        for (const auto& part : parts) {
            const auto* value = part.what == node::kind::literal ? nullptr : find(part.text);
            switch (part.what) {
                case node::kind::literal: result_ += part.text; break;
                case node::kind::placeholder:
                    result_ += value == nullptr ? part.whole : std::string_view(*value);
                    break;
                case node::kind::number_sign:
                    result_ += value == nullptr ? "{" + std::string(part.text) + "}" : *value;
                    break;
                case node::kind::plural:
                case node::kind::select: write(*branch_of(part, value)); break;
            }
        }
    }

  private:
    const std::string* find(std::string_view name) const {
        const auto found =
            std::find_if(values_.begin(), values_.end(), [&](const auto& pair) { return pair.first == name; });
        return found == values_.end() ? nullptr : &found->second;
    }

    const nodes* branch_of(const node& part, const std::string* value) const {
        const auto named = [&](std::string_view selector) -> const nodes* {
            for (const auto& [word, content] : part.branches)
                if (word == selector) return &content;
            return nullptr;
        };
        const nodes* found = nullptr;
        if (value != nullptr && part.what == node::kind::select) found = named(*value);
        if (value != nullptr && part.what == node::kind::plural) {
            if (const auto number = number_of(*value)) {
                found = named("=" + std::to_string(*number));
                if (found == nullptr) found = named(rules_.category(*number));
            }
        }
        return found != nullptr ? found : named("other");  // which the parser saw to
    }

    const arguments& values_;
    const plural_rules& rules_;
    std::string result_;
};

void collect(const nodes& parts, pattern_content& into) {
    for (const auto& part : parts) {
        if (part.what == node::kind::literal) continue;
        into.placeholders.emplace(part.text);
        if (part.what == node::kind::plural) {
            std::set<std::string> categories;
            for (const auto& [selector, content] : part.branches) categories.emplace(selector);
            const auto [known, first] = into.plural.emplace(std::string(part.text), categories);
            if (!first) std::erase_if(known->second, [&](const auto& each) { return !categories.contains(each); });
        }
        for (const auto& [selector, content] : part.branches) collect(content, into);
    }
}

}  // namespace

std::string format(std::string_view pattern, const arguments& values, const plural_rules& rules) {
    if (pattern.find('{') == std::string_view::npos) return std::string(pattern);
    writer result(values, rules);
    result.write(nodes_of(pattern));
    return result.take();
}

pattern_content examine(std::string_view pattern) {
    pattern_content content;
    parser whole(pattern, parser::choices::read);
    collect(whole.parse(), content);
    content.fault = whole.fault();
    return content;
}

}  // namespace commhost::message
