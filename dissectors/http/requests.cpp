// The client's side: requests.
#include <algorithm>
#include <utility>

#include "common/field_values.hpp"
#include "http/dissector.hpp"

namespace wiretale::web {
namespace {

bool holds_token(const HeaderFields& fields, std::string_view name, std::string_view token) {
  for (std::string_view list : fields.named(name))
    while (const auto element = next_element(list))
      if (equal_fold(*element, token)) return true;
  return false;
}

/// A host without its port; IPv6 addresses without brackets.
std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

/// True for text that may be a host name, and is no address.
bool is_name(std::string_view host) {
  if (host.empty() || host.size() > 253 || IpAddress::parse(host)) return false;
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
           c == '_';
  });
}

}  // namespace

Talk HttpDissector::client(Input& in) {
  bool in_step = !in.resuming();
  std::optional<Line> ahead;  // a request line that was read as something else
  for (;;) {
    Line line;
    if (ahead)
      line = *std::exchange(ahead, std::nullopt);
    else
      line = co_await in.line();
    const bool blank = line.text.empty() && !line.cut;
    Exchange* const begun = blank ? nullptr : begin_request(line, in_step, in.offset());
    if (begun == nullptr) {
      loose_line(Side::client, line, in_step);
      in_step = in_step && blank;
      continue;
    }
    in_step = true;
    loose_[index(Side::client)].octets = 0;
    Exchange& exchange = *begun;
    Message& message = exchange.request;
    while (line.ending == Line::Ending::none) {
      line = co_await in.line();
      message.saw(line.where, in.offset());
    }
    in.forget_answer();
    if (exchange.bare) {
      finish_request();
      continue;
    }
    for (;;) {
      const Line field = co_await in.line();
      if (!add_field(exchange, message, message.fields, field, in.offset())) break;
    }
    check_request(exchange);
    Framing framing =
        frame_request(message.fields, exchange.request_line.version, faults(exchange, message.frames.last));
    if (framing.kind != Framing::Kind::none) {
      open_body(exchange, message, std::move(framing), in.offset());
      if (exchange.expects)
        co_await expected_body(in, exchange, ahead, in_step);
      else
        co_await body(in, message, exchange, in_step);
      finish_body(exchange, message, in_step);
    }
    const bool wait = exchange.asks_to_switch && !exchange.response.begun;
    finish_request();
    // Where the answer can't be known, what follows is looked at as HTTP.
    if (wait && co_await in.answer() == Answer::accepted) co_return;
  }
}

/// A request begins with this line; null where it is no request line.
Exchange* HttpDissector::begin_request(const Line& line, bool in_step, std::uint64_t offset) {
  const bool overlong = line.cut && line.text.size() >= session().limits().line_bytes;
  const auto parse = [&](std::string_view text) {
    if (!in_step) return find_request_line(text);
    return overlong ? parse_cut_request_line(text) : parse_request_line(text);
  };
  auto begun = std::make_unique<Exchange>();
  begun->request.line = line.text;  // what it is parsed to points into it
  std::optional<RequestLine> parsed = parse(begun->request.line);
  if (!parsed) return nullptr;
  begun->number = ++numbers_;
  begun->request_line = *parsed;
  asking_ = std::move(begun);
  Exchange& exchange = *asking_;
  exchange.asked_at = input(Side::server).offset() + input(Side::server).available().size();
  exchange.request.begun = true;
  exchange.request.saw(line.where, offset);
  const RequestLine& request = exchange.request_line;
  const Faults said = faults(exchange, line.where.frames.last);
  if (request.method.data() != exchange.request.line.data()) said.say(AnomalyKind::gap, "found_in_line", found_in_line);
  if (overlong) {
    session().limit_reached("line_bytes");
    said.say(AnomalyKind::limit, "request_line_cut", "The request line is longer than what is kept of a line.");
  } else if (request.odd_version) {
    said.say(AnomalyKind::malformed, "version_invalid", "The request line does not end in an HTTP version.");
  }
  if (line.ending == Line::Ending::lf)
    said.say(AnomalyKind::malformed, "bare_lf", "The request line ends in LF, where CRLF is due.");
  if (request.odd_target)
    said.say(AnomalyKind::malformed, "target_invalid", "The request target is empty, or holds white space.");
  exchange.bare = request.version.empty() && !request.odd_version && !line.cut;
  return &exchange;
}

void HttpDissector::check_request(Exchange& exchange) {
  const HeaderFields& fields = exchange.request.fields;
  exchange.expects = holds_token(fields, "expect", "100-continue");
  exchange.asks_to_switch = exchange.request_line.method == "CONNECT" ||
                            (fields.find("upgrade") && holds_token(fields, "connection", "upgrade"));
  check_host(exchange);
  name_server(exchange);
}

void HttpDissector::check_host(Exchange& exchange) {
  const RequestLine& line = exchange.request_line;
  const HeaderFields& fields = exchange.request.fields;
  const Faults said = faults(exchange, exchange.request.frames.last);
  const std::size_t hosts = fields.count("host");
  if (hosts == 0 && line.version == "1.1" && fields.whole())
    said.say(AnomalyKind::malformed, "host_missing", "A request of HTTP/1.1 must have a Host field.");
  if (hosts > 1)
    said.say(AnomalyKind::malformed, "host_repeated",
             "The Host field stands there more than once: servers that choose differently can be played against each "
             "other.");
}

/// The Host field names the server; where the request goes to a proxy, it names another one.
void HttpDissector::name_server(const Exchange& exchange) {
  if (!exchange.request_line.target.starts_with('/')) return;
  const auto host = exchange.request.fields.find("host");
  if (!host || *host == named_) return;
  const std::string_view name = without_port(*host);
  if (!is_name(name)) return;
  named_ = *host;
  session().fact(NameFact{session().facts().server.ip, name, "http", exchange.request.frames.first});
}

/// The body of a request with `Expect: 100-continue`. When the server refused before it came, it may never come: a new
/// request stands in its place. `ahead` then holds that one's line.
Talk HttpDissector::expected_body(Input& in, Exchange& exchange, std::optional<Line>& ahead, bool& whole) {
  Message& message = exchange.request;
  const Framing& framing = message.body->framing();
  co_await in.peek();
  if (!exchange.response.begun || framing.kind == Framing::Kind::chunked) {
    co_await body(in, message, exchange, whole);
    co_return;
  }
  const Line line = co_await in.line();
  if (find_request_line(line.text)) {
    ahead = line;
    drop_refused_body(exchange);
    co_return;
  }
  take(exchange, message, line, framing.length);
  if (line.text.size() > framing.length) {
    ahead = line;
    ahead->text.remove_prefix(static_cast<std::size_t>(framing.length));
  }
  co_await body(in, message, exchange, whole);
}

/// The server has answered, and so the body was not sent.
void HttpDissector::drop_refused_body(Exchange& exchange) {
  exchange.request.body.reset();
  faults(exchange, exchange.request.frames.last)
      .say(AnomalyKind::unusual, "body_not_sent",
           "The body was announced, but the server answered before it was sent.");
}

/// The request is read, as far as it can be: its response is waited for.
void HttpDissector::finish_request() {
  ExchangePtr exchange = std::move(asking_);
  exchange->request.done = true;
  if (answered_ == exchange.get()) {
    answering_ = std::move(exchange);
  } else if (exchange->response.done) {
    emit(*exchange);
  } else {
    const std::uint64_t number = exchange->number;  // read before the exchange moves
    const Timestamp now = exchange->request.last;
    waiting_.add(number, std::move(exchange), now);
  }
}

/// The client's stream has ended.
void HttpDissector::end_request(Close how) {
  if (!asking_) return;
  Message& message = asking_->request;
  const Body* const body = message.body.get();
  const bool refused = asking_->expects && asking_->response.begun && body != nullptr && body->content_bytes() == 0;
  const bool closed = body != nullptr && body->framing().kind == Framing::Kind::until_close && how == Close::fin;
  if (refused)
    drop_refused_body(*asking_);
  else if (closed)
    finish_body(*asking_, message, true);
  else
    cut(*asking_, message, how);
  finish_request();
}

}  // namespace wiretale::web
