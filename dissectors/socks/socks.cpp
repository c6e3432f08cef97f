#include "socks/socks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include <wiretale/records.hpp>

#include "common/notes.hpp"
#include "common/readable_password.hpp"
#include "socks/message.hpp"

namespace wiretale {
namespace proxy {
namespace {

/// A session with a proxy, up to the reply that opens the way to what follows.
class SocksDissector final : public StreamDissector {
 public:
  using StreamDissector::StreamDissector;

  Talk client(Input& in) override;
  Talk server(Input& in) override;
  void gap(Side side, std::uint64_t missing, Frame frame) override;
  void end(Side side, Close how) override;

 private:
  struct Address {
    std::string host;
    std::uint16_t port = 0;
    Where where;
  };

  Talk request_4(Input& in);
  Talk greeting_5(Input& in);
  Talk login_5(Input& in);
  Talk request_5(Input& in);
  Talk reply_4(Input& in);
  Talk method_5(Input& in);
  Talk reply_5(Input& in);
  Talk address(Input& in, Address& found);

  void asked(const Where& where);
  void login(const Where& where);
  void answered(const Where& where);
  void granted();
  void refused();
  void stop(std::string_view name, std::string_view text, Frame frame);
  void emit();
  void find_password();

  SocksRecord record_;
  Timestamp asked_last_;
  Frames login_frames_;
  std::uint8_t command_ = 0;
  bool begun_ = false;
  bool told_ = false;
  bool ended_[2] = {false, false};
};

Talk SocksDissector::client(Input& in) {
  if (in.resuming()) {
    stop("negotiation_missing", "The beginning of the talk with the proxy is not in the capture.", 0);
    co_return;
  }
  const Block version = co_await in.bytes(1);
  const std::uint8_t number = version.bytes[0];
  asked(version.where);
  if (number == version_4) {
    co_await request_4(in);
  } else if (number == version_5) {
    record_.version = "5";
    co_await greeting_5(in);
    co_await request_5(in);
  } else {
    stop("not_socks", "The client does not say what a SOCKS client says.", version.where.frames.first);
    co_return;
  }
  // What the client says next belongs to what follows. Mostly the reply comes first, and this is not reached; what is
  // said ahead of it waits.
  co_await in.peek();
  if (told_ || in.available().empty()) co_return;
  const Answer answer = co_await in.answer();
  if (answer == Answer::unknown && !told_) {
    record_.exchange.complete = false;
    note(record_.exchange.anomalies, session().limits(), AnomalyKind::cut_off, "reply_missing",
         "The proxy's reply is not in the capture.", record_.exchange.request_frames.last);
    emit();
    session().become({});
  }
}

/// Version 4 and 4a: command, port, address, user id, and a name where the address is 0.0.0.x.
Talk SocksDissector::request_4(Input& in) {
  record_.version = "4";
  const Block fixed = co_await in.bytes(7);
  asked(fixed.where);
  Cursor cursor(fixed.bytes);
  command_ = cursor.u8();
  record_.command = command_name(command_);
  record_.port = cursor.u16();
  const Bytes octets = cursor.take(4);
  const bool named = octets[0] == 0 && octets[1] == 0 && octets[2] == 0 && octets[3] != 0;
  if (!named) record_.host = host_text(octets, ipv4_address);
  constexpr std::string_view nul("\0", 1);
  const Block user = co_await in.until(nul, session().limits().text_bytes);
  asked(user.where);
  record_.user = text_of(user.bytes.first(user.bytes.size() - (user.cut ? 0 : 1)));
  if (!named) co_return;
  record_.version = "4a";
  const Block host = co_await in.until(nul, session().limits().text_bytes);
  asked(host.where);
  record_.host = text_of(host.bytes.first(host.bytes.size() - (host.cut ? 0 : 1)));
}

/// Version 5: the methods on offer, and the login where the server asks for one.
Talk SocksDissector::greeting_5(Input& in) {
  const Block count = co_await in.bytes(1);
  asked(count.where);
  const std::size_t number = count.bytes[0];
  const Block methods = co_await in.bytes(number);
  asked(methods.where);
  for (const std::uint8_t method : methods.bytes) record_.methods.push_back(method_name(method));
  // The next message begins with the version of the login, or with that of SOCKS.
  co_await in.peek();
  if (!in.available().empty() && in.available().front() != version_5) co_await login_5(in);
}

/// User name and password (RFC 1929, section 2). Other logins are tokens of their own form.
Talk SocksDissector::login_5(Input& in) {
  if (!record_.method.empty() && record_.method != method_name(user_and_password)) {
    stop("opaque_login", "What follows the chosen login can't be read.", record_.exchange.request_frames.last);
    (void)co_await in.answer();
    co_return;
  }
  const Block head = co_await in.bytes(2);
  login(head.where);
  const std::size_t user_bytes = head.bytes[1];
  const Block user = co_await in.bytes(user_bytes);
  login(user.where);
  record_.user = text_of(user.bytes);
  const Block length = co_await in.bytes(1);
  const std::size_t password_bytes = length.bytes[0];
  const Block password = co_await in.bytes(password_bytes);
  login(password.where);
  record_.password.value = text_of(password.bytes);
}

Talk SocksDissector::request_5(Input& in) {
  const Block head = co_await in.bytes(3);
  record_.exchange.request_frames = {};  // those of the request itself
  record_.exchange.time = head.where.first;
  asked(head.where);
  if (head.bytes[0] != version_5) {
    stop("not_socks", "The client does not say what a SOCKS client says.", head.where.frames.first);
    (void)co_await in.answer();
    co_return;
  }
  command_ = head.bytes[1];
  record_.command = command_name(command_);
  Address target;
  co_await address(in, target);
  asked(target.where);
  record_.host = std::move(target.host);
  record_.port = target.port;
}

/// Kind, address and port (RFC 1928, section 5). Does not go on where the kind is unknown: its length is, too.
Talk SocksDissector::address(Input& in, Address& found) {
  const Block kind = co_await in.bytes(1);
  const std::uint8_t number = kind.bytes[0];
  const Frame frame = kind.where.frames.first;
  std::size_t length = number == ipv4_address ? 4 : number == ipv6_address ? 16 : 0;
  if (number == domain_name) {
    const Block octet = co_await in.bytes(1);
    length = octet.bytes[0];
  } else if (length == 0) {
    stop("unknown_address_type", fmt::format("An address of kind {} has no known length.", number), frame);
    (void)co_await in.answer();
    co_return;
  }
  const Block rest = co_await in.bytes(length + 2);
  Cursor cursor(rest.bytes);
  found.host = host_text(cursor.take(length), number);
  found.port = cursor.u16();
  found.where = rest.where;
  found.where.frames.add(frame);
}

Talk SocksDissector::server(Input& in) {
  if (in.resuming()) {
    stop("negotiation_missing", "The beginning of what the proxy says is not in the capture.", 0);
    co_return;
  }
  const Block first = co_await in.bytes(1);
  answered(first.where);
  if (first.bytes[0] == 0)
    co_await reply_4(in);
  else if (first.bytes[0] == version_5)
    co_await method_5(in);
  else
    stop("not_socks", "The server does not say what a SOCKS proxy says.", first.where.frames.first);
}

Talk SocksDissector::reply_4(Input& in) {
  constexpr std::uint8_t granted_4 = 90;
  for (int replies = 0;; ++replies) {
    const Block rest = co_await in.bytes(7);
    answered(rest.where);
    Cursor cursor(rest.bytes);
    const std::uint8_t code = cursor.u8();
    record_.reply = reply_name(code);
    const std::uint16_t port = cursor.u16();
    (replies == 0 ? record_.bound_port : record_.peer_port) = port;
    (replies == 0 ? record_.bound_host : record_.peer_host) = host_text(cursor.rest(), ipv4_address);
    if (code != granted_4) co_return refused();
    if (command_ != 2 || replies == 1) co_return granted();
    const Block zero = co_await in.bytes(1);
    answered(zero.where);
  }
}

Talk SocksDissector::method_5(Input& in) {
  const Block octet = co_await in.bytes(1);
  answered(octet.where);
  const std::uint8_t method = octet.bytes[0];
  record_.method = method_name(method);
  if (method == no_acceptable_method) {
    record_.reply = record_.method;
    co_return refused();
  }
  if (method == user_and_password) {
    const Block status = co_await in.bytes(2);
    answered(status.where);
    if (status.bytes[1] != 0) {
      record_.reply = "login_refused";
      co_return refused();
    }
  } else if (method != no_authentication) {
    stop("opaque_login", "What follows the chosen login can't be read.", octet.where.frames.first);
    co_return;
  }
  co_await reply_5(in);
}

Talk SocksDissector::reply_5(Input& in) {
  for (int replies = 0;; ++replies) {
    const Block head = co_await in.bytes(3);
    if (replies == 0) {
      record_.exchange.response_frames = {};  // those of the reply itself
      record_.exchange.latency.reset();
    }
    answered(head.where);
    const std::uint8_t code = head.bytes[1];
    record_.reply = reply_name(code);
    Address bound;
    co_await address(in, bound);
    answered(bound.where);
    (replies == 0 ? record_.bound_port : record_.peer_port) = bound.port;
    (replies == 0 ? record_.bound_host : record_.peer_host) = std::move(bound.host);
    if (code != 0) co_return refused();
    if (command_ != 2 || replies == 1) co_return granted();
  }
}

/// Octets of the client's request.
void SocksDissector::asked(const Where& where) {
  if (where.frames.empty()) return;
  if (!begun_) record_.exchange.time = where.first;
  begun_ = true;
  record_.exchange.request_frames.add(where.frames);
  asked_last_ = where.last;
}

/// Octets of a login: the request's, until that itself comes.
void SocksDissector::login(const Where& where) {
  asked(where);
  login_frames_.add(where.frames);
}

/// Octets of the server's reply.
void SocksDissector::answered(const Where& where) {
  if (where.frames.empty()) return;
  if (!begun_) record_.exchange.time = where.first;
  if (begun_ && !record_.exchange.latency && !record_.exchange.request_frames.empty())
    record_.exchange.latency = where.first - asked_last_;
  begun_ = true;
  record_.exchange.response_frames.add(where.frames);
}

/// The way is open: what both sides say from here on is the protocol of whom the client asked for.
void SocksDissector::granted() {
  constexpr std::uint8_t udp_associate = 3;
  emit();
  input(Side::client).resolve(Answer::accepted);
  if (command_ == udp_associate)
    session().done();
  else
    session().become({});
}

void SocksDissector::refused() {
  emit();
  input(Side::client).resolve(Answer::refused);
}

/// From here on nothing can be read.
void SocksDissector::stop(std::string_view name, std::string_view text, Frame frame) {
  if (!told_ && begun_) {
    record_.exchange.complete = false;
    note(record_.exchange.anomalies, session().limits(), AnomalyKind::malformed, name, text, frame);
    emit();
  } else {
    session().anomaly({AnomalyKind::malformed, name, std::string(text), frame});
  }
  session().done();
}

void SocksDissector::gap(Side side, std::uint64_t, Frame frame) {
  record_.exchange.complete = false;
  const Anomaly anomaly{AnomalyKind::gap, side == Side::client ? "request_missing" : "reply_missing",
                        side == Side::client ? "Octets of the client's request are not in the capture."
                                             : "Octets of the proxy's reply are not in the capture.",
                        frame};
  if (told_)
    session().anomaly(anomaly);
  else
    note(record_.exchange.anomalies, session().limits(), anomaly);
}

void SocksDissector::end(Side side, Close) {
  ended_[index(side)] = true;
  if (!ended_[0] || !ended_[1] || told_ || !begun_) return;
  record_.exchange.complete = false;
  note(record_.exchange.anomalies, session().limits(), AnomalyKind::cut_off, "negotiation_cut",
       "The session ends before the proxy's reply.",
       std::max(record_.exchange.request_frames.last, record_.exchange.response_frames.last));
  emit();
}

void SocksDissector::emit() {
  if (told_) return;
  told_ = true;
  session().emit(record_);
  if (!record_.password.empty()) find_password();
}

/// Says that a password went over the wire as it is.
void SocksDissector::find_password() {
  ReadablePassword what;
  what.service = "proxy";
  what.method = "SOCKS 5 with user name and password (RFC 1929)";
  what.user = record_.user;
  what.password = record_.password.value;
  what.advice = "Reach the proxy through TLS or SSH";
  what.frames.push_back(login_frames_.first);
  if (login_frames_.last != login_frames_.first) what.frames.push_back(login_frames_.last);
  what.time = record_.exchange.time;
  tell_readable_password(session(), std::move(what));
}

constexpr std::array ports{Port{Transport::tcp, 1080}};
constexpr std::array<const RecordType*, 2> records{&record_type<SocksRecord>, &record_type<FindingRecord>};

}  // namespace
}  // namespace proxy

const Protocol socks{
    .name = "socks",
    .title = "SOCKS 4, 4a and 5",
    .rfcs = "RFC 1928, RFC 1929",
    .ports = proxy::ports,
    .probe = proxy::probe,
    .stream = [](Session& session) -> std::unique_ptr<StreamDissector> {
      return std::make_unique<proxy::SocksDissector>(session);
    },
    .datagram = nullptr,
    .records = proxy::records,
    .across_ports = {},
};

}  // namespace wiretale
