// The server's side: responses.
#include <utility>

#include "common/field_values.hpp"
#include "http/dissector.hpp"

namespace wiretale::web {
namespace {

/// Where a status line begins that must stand at the line's start.
std::optional<std::size_t> at_start(std::string_view line) {
  if (!parse_status_line(line)) return std::nullopt;
  return 0;
}

constexpr std::string_view next_response = "HTTP/1.";

}  // namespace

HttpDissector::HttpDissector(Session& session)
    : StreamDissector(session),
      waiting_(session, session.limits().stream_wait, [this](ExchangePtr&& exchange) { unanswered(*exchange); }) {}

Talk HttpDissector::server(Input& in) {
  bool in_step = !in.resuming();
  for (;;) {
    Line line = co_await in.line();
    const bool blank = line.text.empty() && !line.cut;
    const std::optional<std::size_t> start = in_step ? at_start(line.text) : find_status_line(line.text);
    if (!start) {
      if (!blank && in_step && bare_front()) co_await bare_response(in, line);  // up to the end
      loose_line(Side::server, line, in_step);
      in_step = in_step && blank;
      continue;
    }
    in_step = true;
    loose_[index(Side::server)].octets = 0;
    Exchange& exchange = begin_response();
    line.text.remove_prefix(*start);
    Message& message = begin_message(exchange, line, in.offset());
    if (*start != 0) faults(exchange, line.where.frames.last).say(AnomalyKind::gap, "found_in_line", found_in_line);
    for (;;) {
      const Line field = co_await in.line();
      if (!add_field(exchange, message, message.fields, field, in.offset())) break;
    }
    if (&message != &exchange.response) {  // 1xx
      message.done = true;
      continue;
    }
    const std::uint16_t code = exchange.status.status;
    if (code == 101 || (exchange.method() == "CONNECT" && code / 100 == 2)) {
      switch_protocol(exchange);
      co_return;
    }
    if (exchange.asks_to_switch) input(Side::client).resolve(Answer::refused);
    Framing framing = frame_response(code, exchange.method(), message.fields, exchange.status.version,
                                     faults(exchange, message.frames.last));
    if (framing.kind != Framing::Kind::none) {
      open_body(exchange, message, std::move(framing), in.offset());
      if (!exchange.request.begun) {  // it may have been HEAD, which has no body
        const Piece ahead = co_await in.peek(next_response.size());
        (void)ahead;
        if (text_of(in.available()).starts_with(next_response)) {
          message.body.reset();
          faults(exchange, message.frames.last)
              .say(AnomalyKind::unusual, "head_assumed",
                   "Another response stands where the body should be: the request must have been HEAD.");
          finish_response();
          continue;
        }
      }
      co_await body(in, message, exchange, in_step);
      finish_body(exchange, message, in_step);
    }
    finish_response();
  }
}

/// The exchange that what comes now answers: the oldest open request, or one that is still being sent, or one that was
/// not captured.
Exchange& HttpDissector::begin_response() {
  settle_loss();
  if (answered_ != nullptr) return *answered_;  // announced by a 1xx
  if (forgotten_ != 0) {
    --forgotten_;
    answering_ = new_exchange();
    answered_ = answering_.get();
  } else if (std::optional<ExchangePtr> front = waiting_.take_front()) {
    answering_ = std::move(*front);
    answered_ = answering_.get();
  } else if (asking_ && !asking_->response.done) {
    answered_ = asking_.get();
  } else {
    answering_ = new_exchange();
    answered_ = answering_.get();
  }
  return *answered_;
}

/// The message that a status line begins: the response itself, or a 1xx before it.
Message& HttpDissector::begin_message(Exchange& exchange, const Line& line, std::uint64_t offset) {
  const StatusLine status = *parse_status_line(line.text);
  const bool interim = status.status / 100 == 1 && status.status != 101;
  if (interim && exchange.interim.size() < session().limits().record_items)
    exchange.interim.push_back(std::make_unique<Interim>());
  else if (interim)  // a flood: the last ones are told
    session().limit_reached("record_items"), exchange.interim.back() = std::make_unique<Interim>();
  Message& message = interim ? exchange.interim.back()->message : exchange.response;
  StatusLine& parsed = interim ? exchange.interim.back()->status : exchange.status;
  message.line = line.text;
  parsed = *parse_status_line(message.line);
  message.begun = true;
  message.saw(line.where, offset);
  const Faults said = faults(exchange, line.where.frames.last);
  if (!exchange.request.begun)
    exchange.lack(session().limits(), AnomalyKind::gap, "no_request",
                  "The request to this response is not in the capture.", line.where.frames.first);
  if (line.ending == Line::Ending::lf)
    said.say(AnomalyKind::malformed, "bare_lf", "The status line ends in LF, where CRLF is due.");
  if (status.icy)
    said.say(AnomalyKind::unusual, "icy_status_line", "The status line says ICY for HTTP, as Shoutcast servers do.");
  return message;
}

/// A hole in the server's stream may have swallowed responses: their requests are not matched with what comes now.
void HttpDissector::settle_loss() {
  if (!loss_) return;
  const Loss loss = *std::exchange(loss_, std::nullopt);
  forgotten_ = 0;
  const auto give_up = [&](const ExchangePtr lost) {
    lost->lack(session().limits(), AnomalyKind::gap, "response_gap", "The response is not in the capture.",
               lost->request.frames.last);
    emit(*lost);
  };
  const ExchangePtr* const newest = waiting_.back();
  const std::uint64_t latest = newest != nullptr ? (*newest)->asked_at : 0;
  if (newest != nullptr && latest >= loss.offset) {
    // Who asks again has the answer to what was asked before, unless both were asked at once.
    if (answering_) give_up(std::move(answering_));
    answered_ = nullptr;
    while ((*waiting_.front())->asked_at < latest) give_up(*waiting_.take_front());
  } else if (!loss.in_response && answered_ == nullptr && newest != nullptr) {
    // The hole began between two responses: it holds at least one.
    give_up(*waiting_.take_front());
  }
}

/// CONNECT or Upgrade was granted: another protocol goes on.
void HttpDissector::switch_protocol(const Exchange& exchange) {
  std::string protocol;
  if (exchange.status.status == 101) {
    auto upgrade = exchange.response.fields.find("upgrade");
    if (!upgrade) upgrade = exchange.request.fields.find("upgrade");
    if (upgrade) {
      std::string_view list = *upgrade;
      if (const auto first = next_element(list)) protocol = lower(first->substr(0, first->find('/')));
    }
  }
  finish_response();
  input(Side::client).resolve(Answer::accepted);
  session().become(protocol);
}

void HttpDissector::finish_response() {
  Exchange* const exchange = std::exchange(answered_, nullptr);
  exchange->response.done = true;
  if (answering_.get() != exchange) return;  // its request is still being read
  emit(*exchange);
  answering_.reset();
}

/// True where what comes now answers an HTTP/0.9 request, and so has no status line.
bool HttpDissector::bare_front() {
  const ExchangePtr* const front = waiting_.front();
  return answered_ == nullptr && front != nullptr && (*front)->bare;
}

/// The response of HTTP/0.9: a body up to the end, which begins with this line.
Talk HttpDissector::bare_response(Input& in, Line line) {
  Exchange& exchange = begin_response();
  Message& message = exchange.response;
  message.begun = true;
  open_body(exchange, message, {Framing::Kind::until_close, 0, {}}, line.where.offset);
  take(exchange, message, line, UINT64_MAX);
  bool whole = true;
  co_await body(in, message, exchange, whole);
}

/// The server's stream has ended.
void HttpDissector::end_response(Close how) {
  if (answered_ == nullptr) return;
  if (!answered_->response.begun) {
    if (!answered_->interim.back()->message.done) cut(*answered_, answered_->interim.back()->message, how);
    return;
  }
  Message& message = answered_->response;
  const bool closed = message.body && message.body->framing().kind == Framing::Kind::until_close && how == Close::fin;
  if (closed)
    finish_body(*answered_, message, true);
  else
    cut(*answered_, message, how);
  finish_response();
}

void HttpDissector::unanswered(Exchange& exchange) {
  if (exchange.request.begun)
    exchange.lack(session().limits(), AnomalyKind::cut_off, "no_response",
                  "No response to this request is in the capture.", exchange.request.frames.last);
  emit(exchange);
}

}  // namespace wiretale::web
