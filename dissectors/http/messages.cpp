// What reads messages of either side: header sections, bodies, and their ends.
#include <algorithm>
#include <utility>

#include "common/field_values.hpp"
#include "http/dissector.hpp"

namespace wiretale::web {
namespace {

/// The line ending that stood there.
Bytes ending_of(const Line& line) {
  if (line.ending == Line::Ending::none) return {};
  return bytes_of(line.ending == Line::Ending::crlf ? "\r\n" : "\n");
}

std::string_view how_it_ended(Close how) {
  switch (how) {
    case Close::fin:
      return "the connection was closed";
    case Close::reset:
      return "the connection was reset";
    case Close::timeout:
      return "the connection fell silent";
    case Close::capture_end:
      return "the capture ends";
    case Close::evicted:
      return "the session was given up";
    case Close::handed_over:
      return "another protocol goes on";
  }
  return "it ends";
}

}  // namespace

Faults HttpDissector::faults(Exchange& exchange, Frame frame) const {
  return {session().limits(), exchange.anomalies, frame};
}

HttpDissector::ExchangePtr HttpDissector::new_exchange() {
  auto exchange = std::make_unique<Exchange>();
  exchange->number = ++numbers_;
  return exchange;
}

/// A line of a header or trailer section; false where it was the last.
bool HttpDissector::add_field(Exchange& exchange, Message& message, HeaderFields& fields, const Line& line,
                              std::uint64_t offset) {
  message.saw(line.where, offset);
  return fields.add(line, session(), exchange.anomalies);
}

void HttpDissector::open_body(Exchange& exchange, Message& message, Framing framing, std::uint64_t offset) {
  const Side sender = &message == &exchange.request ? Side::client : Side::server;
  BodyAbout about{sender, std::move(framing), offset, file_name(exchange, sender), {}, {}};
  if (const auto type = message.fields.find("content-type")) about.media_type = main_value(*type);
  about.codings = content_codings(message.fields, session().limits());
  message.body = std::make_unique<Body>(session(), std::move(about));
}

/// Content octets, or a hole in them.
void HttpDissector::take(Exchange& exchange, Message& message, const Piece& piece, std::uint64_t offset) {
  if (piece.kind == Piece::Kind::run) message.saw(piece.where, offset);
  message.end = offset;
  if (piece.kind == Piece::Kind::missing) {
    const bool request = &message == &exchange.request;
    exchange.lack(session().limits(), AnomalyKind::gap, request ? "request_body_gap" : "response_body_gap",
                  request ? "Octets of the request's body are not in the capture."
                          : "Octets of the response's body are not in the capture.",
                  piece.where.frames.last);
  }
  message.body->take(piece, faults(exchange, piece.where.frames.last));
}

/// Content octets that were read as a line: up to `most` of them.
void HttpDissector::take(Exchange& exchange, Message& message, const Line& line, std::uint64_t most) {
  Piece piece{Piece::Kind::run, {}, 0, line.where};
  std::uint64_t offset = line.where.offset;
  for (const Bytes part : {bytes_of(line.text), ending_of(line)}) {
    piece.bytes = slice(part, 0, static_cast<std::size_t>(std::min<std::uint64_t>(most, part.size())));
    if (piece.bytes.empty()) continue;
    most -= piece.bytes.size();
    offset += piece.bytes.size();
    take(exchange, message, piece, offset);
  }
}

void HttpDissector::finish_body(Exchange& exchange, Message& message, bool whole) {
  if (message.body) message.body->finish(whole, message.end, faults(exchange, message.frames.last));
}

/// Reads the body that message.body is framed as. `whole` becomes false where its end was not found. Does not go on
/// where the stream ends before the body: end() looks after that.
Talk HttpDissector::body(Input& in, Message& message, Exchange& exchange, bool& whole) {
  const Framing& framing = message.body->framing();
  if (framing.kind == Framing::Kind::chunked) {
    co_await chunked(in, message, exchange, whole);
    co_return;
  }
  const bool bounded = framing.kind == Framing::Kind::length;
  Input::Body content = in.body(bounded ? framing.length - message.body->content_bytes() : UINT64_MAX);
  while (const Piece piece = co_await content.next()) take(exchange, message, piece, in.offset());
  if (content.left() != 0) co_await in.line();  // the stream has ended: nothing comes
}

Talk HttpDissector::chunked(Input& in, Message& message, Exchange& exchange, bool& whole) {
  for (;;) {
    const Line line = co_await in.line();
    message.saw(line.where, in.offset());
    std::uint64_t size = 0;
    if (!next_chunk(line, exchange, size)) {
      whole = false;
      co_return;
    }
    if (size == 0) break;
    Input::Body content = in.body(size);
    while (const Piece piece = co_await content.next()) take(exchange, message, piece, in.offset());
    const Line end = co_await in.line();  // never comes where the stream has ended
    message.saw(end.where, in.offset());
    if (end.text.empty()) continue;
    exchange.lack(session().limits(), AnomalyKind::malformed, "chunk_end_missing",
                  "A chunk is not followed by an empty line: its size and its octets disagree.", end.where.frames.last);
    whole = false;
    co_return;
  }
  for (;;) {
    const Line line = co_await in.line();
    if (!add_field(exchange, message, message.body->trailers, line, in.offset())) co_return;
  }
}

/// Reads a chunk's size; false where it is none.
bool HttpDissector::next_chunk(const Line& line, Exchange& exchange, std::uint64_t& size) {
  const Faults said = faults(exchange, line.where.frames.last);
  const ChunkSize chunk = parse_chunk_size(line.text);
  size = chunk.size;
  if (chunk.fault != ChunkSize::Fault::none) {
    const bool overflow = chunk.fault == ChunkSize::Fault::overflow;
    exchange.lack(session().limits(), AnomalyKind::malformed, overflow ? "chunk_size_overflow" : "chunk_size_invalid",
                  overflow
                      ? "The size of a chunk does not fit into 64 bits; where the body ends can't be known."
                      : "Where a chunk's size is due stands no hexadecimal number; where the body ends can't be known.",
                  said.frame);
    return false;
  }
  if (line.ending == Line::Ending::lf)
    said.say(AnomalyKind::malformed, "bare_lf", "The line with a chunk's size ends in LF, where CRLF is due.");
  if (!chunk.extension.empty())
    said.say(AnomalyKind::unusual, "chunk_extension",
             "A chunk's size is followed by an extension, which hardly anybody uses.");
  return true;
}

/// A message whose stream ended before it did.
void HttpDissector::cut(Exchange& exchange, Message& message, Close how) {
  const bool request = &message == &exchange.request;
  std::string text(how_it_ended(how));
  text += request ? " before the request's end" : " before the response's end";
  if (message.body && message.body->framing().kind == Framing::Kind::length)
    text += ": of " + std::to_string(message.body->framing().length) + " octets of the body came " +
            std::to_string(message.body->content_bytes());
  text += '.';
  text.front() = static_cast<char>(text.front() - 'a' + 'A');
  exchange.lack(session().limits(), AnomalyKind::cut_off, request ? "request_cut_off" : "response_cut_off", text,
                message.frames.last);
  finish_body(exchange, message, false);
}

/// A line that begins no message: an empty one, which may stand there (RFC 9112, section 2.2), or one that is no HTTP.
void HttpDissector::loose_line(Side side, const Line& line, bool in_step) {
  Loose& loose = loose_[index(side)];
  loose.octets += line.text.size() + ending_of(line).size();
  loose.frame = line.where.frames.last;
  if (!in_step || line.text.empty() || line.cut || std::exchange(loose.told, true)) return;
  session().anomaly({AnomalyKind::malformed, "not_http",
                     side == Side::client
                         ? "Where a request line is due stands something else; the next one is looked for."
                         : "Where a status line is due stands something else; the next one is looked for.",
                     loose.frame});
}

/// The stream ends behind octets that belong to no message.
void HttpDissector::tell_loose_end(Side side) {
  const Loose& loose = loose_[index(side)];
  if (loose.octets == 0) return;
  session().anomaly({AnomalyKind::unusual, side == Side::client ? "client_rest_not_told" : "server_rest_not_told",
                     "The last " + std::to_string(loose.octets) + " octets of the " +
                         (side == Side::client ? "client" : "server") +
                         " are no HTTP message, or the beginning of one.",
                     loose.frame});
}

void HttpDissector::emit(const Exchange& exchange) {
  if (!session().wants().records) return;
  RecordTexts texts;
  session().emit(make_record(exchange, session().facts().server, texts));
  if (exchange.request.begun) logins_.look(exchange, session());
}

void HttpDissector::gap(Side side, std::uint64_t missing, Frame frame) {
  const std::string octets = std::to_string(missing) + " octets are not in the capture";
  if (side == Side::client) {
    if (!asking_) return;
    asking_->lack(session().limits(), AnomalyKind::gap, "request_gap", octets + ": the request is not whole.", frame);
    finish_body(*asking_, asking_->request, false);
    finish_request();
    return;
  }
  Loss loss{input(Side::server).offset(), loss_ && loss_->in_response};
  if (answered_ != nullptr) {
    answered_->lack(session().limits(), AnomalyKind::gap, "response_gap", octets + ": the response is not whole.",
                    frame);
    if (answered_->response.begun) {
      finish_body(*answered_, answered_->response, false);
      finish_response();
      loss.in_response = true;
    }
  }
  loss_ = loss;
}

void HttpDissector::end(Side side, Close how) {
  if (side == Side::client)
    end_request(how);
  else
    end_response(how);
  if (how != Close::handed_over) tell_loose_end(side);
  if (++ended_ < 2) return;
  if (answering_) unanswered(*std::exchange(answering_, nullptr));
  answered_ = nullptr;
  waiting_.flush();
}

}  // namespace wiretale::web
