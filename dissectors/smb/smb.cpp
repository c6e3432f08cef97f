#include "smb/smb.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include <wiretale/records.hpp>

#include "common/notes.hpp"
#include "smb/dissector.hpp"

namespace wiretale {
namespace shares {

SmbDissector::SmbDissector(Session& session)
    : StreamDissector(session), pending_(session, session.limits().stream_wait, [this](OpenExchange&& exchange) {
        unanswered(std::move(exchange));
      }) {}

/// An exchange with nothing in it. Those that were told are used again.
OpenExchange SmbDissector::fresh() {
  if (spare_.empty()) return std::make_unique<Exchange>();
  OpenExchange exchange = std::move(spare_.back());
  spare_.pop_back();
  return exchange;
}

/// The exchange waits for its answer.
Exchange& SmbDissector::open_exchange(MessageKey key, OpenExchange exchange, const Received& message) {
  exchange->asked = message.last;
  return *pending_.add(key, std::move(exchange), message.last);
}

void SmbDissector::unanswered(OpenExchange exchange) {
  exchange->record.exchange.complete = false;
  note(*exchange, AnomalyKind::cut_off, "no_response", "No answer to this is in the capture.",
       exchange->record.exchange.request_frames.last);
  emit(std::move(exchange));
}

void SmbDissector::emit(OpenExchange exchange) {
  constexpr std::size_t most_spare = 8;
  SmbRecord& record = exchange->record;
  if (exchange->open) {
    const Open& open = *exchange->open;
    if (record.path.empty()) record.path = open.path;
    if (record.file_id.empty()) record.file_id = open.id;
    if (!exchange->tree) exchange->tree = open.tree;
  }
  if (exchange->tree && record.share.empty()) {
    record.share = exchange->tree->share;
  }
  if (record.version != "1") {
    record.version = smb3_ ? "3" : record.version.empty() ? "2" : record.version;
    if (dialects_lost_ && dialect_.empty())
      note(*exchange, AnomalyKind::gap, "dialect_unknown",
           "Octets are missing before this, and with them maybe the dialect that was agreed on.",
           std::max(record.exchange.request_frames.last, record.exchange.response_frames.last));
  }
  if (record.dialect.empty()) record.dialect = dialect_;
  session().emit(record);
  if (spare_.size() >= most_spare) return;
  *exchange = Exchange{};
  spare_.push_back(std::move(exchange));
}

void SmbDissector::note(Exchange& exchange, AnomalyKind kind, std::string_view name, std::string_view text,
                        Frame frame) {
  wiretale::note(exchange.record.exchange.anomalies, session().limits(), kind, name, text, frame);
}

/// Says what is wrong with a message: octets that miss, or what can't be read although all is there.
void SmbDissector::note_damage(Exchange& exchange, const Received& message, bool understood) {
  if (message.damaged()) {
    exchange.record.exchange.complete = false;
    if (message.limited)
      note(exchange, AnomalyKind::limit, "message_limited", "The message is longer than what is kept of one.",
           message.frames.last);
    else if (message.ended)
      note(exchange, AnomalyKind::cut_off, "message_cut", "The stream ends before the message does.",
           message.frames.last);
    else
      note(exchange, AnomalyKind::gap, "octets_missing", "Octets of the message are not in the capture.",
           message.frames.last);
  } else if (!understood) {
    exchange.record.exchange.complete = false;
    note(exchange, AnomalyKind::malformed, "malformed_message",
         "The message is shorter than its command needs, or points outside of itself.", message.frames.last);
  }
}

void SmbDissector::end(Side side, Close) {
  if (const std::uint64_t left = std::exchange(skipped_[index(side)], 0); left != 0) {
    ++losses_;
    session().anomaly({AnomalyKind::gap, "octets_left",
                       fmt::format("The last {} octets of the {} begin no message.", left,
                                   side == Side::client ? "client" : "server"),
                       last_frame_[index(side)]});
  }
  if (!std::exchange(one_ended_, true)) return;
  end_netbios();
  pending_.flush();
  const Frame last = std::max(last_frame_[0], last_frame_[1]);
  for (auto& [key, open] : opens_) tell_open(*open, last);
  opens_.clear();
}

std::optional<Timestamp> windows_time(std::uint64_t value) {
  constexpr std::uint64_t epoch = 116'444'736'000'000'000;  // 1970 in this count
  constexpr std::uint64_t most = 92'233'720'368'547'758;    // what a Timestamp holds, in units of 100 ns
  if (value < epoch || value - epoch > most) return std::nullopt;
  return Timestamp{static_cast<std::int64_t>(value - epoch) * 100};
}

// ---- findings

void SmbDissector::emit_finding(std::string_view kind, std::string_view severity, std::string title,
                                std::string explanation, std::string evidence, std::vector<Frame> frames,
                                Timestamp time) {
  FindingRecord finding;
  finding.time = time;
  finding.kind = kind;
  finding.severity = severity;
  finding.title = std::move(title);
  finding.explanation = std::move(explanation);
  finding.evidence = std::move(evidence);
  finding.frames = std::move(frames);
  finding.wireshark_filter = fmt::format("frame.number in {{{}}}", fmt::join(finding.frames, ", "));
  session().emit(finding);
}

void SmbDissector::find_smb1(const Received& message) {
  if (std::exchange(smb1_told_, true)) return;
  emit_finding(
      "smb1-in-use", "warning", "SMB 1 is spoken",
      "SMB 1 has neither encryption nor protection against who changes its negotiation, and servers that speak "
      "it could be taken over without a password (EternalBlue, 2017). Switch it off on the server; everything "
      "made since 2006 speaks SMB 2.",
      dialect_.empty() ? "commands of SMB 1" : fmt::format("dialect {}", dialect_), {message.frames.last},
      message.first);
}

void SmbDissector::find_guest(const Received& message, const Exchange& exchange, bool anonymous) {
  if (std::exchange(guest_told_, true)) return;
  const SmbRecord& record = exchange.record;
  emit_finding(
      "smb-guest-access", "notice",
      anonymous ? "The server lets in who gives no name" : "The server takes the client as a guest",
      anonymous ? "A session without user and password: what it can see, anybody can. Windows uses such sessions "
                  "for a few questions of its own; shares should not be open to them."
                : "The server did not check the password and gave the rights of its guest account instead. What "
                  "is signed or encrypted with no key protects nothing.",
      record.user.empty() ? "no user name" : fmt::format("user {}", record.user), {message.frames.last}, message.first);
}

void SmbDissector::find_unsigned(const Received& message, const Exchange& exchange) {
  if (unsigned_told_ || guest_told_ || exchange.record.is_signed.value_or(true)) return;
  unsigned_told_ = true;
  emit_finding("smb-signing-off", "warning", "Messages are not signed",
               "Whoever sits between client and server can change what is read and written, or use the client's login "
               "for itself (an NTLM relay). Let the server require signatures.",
               server_requires_signing_ ? "the server requires signatures, but this command has none"
                                        : "neither side requires signatures",
               {message.frames.last}, message.first);
}

void SmbDissector::find_refused(const Received& message, const Exchange& exchange) {
  constexpr std::size_t many = 5;
  if (refused_told_) return;
  refused_frames_.push_back(message.frames.last);
  if (refused_frames_.size() < many) return;
  refused_told_ = true;
  emit_finding(
      "smb-refused-logons", "warning", fmt::format("The server refused {} logons of one connection", many),
      "Somebody tries passwords, or a program goes on with one that is no longer valid and will lock the "
      "account.",
      exchange.record.user.empty() ? std::string("no user name") : fmt::format("the last for {}", exchange.record.user),
      std::move(refused_frames_), message.first);
}

namespace {
constexpr std::array ports{Port{Transport::tcp, 445}, Port{Transport::tcp, 139}};
constexpr std::array<const RecordType*, 5> records{&record_type<SmbRecord>, &record_type<SmbFileRecord>,
                                                   &record_type<NetbiosSessionRecord>, &record_type<FileRecord>,
                                                   &record_type<FindingRecord>};
}  // namespace

}  // namespace shares

const Protocol smb{
    .name = "smb",
    .title = "Server Message Block 1, 2 and 3",
    .rfcs = "RFC 1001, RFC 1002",
    .ports = shares::ports,
    .probe = shares::probe,
    .stream = [](Session& session) -> std::unique_ptr<StreamDissector> {
      return std::make_unique<shares::SmbDissector>(session);
    },
    .datagram = nullptr,
    .records = shares::records,
    .across_ports = {},
};

}  // namespace wiretale
