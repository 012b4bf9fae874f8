#pragma once

#include "store/connection.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <utility>

namespace commhost::test {

/// A connection on which somebody else comes in between, once, before the first change that goes over it.
class interrupted_connection final : public store::connection {
  public:
    interrupted_connection(store::connection& inner, std::function<void()> other)
        : inner_(inner), other_(std::move(other)) {}

    store::dialect dialect() const override { return inner_.dialect(); }
    std::int64_t statements() const override { return inner_.statements(); }

  private:
    /// What only those that derive from it may call on another connection.
    struct opened : store::connection {
        using connection::begin;
        using connection::commit;
        using connection::rollback;
        using connection::run;
        using connection::select;
    };

    void select(std::string_view sql, store::parameters with, std::span<const store::column> kinds,
                void (*on_row)(void* context, std::span<store::value> row), void* context) override {
        (inner_.*(&opened::select))(sql, with, kinds, on_row, context);
    }
    std::int64_t run(std::string_view sql, store::parameters with) override {
        if (const auto other = std::exchange(other_, nullptr)) other();
        return (inner_.*(&opened::run))(sql, with);
    }
    void begin(store::durability how) override { (inner_.*(&opened::begin))(how); }
    void commit() override { (inner_.*(&opened::commit))(); }
    void rollback() noexcept override { (inner_.*(&opened::rollback))(); }

    store::connection& inner_;
    std::function<void()> other_;
};

}  // namespace commhost::test
