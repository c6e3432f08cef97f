// The shape of a record, read off its declaration: what the JSON Schema and the reference pages are made of.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/record.hpp>

namespace wiretale {

/// The JSON form of a value.
struct Shape {
  enum class Kind : std::uint8_t {
    text,       ///< string
    wire_text,  ///< string that may have a `_base64` twin
    time,       ///< string, RFC 3339
    code,       ///< string: a name of `prefix`'s table, or the prefix with a number
    secret,     ///< string as SecretPolicy shows it
    wide,       ///< string of a 64-bit number
    boolean,
    integer,
    seconds,  ///< number
    number,
    frames,  ///< [first, last]
    array,   ///< of `item`
    map,     ///< object of name: `item`
    object   ///< with `fields`
  };
  struct Member;

  Kind kind = Kind::text;
  bool optional = false;                              ///< may be absent
  std::string_view prefix;                            ///< of a code
  std::string_view (*name)(std::uint32_t) = nullptr;  ///< of a code: its table
  std::vector<Shape> item;                            ///< one, of an array or map
  std::vector<Member> fields;                         ///< of an object
};

struct Shape::Member {
  std::string_view name;
  std::string_view meaning;
  Shape shape;
};

template <class T>
Shape shape_of();

namespace detail {
template <class T>
struct element;
template <class T>
struct element<std::vector<T>> {
  using type = T;
  static constexpr Shape::Kind kind = Shape::Kind::array;
};
template <class T>
struct element<std::span<const T>> {
  using type = T;
  static constexpr Shape::Kind kind = Shape::Kind::array;
};
template <class T>
struct element<Named<T>> {
  using type = T;
  static constexpr Shape::Kind kind = Shape::Kind::map;
};

/// Appends the fields of R, embedded ones in place.
template <Described R>
void append_members(std::vector<Shape::Member>& members) {
  check_declared<R>();
  const auto one = [&]<class D>(const D& declared) {
    using M = std::remove_cvref_t<decltype(std::declval<R>().*(declared.member))>;
    if constexpr (requires { declared.name; })
      members.push_back({declared.name, declared.meaning, shape_of<M>()});
    else
      append_members<M>(members);
  };
  R::fields().apply([&](const auto&... declared) { (one(declared), ...); });
}
}  // namespace detail

/// The shape of a type that a record may hold.
template <class T>
Shape shape_of() {
  using Kind = Shape::Kind;
  Shape shape;
  if constexpr (requires(T t) {
                  *t;
                  t.has_value();
                }) {
    shape = shape_of<typename T::value_type>();
    shape.optional = true;
  } else if constexpr (std::same_as<T, bool>)
    shape.kind = Kind::boolean;
  else if constexpr (std::integral<T>)
    shape.kind = Kind::integer;
  else if constexpr (std::floating_point<T>)
    shape.kind = Kind::number;
  else if constexpr (std::convertible_to<T, std::string_view>) {
    shape.kind = Kind::wire_text;
    shape.optional = true;
  } else if constexpr (std::same_as<T, Timestamp>)
    shape.kind = Kind::time;
  else if constexpr (std::same_as<T, Nanos>)
    shape.kind = Kind::seconds;
  else if constexpr (std::same_as<T, IpAddress> || std::same_as<T, MacAddress>) {
    shape.kind = Kind::text;
    shape.optional = true;
  } else if constexpr (std::same_as<T, Frames>) {
    shape.kind = Kind::frames;
    shape.optional = true;
  } else if constexpr (std::same_as<T, Secret> || std::same_as<T, Redacted>) {
    shape.kind = std::same_as<T, Secret> ? Kind::secret : Kind::wire_text;
    shape.optional = true;
  } else if constexpr (std::same_as<T, WideNumber>)
    shape.kind = Kind::wide;
  else if constexpr (std::same_as<T, AnomalyKind>)
    shape.kind = Kind::text;
  else if constexpr (std::same_as<T, Anomaly>) {
    shape.kind = Kind::object;
    shape.fields = {{"kind", "cut_off, malformed, gap, limit or unusual.", Shape{}},
                    {"name", "Stable name of what was found.", Shape{}},
                    {"text", "What was expected and what was there.", shape_of<std::string>()},
                    {"frame", "The frame that shows it.", shape_of<std::optional<Frame>>()}};
  } else if constexpr (requires { typename detail::element<T>::type; }) {
    shape.kind = detail::element<T>::kind;
    shape.optional = true;
    shape.item.push_back(shape_of<typename detail::element<T>::type>());
  } else if constexpr (Described<T>) {
    shape.kind = Kind::object;
    detail::append_members<T>(shape.fields);
    shape.optional = true;
    for (const Shape::Member& member : shape.fields) shape.optional = shape.optional && member.shape.optional;
  } else {
    shape.kind = Kind::code;
    using Table = decltype(table_of(std::declval<T>()));
    shape.prefix = Table::prefix;
    shape.name = [](std::uint32_t code) { return std::string_view(Table::name(code)); };
  }
  return shape;
}

}  // namespace wiretale
