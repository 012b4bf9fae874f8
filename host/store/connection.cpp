#include "store/connection.hpp"

#include "message/error.hpp"
#include "store/codes.hpp"

namespace commhost::store {

void connection::unexpected_null() {
    throw message::error(STORE_STATEMENT, {{"reason", message::phrase("reason_null")}});
}

transaction::transaction(connection& on, durability how) : on_(on) { on_.begin(how); }

transaction::~transaction() {
    if (open_) on_.rollback();
}

void transaction::commit() {
    on_.commit();
    open_ = false;
}

}  // namespace commhost::store
