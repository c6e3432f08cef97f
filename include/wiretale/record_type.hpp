// Makes a record type: how its records are written, told and described. For the one file of a folder, record_types.cpp,
// that has a line for each record declared there:
//
//   template struct RecordTypeOf<DnsRecord>;
#pragma once

#include <wiretale/json.hpp>
#include <wiretale/session.hpp>
#include <wiretale/shape.hpp>

namespace wiretale {

namespace detail {
constexpr std::string_view role_name(RecordRole role) {
  switch (role) {
    case RecordRole::mail:
      return "mail";
    case RecordRole::file:
      return "file";
    case RecordRole::finding:
      return "finding";
    case RecordRole::packet:
      return "tcp_segment";
    case RecordRole::exchange:
      break;
  }
  return "exchange";
}

template <Record R>
constexpr RecordType make_record_type() {
  RecordType type{R::info,
                  [](const void* record, JsonWriter& json) { write_json_fields(json, *static_cast<const R*>(record)); },
                  nullptr, nullptr, [] { return shape_of<R>(); }};
  if constexpr (requires(const R& r, Tale& t) { R::tell(r, t); })
    type.tell = [](const void* record, Tale& tale) { R::tell(*static_cast<const R*>(record), tale); };
  if constexpr (requires(const R& r) { R::join(r); })
    type.join = [](const void* record) { return std::string_view(R::join(*static_cast<const R*>(record))); };
  if constexpr (requires(const R& r) { std::string_view(r.id); })
    type.id = [](const void* record) { return std::string_view(static_cast<const R*>(record)->id); };
  if constexpr (requires(const R& r) { Timestamp(r.time); })
    type.time = [](const void* record) { return static_cast<const R*>(record)->time; };
  for (const RecordRole role : {RecordRole::mail, RecordRole::file, RecordRole::finding, RecordRole::packet})
    if (R::info.type == role_name(role)) type.role = role;
  return type;
}
}  // namespace detail

template <Record R>
constinit const RecordType RecordTypeOf<R>::type = detail::make_record_type<R>();

}  // namespace wiretale
