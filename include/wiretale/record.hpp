// Records: what wiretale says, each field declared once.
//
//   struct Answer {
//     std::string_view name;
//     Code<RecordType> type;
//     std::optional<std::uint32_t> ttl;
//     static constexpr auto fields() {
//       return FieldList{field("name", &Answer::name, "Owner name."), field("type", &Answer::type, "TYPE."),
//                         field("ttl", &Answer::ttl, "Seconds that the answer may be kept.")};
//     }
//   };
//
// JSON, text, schema and reference pages follow from that. A member that `fields()` leaves out does not compile
// (check_declared). The C++ type decides the form:
//
//   std::string, std::string_view   text; empty = absent; octets that aren't UTF-8 as \xNN, with a `…_base64` twin
//   bool, integers, double          as they are (64-bit ids that JavaScript would round: WideNumber)
//   Timestamp, Nanos                RFC 3339; seconds as exact decimals
//   IpAddress, MacAddress, Frames   text; text; [first, last] (empty = absent)
//   Code<E>                         the RFC's name, or the prefix and number where there is none
//   Secret, Redacted                as SecretPolicy allows
//   std::optional<T>                absent where it has no value
//   std::vector<T>                  array; empty = absent
//   std::span<const T>              the same, seen where it lies
//   Named<T>                        object of name: T, in the order given; empty = absent
//   a struct with fields()          object; absent where all of its fields are
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <wiretale/anomaly.hpp>
#include <wiretale/net.hpp>
#include <wiretale/secrets.hpp>

namespace wiretale {

/// What a record is called in JSON (`type`), and what it means, in a sentence for the reference.
struct RecordInfo {
  std::string_view type;
  std::string_view meaning;
};

/// One declared field. Made by field().
template <class R, class M>
struct Field {
  std::string_view name;
  M R::* member;
  std::string_view meaning;
};

/// Fields of a member that stand in the record itself, not in an object of their own. Made by embed().
template <class R, class M>
struct Embedded {
  M R::* member;
};

/// What `fields()` gives: all that is declared of a record, in order. (A tuple would do, but one of a hundred elements
/// keeps a compiler busy for most of a minute.)
template <class... D>
struct FieldList;

namespace detail {
template <std::size_t I, class D>
struct FieldSlot {
  D declared;
};
template <class I, class... D>
struct FieldSlots;
template <std::size_t... I, class... D>
struct FieldSlots<std::index_sequence<I...>, D...> : FieldSlot<I, D>... {
  constexpr explicit FieldSlots(const D&... declared) : FieldSlot<I, D>{declared}... {}

  template <class Use>
  [[gnu::always_inline]] constexpr decltype(auto) apply(Use&& use) const {
    return use(static_cast<const FieldSlot<I, D>&>(*this).declared...);
  }
};
}  // namespace detail

template <class... D>
struct FieldList : detail::FieldSlots<std::index_sequence_for<D...>, D...> {
  static constexpr std::size_t count = sizeof...(D);

  constexpr explicit FieldList(const D&... declared)
      : detail::FieldSlots<std::index_sequence_for<D...>, D...>(declared...) {}
};
template <class... D>
FieldList(const D&...) -> FieldList<D...>;

/// Declares a field: its JSON name, the member, and its meaning with units and source.
template <class R, class M>
constexpr Field<R, M> field(std::string_view name, M R::* member, std::string_view meaning) {
  return {name, member, meaning};
}

/// Declares that the fields of this member belong to the record.
template <class R, class M>
constexpr Embedded<R, M> embed(M R::* member) {
  return {member};
}

/// A number of the protocol that has a name. E is a table: `static std::string_view name(std::uint32_t)` (empty where
/// unknown) and `static constexpr std::string_view prefix` (`TYPE` gives `TYPE65280`; one that ends in `0x` gives hex).
template <class E>
struct Code {
  std::uint32_t value = 0;

  constexpr Code() = default;
  constexpr explicit Code(std::uint32_t number) : value(number) {}
  bool operator==(const Code&) const = default;
};

/// Writes a code's name, or the prefix with its number.
void append_code(std::string& out, std::string_view name, std::string_view prefix, std::uint32_t value);

template <class E>
[[nodiscard]] std::string to_string(Code<E> code) {
  std::string out;
  append_code(out, E::name(code.value), E::prefix, code.value);
  return out;
}

/// A number of 64 bits that JSON readers would round: told as a string.
struct WideNumber {
  std::uint64_t value = 0;
  bool hex = true;  ///< `"0x…"`, else decimal
};

/// An object whose names come with the data: `{"dns": {…}, "http": {…}}`.
template <class T>
struct Named {
  std::vector<std::pair<std::string, T>> items;

  /// The value of a name, which is added where it is not there yet: a name stands there once.
  T& of(std::string_view name) {
    for (auto& [known, value] : items)
      if (known == name) return value;
    return items.emplace_back(std::string(name), T{}).second;
  }
};

namespace detail {
struct Anything {
  template <class T>
  operator T&() const& noexcept;
  template <class T>
  operator T&&() const&& noexcept;
};
template <class T, std::size_t... I>
constexpr bool buildable(std::index_sequence<I...>) {
  return requires { T{(void(I), Anything{})...}; };
}
/// Whether the aggregate T has N members. (Counting them by trial would cost a compiler seconds for large records.)
template <class T, std::size_t N>
constexpr bool has_members() {
  return buildable<T>(std::make_index_sequence<N>{}) && !buildable<T>(std::make_index_sequence<N + 1>{});
}
}  // namespace detail

/// A struct whose members are declared as fields.
template <class T>
concept Described = requires { T::fields(); };

/// A described struct that is a record of its own.
template <class T>
concept Record = Described<T> && requires {
  { T::info } -> std::convertible_to<RecordInfo>;
};

/// Fails to compile where a member of R isn't declared (or is declared twice).
template <Described R>
constexpr void check_declared() {
  static_assert(detail::has_members<R, decltype(R::fields())::count>(),
                "fields() must declare every member, each once");
}

namespace detail {
/// A record's declaration, made once, so that names and members are constants where they are used.
template <class R>
inline constexpr auto fields_of = R::fields();
}  // namespace detail

/// Calls visit(name, value, meaning) for every field, embedded ones included, in order.
template <Described R, class Visit>
constexpr void for_each_field(const R& record, Visit&& visit) {
  check_declared<R>();
  const auto one = [&]<class M>(const auto& declared, const M& member) __attribute__((always_inline)) {
    if constexpr (requires { declared.name; })
      visit(declared.name, member, declared.meaning);
    else
      for_each_field(member, visit);
  };
  detail::fields_of<R>.apply([&](const auto&... declared)
                                 __attribute__((always_inline)) { (one(declared, record.*(declared.member)), ...); });
}

/// What every exchange has (records.md, "Common to every exchange"). `type`, `session` and `inside` are added by the
/// session that emits it.
struct ExchangeFacts {
  Timestamp time;
  Frames request_frames;
  Frames response_frames;
  std::optional<Nanos> latency;
  bool complete = true;
  std::vector<Anomaly> anomalies;

  static constexpr auto fields() {
    return FieldList{
        field("time", &ExchangeFacts::time, "First octet of the request; of the response where no request was seen."),
        field("request_frames", &ExchangeFacts::request_frames, "Frames that carry the request."),
        field("response_frames", &ExchangeFacts::response_frames, "Frames that carry the response."),
        field("latency_s", &ExchangeFacts::latency, "From the request's last octet to the response's first."),
        field("complete", &ExchangeFacts::complete, "False where octets were missing or cut off."),
        field("anomalies", &ExchangeFacts::anomalies, "What was wrong or odd."),
    };
  }
};

}  // namespace wiretale
