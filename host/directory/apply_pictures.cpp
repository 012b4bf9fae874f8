#include "directory/application.hpp"
#include "directory/codes.hpp"
#include "message/error.hpp"
#include "text/base64.hpp"

namespace commhost::directory {

void application::put_pictures(const std::vector<picture>& pictures) {
    // A few at a time: one may be a megabyte.
    constexpr std::size_t pictures_a_statement = 4;
    for (std::span<const picture> left(pictures); !left.empty();
         left = left.subspan(std::min(left.size(), pictures_a_statement))) {
        json_rows rows;
        for (const auto& [digest, content] : left.first(std::min(left.size(), pictures_a_statement)))
            rows.add(digest, content.media_type, text::to_base64(content.bytes));
        sql_.execute("insert into directory_picture (digest, media_type, content) "
                     "select r.digest, r.media_type, r.content from " +
                         table({{"digest", column::text}, {"media_type", column::text}, {"content", column::text}}) +
                         " where true on conflict do nothing",
                     {{"rows", rows.json()}});
    }
}

void application::settle_pictures() {
    const auto missing = sql_.scalar<std::int64_t>(
        R"(select (select count(*) from directory_instance i where i.picture <> ''
                      and not exists (select 1 from directory_picture p where p.digest = i.picture))
                + (select count(*) from directory_user u where u.picture <> ''
                      and not exists (select 1 from directory_picture p where p.digest = u.picture)))");
    if (missing.value_or(0) > 0)
        throw message::error(DIRECTORY_REFERENCE, {{"what", message::phrase("reference_picture")}});
    drop_unused_pictures(sql_);
}

}  // namespace commhost::directory
