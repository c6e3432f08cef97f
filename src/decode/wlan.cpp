// IEEE 802.11 and the headers that capturing puts before it.
#include "decode/layer.hpp"
#include "decode/load.hpp"

namespace wiretale::decode {

namespace {

// Flags of the frame control field's second octet (IEEE 802.11, section 9.2.4.1).
constexpr std::uint8_t to_ds = 0x01, from_ds = 0x02, more_fragments = 0x04, protected_frame = 0x40, order = 0x80;
// Bits of a data frame's subtype (section 9.2.4.1.3).
constexpr std::uint8_t without_data = 4, with_qos = 8;

// Which of the addresses are the ends depends on who relays (IEEE 802.11, table 9-60). The fourth stands behind the
// header that all have.
void read_addresses(Header<24> header, Cursor& rest, std::uint8_t flags, Decoded& out) {
  const bool to = (flags & to_ds) != 0, from = (flags & from_ds) != 0;
  out.destination_mac = to ? load_mac<16>(header) : load_mac<4>(header);
  out.source_mac = from ? load_mac<16>(header) : load_mac<10>(header);
  if (!to || !from) return;
  const Bytes fourth = rest.take(6);
  if (rest.ok()) out.source_mac = load_mac<0>(Header<6>(fourth.first<6>()));
}

// Several data units in one frame (section 9.3.2.2.2): the first is taken. Reports whether it is all there.
bool take_subframe(Parse& parse) {
  if (parse.bytes.size() < 14) return false;
  const Header<14> header = parse.bytes.first<14>();
  parse.out.destination_mac = load_mac<0>(header);
  parse.out.source_mac = load_mac<6>(header);
  parse.consume(14);
  if (load16<12>(header) < parse.told) parse.set_told(load16<12>(header));
  return true;
}

Layer decode_data(Parse& parse, std::uint8_t subtype, std::uint8_t flags) {
  constexpr std::uint8_t aggregate = 0x80;
  if (parse.bytes.size() < 24) return parse.stop(Outcome::cut_off_link);
  const Header<24> header = parse.bytes.first<24>();
  Cursor rest(parse.bytes, 24);
  read_addresses(header, rest, flags, parse.out);
  bool aggregated = false;
  if ((subtype & with_qos) != 0) {
    aggregated = (rest.u8() & aggregate) != 0;
    rest.skip(1);
    if ((flags & order) != 0) rest.skip(4);  // HT control
  }
  if (!rest.ok()) return parse.stop(Outcome::cut_off_link);
  if ((subtype & without_data) != 0) return parse.stop(Outcome::wlan_no_data);
  if ((flags & protected_frame) != 0) return parse.stop(Outcome::wlan_encrypted);
  const bool first = ((parse.wlan_swapped ? load8<23>(header) : load8<22>(header)) & 0x0fU) == 0;  // fragment number
  if (!first || (flags & more_fragments) != 0) return parse.stop(Outcome::wlan_fragment);
  if (parse.wlan_padded) rest.skip((4 - rest.position() % 4) % 4);
  if (!rest.ok()) return parse.stop(Outcome::cut_off_link);
  parse.consume(rest.position());
  if (aggregated && !take_subframe(parse)) return parse.stop(Outcome::cut_off_link);
  return Layer::llc;
}

}  // namespace

Layer decode_wlan(Parse& parse) {
  if (parse.bytes.size() < 2) return parse.stop(Outcome::cut_off_link);
  const std::uint8_t control = parse.bytes[parse.wlan_swapped ? 1 : 0];
  const std::uint8_t flags = parse.bytes[parse.wlan_swapped ? 0 : 1];
  constexpr int management = 0, control_frame = 1, data = 2;
  switch (control >> 2 & 3) {
    case management:
      return parse.stop(Outcome::wlan_management);
    case control_frame:
      return parse.stop(Outcome::wlan_control);
    case data:
      return decode_data(parse, static_cast<std::uint8_t>(control >> 4), flags);
    default:
      return parse.stop(Outcome::unknown_ethertype);
  }
}

Layer decode_capwap_wlan(Parse& parse) {
  if (parse.bytes.size() < 2) return parse.stop(Outcome::cut_off_link);
  constexpr std::uint8_t version_and_type = 0x0f, data_frame = 0x08;
  const auto is_data = [](std::uint8_t octet) { return (octet & version_and_type) == data_frame; };
  parse.wlan_swapped = !is_data(parse.bytes[0]) && is_data(parse.bytes[1]);
  return Layer::wlan;
}

Layer decode_radiotap(Parse& parse) {
  constexpr std::uint32_t tsft = 1U << 0, flags_field = 1U << 1, more_words = 1U << 31;
  constexpr std::uint8_t fcs_at_end = 0x10, data_pad = 0x20;
  Cursor cursor(parse.bytes);
  cursor.skip(2);  // version, pad
  const std::uint16_t length = cursor.u16le();
  const std::uint32_t present = cursor.u32le();
  for (std::uint32_t word = present; (word & more_words) != 0 && cursor.ok();) word = cursor.u32le();
  if (!cursor.ok() || length < cursor.position() || length > parse.bytes.size())
    return parse.stop(Outcome::cut_off_link);
  if ((present & tsft) != 0) {
    cursor.skip((8 - cursor.position() % 8) % 8);  // a field is aligned to its own size
    cursor.skip(8);
  }
  const std::uint8_t flags = (present & flags_field) != 0 ? cursor.u8() : std::uint8_t{0};
  parse.wlan_padded = (flags & data_pad) != 0;
  parse.consume(length);
  if ((flags & fcs_at_end) != 0 && parse.told >= 4) parse.set_told(parse.told - 4);
  return Layer::wlan;
}

Layer decode_avs(Parse& parse) {
  if (parse.bytes.size() < 8) return parse.stop(Outcome::cut_off_link);
  const std::uint32_t length = load32<4>(Header<8>(parse.bytes.first<8>()));
  if (length < 8 || length > parse.bytes.size()) return parse.stop(Outcome::cut_off_link);
  parse.consume(length);
  return Layer::wlan;
}

Layer decode_prism(Parse& parse) {
  constexpr std::uint32_t avs_magic = 0x80211000, avs_mask = 0xfffff000;
  constexpr std::size_t prism_bytes = 144;
  if (parse.bytes.size() < 8) return parse.stop(Outcome::cut_off_link);
  const Header<8> header = parse.bytes.first<8>();
  if ((load32<0>(header) & avs_mask) == avs_magic) return Layer::avs;
  if (parse.bytes.size() < prism_bytes) return parse.stop(Outcome::cut_off_link);
  parse.consume(prism_bytes);
  return Layer::wlan;
}

Layer decode_ppi(Parse& parse) {
  constexpr std::uint16_t wlan_common = 2;
  Cursor cursor(parse.bytes);
  cursor.skip(2);  // version, flags
  const std::uint16_t length = cursor.u16le();
  const std::uint32_t link_type = cursor.u32le();
  if (!cursor.ok() || length < cursor.position() || length > parse.bytes.size())
    return parse.stop(Outcome::cut_off_link);
  bool fcs = false;
  for (Cursor fields(slice(parse.bytes, 8, length - 8U)); fields.left() >= 4;) {
    const std::uint16_t type = fields.u16le();
    Cursor field = fields.part(fields.u16le());
    if (type != wlan_common) continue;
    field.skip(8);  // TSF timer
    fcs = (field.u16le() & 1U) != 0;
  }
  parse.consume(length);
  if (fcs && parse.told >= 4) parse.set_told(parse.told - 4);
  const Layer inner = layer_of_link_type(link_type);
  return inner == Layer::done ? parse.stop(Outcome::no_packet_inside) : inner;
}

}  // namespace wiretale::decode
