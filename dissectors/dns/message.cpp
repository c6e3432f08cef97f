#include "dns/message.hpp"

#include <wiretale/json.hpp>

#include "dns/edns.hpp"
#include "dns/rdata.hpp"

namespace wiretale::domain {
namespace {

constexpr std::uint16_t top_bit = 0x8000;
constexpr std::size_t fixed_record_bytes = 10;  // TYPE, CLASS, TTL, RDLENGTH

std::string_view name_of(Section section) {
  switch (section) {
    case Section::question:
      return "question";
    case Section::answer:
      return "answer";
    case Section::authority:
      return "authority record";
    case Section::additional:
      return "additional record";
  }
  return {};
}

std::string_view reason(NameFault fault) {
  switch (fault) {
    case NameFault::none:
      break;
    case NameFault::runs_out:
      return "ends within a label";
    case NameFault::label_type:
      return "has a length octet of a kind that is not in use";
    case NameFault::too_long:
      return "is longer than 255 octets";
    case NameFault::loop:
      return "has a compression pointer that leads in a circle";
    case NameFault::forward:
      return "has a compression pointer that leads forward, where only back is allowed";
    case NameFault::too_deep:
      return "has more compression pointers than a name can have labels";
  }
  return {};
}

std::string_view stable_name(NameFault fault) {
  switch (fault) {
    case NameFault::none:
      break;
    case NameFault::runs_out:
      return "label_runs_out";
    case NameFault::label_type:
      return "bad_label_type";
    case NameFault::too_long:
      return "name_too_long";
    case NameFault::loop:
      return "compression_loop";
    case NameFault::forward:
      return "compression_forward";
    case NameFault::too_deep:
      return "compression_too_deep";
  }
  return {};
}

AnomalyKind kind_of(Cut cut) {
  switch (cut) {
    case Cut::no:
      return AnomalyKind::malformed;
    case Cut::gap:
      return AnomalyKind::gap;
    case Cut::snaplen:
    case Cut::ended:
      break;
  }
  return AnomalyKind::cut_off;
}

std::string_view reason(Cut cut) {
  switch (cut) {
    case Cut::no:
      break;
    case Cut::snaplen:
      return "the capture kept only the start of the message";
    case Cut::gap:
      return "the capture misses octets of the message";
    case Cut::ended:
      return "the stream ends within the message";
  }
  return {};
}

/// Empties a list; gives memory back where a huge message had made it grow.
template <class T>
void reset(std::vector<T>& list) {
  if (list.capacity() > 512) list = {};
  list.clear();
}

/// An entry of which nothing could be read: the fault says all that is known of it.
template <class Entry>
void drop_empty(std::vector<Entry>& entries) {
  if (!present(entries.back())) entries.pop_back();
}

}  // namespace

std::optional<Header> read_header(Bytes message) {
  Cursor cursor(message);
  Header header;
  header.id = cursor.u16();
  header.flags = cursor.u16();
  for (std::uint16_t& count : header.counts) count = cursor.u16();
  if (!cursor.ok()) return std::nullopt;
  return header;
}

void Message::clear() {
  id.reset();
  header.reset();
  reset(questions);
  reset(answers);
  reset(authorities);
  reset(additionals);
  reset(addresses);
  edns.reset();
  extended_rcode = 0;
  faults.clear();
  whole = true;
  many_faults = many_items = false;
  memory_.text.clear();
  memory_.strings.clear();
  memory_.parameters.clear();
  memory_.options.clear();
  memory_.naptr.clear();
  memory_.caa.clear();
  memory_.ds.clear();
  memory_.dnskey.clear();
  memory_.rrsig.clear();
}

void Message::fault(AnomalyKind kind, std::string_view name, std::string text) {
  if (faults.size() < limits_->anomalies) {
    faults.push_back({kind, name, std::move(text), 0});
  } else {
    many_faults = true;
  }
}

void Message::read(Bytes bytes, const Reading& how, const Limits& limits) {
  clear();
  bytes_ = bytes;
  how_ = how;
  limits_ = &limits;
  header = read_header(bytes);
  if (bytes.size() >= 2) id = Cursor(bytes).u16();
  if (!header) {
    whole = false;
    std::string text =
        how.cut == Cut::no ? "a message has at least the 12 octets of its header" : std::string(reason(how.cut));
    fault(kind_of(how.cut), "short_header", text + "; there are " + std::to_string(bytes.size()));
    return;
  }
  names_.emplace(bytes, memory_.text, how.utf8);
  cursor_ = Cursor(bytes, header_bytes);
  read_sections();
  extended_rcode = static_cast<std::uint16_t>(extended_rcode | header->rcode());
  if (how.cut != Cut::no && whole) {
    whole = false;
    fault(kind_of(how.cut), "message_cut", std::string(reason(how.cut)));
  }
  if (many_items) {
    fault(AnomalyKind::limit, "record_items", "a section has more entries than are told");
  }
  if (header->reserved()) {
    fault(AnomalyKind::unusual, "reserved_bit", "the header bit that RFC 1035 reserves is set");
  }
}

/// Reads all sections, as far as they can be found.
void Message::read_sections() {
  for (unsigned i = 1; i <= header->counts[0]; ++i) {
    const Place place{Section::question, i};
    if (cursor_.empty()) return missing_entries(place);
    if (!read_question(place) || how_.only_question) return;
  }
  if (how_.only_question) return;
  constexpr std::array sections{Section::answer, Section::authority, Section::additional};
  const std::array lists{&answers, &authorities, &additionals};
  for (std::size_t s = 0; s < sections.size(); ++s) {
    for (unsigned i = 1; i <= header->counts[s + 1]; ++i) {
      const Place place{sections[s], i};
      if (cursor_.empty()) return missing_entries(place);
      if (!read_record(place, *lists[s])) return;
    }
  }
  if (!cursor_.empty() && header->opcode() != opcode::dso) {
    fault(AnomalyKind::malformed, "trailing_octets",
          std::to_string(cursor_.left()) + " octets follow the last record that the header announces");
  }
}

/// Reads the name that an entry starts with; false where what follows it can't be found.
bool Message::read_owner(Place place, std::string_view& name) {
  const std::size_t at = cursor_.position();
  const Name owner = names_->read(at, bytes_.size());
  name = owner.text;
  if (owner.fault != NameFault::none) name_fault(place, "name", at, owner.fault);
  if (!owner.after) {
    whole = false;
    return false;
  }
  cursor_.seek(*owner.after);
  return true;
}

void Message::read_class(std::uint16_t value, Code<RecordClass>& klass, std::optional<bool>& flag) const {
  if (how_.multicast) {
    if ((value & top_bit) != 0) flag = true;
    value &= static_cast<std::uint16_t>(~top_bit);
  }
  klass = Code<RecordClass>(value);
}

bool Message::read_question(Place place) {
  Question over_limit;
  const bool room = questions.size() < limits_->record_items;
  Question& question = room ? questions.emplace_back() : over_limit;
  if (!room) many_items = true;
  if (!read_owner(place, question.name)) {
    if (room) drop_empty(questions);
    return false;
  }
  if (cursor_.left() >= 2) question.type.emplace(cursor_.u16());
  if (cursor_.left() < 2) {
    runs_out(place, "TYPE or CLASS");
    if (room) drop_empty(questions);
    return false;
  }
  read_class(cursor_.u16(), question.klass.emplace(), question.unicast_response);
  return true;
}

bool Message::read_record(Place place, std::vector<ResourceRecord>& list) {
  ResourceRecord over_limit;
  const bool room = list.size() < limits_->record_items;
  ResourceRecord& record = room ? list.emplace_back() : over_limit;
  if (!room) many_items = true;
  if (!read_owner(place, record.name)) {
    if (room) drop_empty(list);
    return false;
  }
  if (cursor_.left() < fixed_record_bytes) {
    if (cursor_.left() >= 2) record.type.emplace(cursor_.u16());
    if (cursor_.left() >= 2) read_class(cursor_.u16(), record.klass.emplace(), record.cache_flush);
    runs_out(place, "fields");
    if (room) drop_empty(list);
    return false;
  }
  record.type.emplace(cursor_.u16());
  const std::uint16_t klass = cursor_.u16();
  record.ttl = cursor_.u32();
  const std::size_t length = cursor_.u16();
  const std::size_t at = cursor_.position();
  const bool is_opt = record.type->value == type::opt;
  if (is_opt) {
    record.klass.emplace(klass);
  } else {
    read_class(klass, record.klass.emplace(), record.cache_flush);
  }
  if (length > cursor_.left()) {
    RdataReader(*this, *names_).generic(at, length, record);
    runs_out(place, "RDATA");
    return false;
  }
  cursor_.skip(length);
  if (is_opt && opt(place, at, length, record)) {
    if (room) list.pop_back();
    return true;
  }
  read_contents(place, at, length, record);
  return true;
}

void Message::read_contents(Place place, std::size_t at, std::size_t length, ResourceRecord& record) {
  // An UPDATE names records by their TYPE and CLASS alone (RFC 2136, section 2.4).
  if (length == 0 && header->opcode() == opcode::update) return;
  const RdataReader::Outcome outcome = RdataReader(*this, *names_).read(at, length, record);
  if (outcome.whole) return;
  if (outcome.name_fault != NameFault::none) {
    name_fault(place, "name in the RDATA", at, outcome.name_fault);
    return;
  }
  fault(AnomalyKind::malformed, "bad_rdata",
        "RDATA of " + std::string(name_of(place.section)) + ' ' + std::to_string(place.number) + " at octet " +
            std::to_string(at) + " is not what its TYPE " + to_string(*record.type) + " asks for in " +
            std::to_string(length) + " octets");
}

/// Takes the OPT record; false where it is one more, or in the wrong section.
bool Message::opt(Place place, std::size_t at, std::size_t length, const ResourceRecord& record) {
  if (place.section != Section::additional || edns) {
    fault(
        AnomalyKind::malformed, "misplaced_opt",
        edns ? "a message has at most one OPT record; this has another"
             : "an OPT record belongs in the additional section; here it is an " + std::string(name_of(place.section)));
    return false;
  }
  const std::uint32_t ttl = *record.ttl;
  extended_rcode = static_cast<std::uint16_t>(ttl >> 24 << 4);
  Edns& found = edns.emplace();
  found.version = static_cast<std::uint8_t>(ttl >> 16);
  found.udp_size = static_cast<std::uint16_t>(record.klass->value);
  found.dnssec_ok = (ttl & top_bit) != 0;
  if (const auto reserved = static_cast<std::uint16_t>(ttl & 0x7FFFU); reserved != 0) found.reserved_flags = reserved;
  std::vector<EdnsOption>& options = memory_.options.start();
  if (!read_options(slice(bytes_, at, length), memory_.text, limits_->record_items, options)) {
    fault(AnomalyKind::malformed, "bad_edns_option",
          "an option of the OPT record is not what its length or code asks for");
  }
  found.options = options;
  if (options.size() >= limits_->record_items) many_items = true;
  return true;
}

void Message::runs_out(Place place, std::string_view what) {
  whole = false;
  const std::string where = std::string(name_of(place.section)) + ' ' + std::to_string(place.number);
  if (how_.cut == Cut::no) {
    fault(AnomalyKind::malformed, "record_runs_out",
          "the message ends within the " + std::string(what) + " of " + where);
  } else {
    fault(kind_of(how_.cut), "message_cut",
          std::string(reason(how_.cut)) + ", up to the " + std::string(what) + " of " + where);
  }
}

void Message::name_fault(Place place, std::string_view what, std::size_t at, NameFault fault_found) {
  if (fault_found == NameFault::runs_out && how_.cut != Cut::no) return runs_out(place, what);
  fault(AnomalyKind::malformed, stable_name(fault_found),
        "the " + std::string(what) + " of " + std::string(name_of(place.section)) + ' ' + std::to_string(place.number) +
            " at octet " + std::to_string(at) + ' ' + std::string(reason(fault_found)));
}

/// The message ends where an entry should begin.
void Message::missing_entries(Place place) {
  if (how_.cut != Cut::no) return runs_out(place, "start");
  whole = false;
  const auto section = static_cast<std::size_t>(place.section);
  fault(AnomalyKind::malformed, "counts_lie",
        "the header announces " + std::to_string(header->counts[section]) + " entries in the " +
            std::string(name_of(place.section)) + " section; the message ends after " +
            std::to_string(place.number - 1));
}

}  // namespace wiretale::domain
