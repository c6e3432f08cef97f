// The records that no single protocol owns: capture, interface, session, file, finding, host, summary.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/record.hpp>
#include <wiretale/tale.hpp>
#include <wiretale/tcp_records.hpp>

namespace wiretale {

/// What is read, known before the first packet.
struct CaptureRecord {
  static constexpr RecordInfo info{"capture", "What is read: the first record of every run."};

  std::vector<std::string> files;
  std::string format;
  std::string filter;

  static constexpr auto fields() {
    return FieldList{
        field("files", &CaptureRecord::files, "Input files in the order read; `-` is standard input."),
        field("format", &CaptureRecord::format, "Of the first file: pcap, pcapng."),
        field("filter", &CaptureRecord::filter, "BPF expression that packets had to match (pcap-filter(7))."),
    };
  }
};

/// An interface of the capture.
struct InterfaceRecord {
  static constexpr RecordInfo info{"interface", "An interface that packets were captured on; follows when it appears."};

  std::uint32_t number = 0;
  std::string name;
  std::string link_type;
  std::optional<std::uint32_t> snaplen;
  Nanos resolution{};
  std::string description;
  std::optional<std::uint32_t> fcs_bytes;
  std::string filter;
  std::string hardware;
  std::string os;
  std::string file;

  static constexpr auto fields() {
    return FieldList{
        field("number", &InterfaceRecord::number, "Index in the capture, from 0."),
        field("name", &InterfaceRecord::name, "As the capture gives it (pcapng if_name)."),
        field("link_type", &InterfaceRecord::link_type, "LINKTYPE_ name without the prefix: ETHERNET."),
        field("snaplen", &InterfaceRecord::snaplen, "Longest packet captured, in octets; absent: no limit."),
        field("resolution", &InterfaceRecord::resolution, "Seconds of one unit of its time stamps."),
        field("description", &InterfaceRecord::description, "As the capture gives it (pcapng if_description)."),
        field("fcs_bytes", &InterfaceRecord::fcs_bytes,
              "Octets of the frame check sequence that the capture tells of; they are not taken for payload."),
        field("filter", &InterfaceRecord::filter, "Filter that captured packets had passed (pcapng if_filter)."),
        field("hardware", &InterfaceRecord::hardware, "What the interface is made of (pcapng if_hardware)."),
        field("os", &InterfaceRecord::os, "Operating system of its machine (pcapng if_os)."),
        field("file", &InterfaceRecord::file, "The input, where there are several."),
    };
  }
};

/// A section of a pcapng capture.
struct SectionRecord {
  static constexpr RecordInfo info{"section", "A section of a pcapng capture: who wrote it; follows when it begins."};

  std::string byte_order;
  std::string hardware;
  std::string os;
  std::string application;
  std::string file;

  static constexpr auto fields() {
    return FieldList{
        field("byte_order", &SectionRecord::byte_order, "little-endian or big-endian."),
        field("hardware", &SectionRecord::hardware, "Machine that captured (pcapng shb_hardware)."),
        field("os", &SectionRecord::os, "Its operating system (pcapng shb_os)."),
        field("application", &SectionRecord::application, "Program that wrote it (pcapng shb_userappl)."),
        field("file", &SectionRecord::file, "The input, where there are several."),
    };
  }
};

/// A remark that somebody left in a capture.
struct CommentRecord {
  static constexpr RecordInfo info{"comment", "A remark that somebody left in the capture (pcapng opt_comment)."};

  std::optional<Timestamp> time;
  std::string_view about;
  std::optional<Frame> frame;
  std::optional<std::uint32_t> interface;
  std::string text;
  std::string file;

  static constexpr auto fields() {
    return FieldList{
        field("time", &CommentRecord::time, "Of the packet that it is about."),
        field("about", &CommentRecord::about,
              "What it is about: packet, section, interface, names, statistics, secrets."),
        field("frame", &CommentRecord::frame, "The packet that it is about."),
        field("interface", &CommentRecord::interface, "Number of the interface that it is about."),
        field("text", &CommentRecord::text, "The remark."),
        field("file", &CommentRecord::file, "The input, where there are several."),
    };
  }
};

/// One end of a session.
struct EndpointFields {
  IpAddress ip;
  std::optional<std::uint16_t> port;
  MacAddress mac;
  std::string name;

  static constexpr auto fields() {
    return FieldList{
        field("ip", &EndpointFields::ip, "Address."),
        field("port", &EndpointFields::port, "Port; absent where the transport has none."),
        field("mac", &EndpointFields::mac, "Link address that its first packet came from or went to."),
        field("name", &EndpointFields::name, "Name that the session itself gave to it."),
    };
  }
};

/// What one side sent, and what became of each of its octets. captured = delivered + duplicate + conflicting +
/// beyond limit + rejected.
struct DirectionFields {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t payload_bytes = 0;
  std::uint64_t retransmitted_packets = 0;
  std::uint64_t out_of_order_packets = 0;
  std::uint64_t gaps = 0;
  std::uint64_t gap_bytes = 0;
  std::uint64_t captured_bytes = 0;
  std::uint64_t delivered_bytes = 0;
  std::uint64_t duplicate_bytes = 0;
  std::uint64_t conflicting_bytes = 0;
  std::uint64_t beyond_limit_bytes = 0;
  std::uint64_t rejected_bytes = 0;
  TcpSideFields tcp;

  static constexpr auto fields() {
    return FieldList{
        field("packets", &DirectionFields::packets, "Packets sent."),
        field("bytes", &DirectionFields::bytes, "Sum of their IP lengths."),
        field("payload_bytes", &DirectionFields::payload_bytes,
              "Sum of their transport payloads as sent: octets sent twice count twice."),
        field("retransmitted_packets", &DirectionFields::retransmitted_packets,
              "TCP segments that were sent again: they carry octets seen before, or such as were lost before they came "
              "here; a SYN or FIN, too. Not the same packet captured twice."),
        field("out_of_order_packets", &DirectionFields::out_of_order_packets,
              "TCP segments that came shortly after one with later octets, and were new."),
        field("gaps", &DirectionFields::gaps, "Stretches of the stream that are not in the capture."),
        field("gap_bytes", &DirectionFields::gap_bytes, "Octets in them."),
        field("captured_bytes", &DirectionFields::captured_bytes,
              "Payload octets in the capture; the five counts that follow add up to it."),
        field("delivered_bytes", &DirectionFields::delivered_bytes, "Octets of the stream in order, each once."),
        field("duplicate_bytes", &DirectionFields::duplicate_bytes, "Octets seen before, with the same value."),
        field("conflicting_bytes", &DirectionFields::conflicting_bytes, "Octets seen before with another value."),
        field("beyond_limit_bytes", &DirectionFields::beyond_limit_bytes, "Octets dropped at a cap."),
        field("rejected_bytes", &DirectionFields::rejected_bytes, "Octets outside the window, or after a reset."),
        embed(&DirectionFields::tcp),
    };
  }
};

/// What the packets of a session were wrapped into: a tunnel, or a tag of the link.
struct TunnelFields {
  std::string_view kind;
  IpAddress client_ip;
  std::optional<std::uint16_t> client_port;
  IpAddress server_ip;
  std::optional<std::uint16_t> server_port;
  std::optional<std::uint32_t> id;
  std::optional<std::uint32_t> to_server_label;
  std::optional<std::uint32_t> to_client_label;

  static constexpr auto fields() {
    return FieldList{
        field(
            "kind", &TunnelFields::kind,
            "mpls, pppoe, pbb, ah, esp_null, 4in4, 6in4, 4in6, 6in6, ethernet_in_ip, etherip, pim, gre, pptp, erspan, "
            "vxlan, vxlan_gpe, geneve, gtp_u, teredo, l2tp, lisp, ayiya, capwap, mpls_in_ip, mpls_in_udp, gre_in_udp."),
        field("client_ip", &TunnelFields::client_ip,
              "The tunnel's end on the client's side; absent for tags, and where the addresses inside tell it (Teredo, "
              "6to4)."),
        field("client_port", &TunnelFields::client_port, "UDP port there, of the first packet."),
        field("server_ip", &TunnelFields::server_ip, "The tunnel's end on the server's side."),
        field("server_port", &TunnelFields::server_port, "UDP port there, of the first packet."),
        field("id", &TunnelFields::id,
              "The same in both directions: VNI, key of GRE around IP, ERSPAN or PPPoE session, I-SID, LISP instance."),
        field("to_server_label", &TunnelFields::to_server_label,
              "Of the client's first packet: MPLS label, TEID, key of GRE around Ethernet, PPTP call id, L2TP tunnel "
              "and session id, SPI."),
        field("to_client_label", &TunnelFields::to_client_label, "The same of the server's first packet."),
    };
  }
};

/// The first octets of both sides of a session that no dissector knows.
struct SampleFields {
  Redacted to_server, to_client;

  static constexpr auto fields() {
    return FieldList{
        field("to_server", &SampleFields::to_server, "First octets that the client sent."),
        field("to_client", &SampleFields::to_client, "First octets that the server sent."),
    };
  }
};

/// Where the packets of a session are, with several inputs.
struct InFileFields {
  std::string file;
  Frames frames;

  static constexpr auto fields() {
    return FieldList{
        field("file", &InFileFields::file, "The input."),
        field("frames", &InFileFields::frames, "The first and the last one there, as its own frames count."),
    };
  }
};

/// A conversation between two endpoints.
struct SessionRecord {
  static constexpr RecordInfo info{"session", "A conversation between two endpoints, told when it ended."};

  std::string session;
  Timestamp time;
  std::string_view transport;
  EndpointFields client;
  EndpointFields server;
  std::string_view direction_from;
  std::string community_id;
  std::string_view protocol;
  std::vector<std::string_view> protocols;
  std::string_view protocol_from;
  std::string_view service;
  SampleFields sample;
  Timestamp start;
  Timestamp end;
  Nanos duration{};
  Frames frames;
  std::vector<InFileFields> in_files;
  std::string_view state;
  std::optional<bool> midstream;
  std::string_view ended_by;
  std::optional<std::uint64_t> icmp_errors;
  DirectionFields to_server;
  DirectionFields to_client;
  std::optional<TcpFields> tcp;
  std::vector<std::uint16_t> vlan;
  std::vector<TunnelFields> tunnel;
  std::uint64_t exchanges = 0;
  std::vector<Anomaly> anomalies;

  static constexpr auto fields() {
    return FieldList{
        field("session", &SessionRecord::session, "Frame number of its first packet: the session's number."),
        field("time", &SessionRecord::time, "Start of the session."),
        field("transport", &SessionRecord::transport, "tcp, udp, sctp, icmp …"),
        field("client", &SessionRecord::client, "Who asked."),
        field("server", &SessionRecord::server, "Who was asked."),
        field("direction_from", &SessionRecord::direction_from,
              "How that is known: syn, syn_ack, port, banner, first_seen."),
        field("community_id", &SessionRecord::community_id, "Community ID v1 of the flow, seed 0."),
        field("protocol", &SessionRecord::protocol, "The last protocol that a dissector confirmed."),
        field("protocols", &SessionRecord::protocols, "All protocols, in order of appearance."),
        field("protocol_from", &SessionRecord::protocol_from,
              "How the protocol is known: port, content, expected, upgrade, user."),
        field("service", &SessionRecord::service,
              "IANA name of the server port, where no dissector knows the protocol."),
        field(
            "sample", &SessionRecord::sample,
            "First octets of each side, where no dissector knows the protocol; from a word on that hints at a secret, "
            "they are masked as secrets are."),
        field("start", &SessionRecord::start, "First packet."),
        field("end", &SessionRecord::end, "Last packet."),
        field("duration_s", &SessionRecord::duration, "From the first packet to the last."),
        field("frames", &SessionRecord::frames, "First and last packet."),
        field("in_files", &SessionRecord::in_files,
              "With several inputs, where `frames` counts the merged sequence: in which of them its packets are."),
        field("state", &SessionRecord::state,
              "tcp: handshake_only, established, half_closed, closed, reset, refused, no_reply; else answered, "
              "unanswered."),
        field("midstream", &SessionRecord::midstream, "True where no SYN was seen (tcp only)."),
        field("ended_by", &SessionRecord::ended_by,
              "client_fin, server_fin (who sent the first FIN), client_rst, server_rst, timeout, port_reuse, evicted, "
              "capture_end."),
        field("icmp_errors", &SessionRecord::icmp_errors, "ICMP errors that quote a packet of this session."),
        field("to_server", &SessionRecord::to_server, "What the client sent."),
        field("to_client", &SessionRecord::to_client, "What the server sent."),
        field("tcp", &SessionRecord::tcp, "What TCP itself tells."),
        field("vlan", &SessionRecord::vlan, "VLAN ids of its first packet, outermost first."),
        field("tunnel", &SessionRecord::tunnel,
              "Tunnels and tags that its packets were unwrapped from, outermost first. Sessions in tunnels of other "
              "kinds, "
              "ends or ids are other sessions, whatever their addresses; tags make no difference."),
        field("exchanges", &SessionRecord::exchanges, "Number of exchanges told."),
        field("anomalies", &SessionRecord::anomalies, "What was wrong or odd with the session itself."),
    };
  }
};

/// An IP fragment.
struct FragmentFields {
  Frame frame = 0;
  std::uint32_t offset = 0;
  std::uint32_t bytes = 0;
  bool more_fragments = false;

  static constexpr auto fields() {
    return FieldList{
        field("frame", &FragmentFields::frame, "Its frame."),
        field("offset", &FragmentFields::offset, "Of its data in the datagram, in octets."),
        field("bytes", &FragmentFields::bytes, "Octets of its data."),
        field("more_fragments", &FragmentFields::more_fragments, "MF: it isn't the last one."),
    };
  }
};

/// Octets that two fragments carried with different values.
struct FragmentConflictFields {
  std::uint32_t offset = 0;
  std::uint64_t bytes = 0;
  std::string kept, dropped;

  static constexpr auto fields() {
    return FieldList{
        field("offset", &FragmentConflictFields::offset, "Of the first such octet in the datagram."),
        field("bytes", &FragmentConflictFields::bytes, "How many differ."),
        field("kept", &FragmentConflictFields::kept, "The version that went on, from there; cut after 64 octets."),
        field("dropped", &FragmentConflictFields::dropped, "The other version."),
    };
  }
};

/// An IP datagram that came in fragments.
struct FragmentsRecord {
  static constexpr RecordInfo info{"fragments", "An IP datagram that came in fragments."};

  Timestamp time;
  Frames frames;
  IpAddress source, destination;
  std::uint32_t protocol = 0;
  std::uint32_t identification = 0;
  std::string_view outcome;
  std::optional<std::uint32_t> bytes;
  std::vector<FragmentFields> fragments;
  std::vector<FragmentConflictFields> conflicts;
  std::vector<Anomaly> anomalies;

  static constexpr auto fields() {
    using R = FragmentsRecord;
    return FieldList{
        field("time", &R::time, "The first fragment."),
        field("frames", &R::frames, "First and last frame."),
        field("source", &R::source, "Sender."),
        field("destination", &R::destination, "Receiver."),
        field("protocol", &R::protocol, "IP protocol number, or the next header of the IPv6 fragment header."),
        field("identification", &R::identification, "What all fragments of the datagram share."),
        field("outcome", &R::outcome,
              "complete; timed_out (`fragment_wait`), evicted (`fragment_bytes`, `fragment_datagrams`), too_many "
              "(`fragment_pieces`), unfinished (at the end of the capture): not put together."),
        field("bytes", &R::bytes, "Octets of its data, where the last fragment is there."),
        field("fragments", &R::fragments, "As they came, repeated ones included."),
        field("conflicts", &R::conflicts, "Where fragments overlap with different octets."),
        field("anomalies", &R::anomalies, "What was odd: overlap, tiny_fragment."),
    };
  }
};

/// A file or body that was carried.
struct FileRecord {
  static constexpr RecordInfo info{"file", "A file, or the body of a message, that a session carried."};

  std::string id;
  Timestamp time;
  std::string_view protocol;
  Frames frames;
  std::string_view direction;
  std::string name;
  std::string media_type;
  std::string_view detected_media_type;
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> expected_bytes;
  std::vector<std::vector<std::uint64_t>> missing;
  bool complete = true;
  std::string sha256;
  std::string md5;
  std::string extracted;
  std::optional<std::uint64_t> extracted_bytes;

  static constexpr auto fields() {
    return FieldList{
        field("id", &FileRecord::id, "What other records call it: `<session>.<n>`."),
        field("time", &FileRecord::time, "Its first octet."),
        field("protocol", &FileRecord::protocol, "The protocol that carried it."),
        field("frames", &FileRecord::frames, "Frames that carry it."),
        field("direction", &FileRecord::direction, "to_client or to_server."),
        field("name", &FileRecord::name, "Name that the protocol gave to it, as it was sent."),
        field("media_type", &FileRecord::media_type, "Declared media type (RFC 6838)."),
        field("detected_media_type", &FileRecord::detected_media_type,
              "Media type by content; with --hash or --extract only."),
        field("bytes", &FileRecord::bytes, "Octets seen, transfer coding undone."),
        field("expected_bytes", &FileRecord::expected_bytes, "Octets announced."),
        field("missing", &FileRecord::missing, "Holes: [offset, length] each."),
        field("complete", &FileRecord::complete, "True where all of it was seen."),
        field("sha256", &FileRecord::sha256, "Of a complete file; with --hash or --extract only."),
        field("md5", &FileRecord::md5, "Of a complete file; with --hash or --extract only."),
        field("extracted", &FileRecord::extracted, "Its name in the folder of --extract."),
        field("extracted_bytes", &FileRecord::extracted_bytes,
              "Octets written there, where a limit made them fewer than were seen."),
    };
  }
};

/// Something that a reader should know.
struct FindingRecord {
  static constexpr RecordInfo info{"finding", "Something that a reader should know, with its evidence."};

  Timestamp time;
  std::string_view kind;
  std::string_view severity;
  std::string title;
  std::string explanation;
  std::vector<Frame> frames;
  std::string evidence;
  std::string wireshark_filter;

  static constexpr auto fields() {
    return FieldList{
        field("time", &FindingRecord::time, "When it showed."),
        field("kind", &FindingRecord::kind, "Stable name in kebab-case: cleartext-password."),
        field("severity", &FindingRecord::severity, "info, notice, warning or serious."),
        field("title", &FindingRecord::title, "One line."),
        field("explanation", &FindingRecord::explanation, "Why it matters, and what to do."),
        field("frames", &FindingRecord::frames, "The frames that prove it."),
        field("evidence", &FindingRecord::evidence, "What they show, secrets masked."),
        field("wireshark_filter", &FindingRecord::wireshark_filter, "Display filter that shows the frames."),
    };
  }
};

/// A name of a host, and who gave it.
struct HostNameFields {
  std::string name;
  std::string_view from;
  std::optional<Frame> frame;

  static constexpr auto fields() {
    return FieldList{
        field("name", &HostNameFields::name, "The name."),
        field("from", &HostNameFields::from,
              "dns, dhcp, netbios, mdns, tls, smb or http; capture: a block of names in the capture file."),
        field("frame", &HostNameFields::frame, "The frame that says so."),
    };
  }
};

/// Packets and octets one way.
struct TrafficFields {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;

  static constexpr auto fields() {
    return FieldList{field("packets", &TrafficFields::packets, "Packets."),
                     field("bytes", &TrafficFields::bytes, "Sum of their IP lengths.")};
  }
};

/// An address that took part in sessions.
struct HostRecord {
  static constexpr RecordInfo info{"host", "An address that took part in sessions."};

  Timestamp time;
  IpAddress ip;
  std::span<const MacAddress> macs;
  std::string_view vendor;
  std::span<const HostNameFields> names;
  std::span<const std::string_view> roles;
  TrafficFields sent;
  TrafficFields received;

  static constexpr auto fields() {
    return FieldList{
        field("time", &HostRecord::time, "Start of its first session."),
        field("ip", &HostRecord::ip, "Its address."),
        field("macs", &HostRecord::macs,
              "Link addresses that its packets came from; a router's where it is beyond one."),
        field("vendor", &HostRecord::vendor, "Who made the network interface, by the first MAC address (IEEE OUI)."),
        field("names", &HostRecord::names, "Its names, and which frames say so."),
        field("roles", &HostRecord::roles, "What it was in sessions: `dns server`, `http client` …"),
        field("sent", &HostRecord::sent, "In sessions."),
        field("received", &HostRecord::received, "In sessions."),
    };
  }
};

/// Mails with one Message-ID, seen on several legs of their way.
struct MailJourneyRecord {
  static constexpr RecordInfo info{"mail_journey", "A mail that was seen more than once, by its Message-ID."};

  Timestamp time;
  std::string message_id;
  std::vector<std::string> mails;

  static constexpr auto fields() {
    return FieldList{field("time", &MailJourneyRecord::time, "When it was first seen."),
                     field("message_id", &MailJourneyRecord::message_id, "RFC 5322, section 3.6.4."),
                     field("mails", &MailJourneyRecord::mails, "Ids of the mails, in the order seen.")};
  }
};

/// Who announced a session, and what it was for.
struct AnnouncementFields {
  std::string session;
  std::string transfer;

  static constexpr auto fields() {
    return FieldList{field("session", &AnnouncementFields::session, "Session that announced it."),
                     field("transfer", &AnnouncementFields::transfer, "What it was for: `download /a.bin`.")};
  }
};

/// A session between other hosts than those that announced it.
struct AnnouncedSessionRecord {
  static constexpr RecordInfo info{
      "announced_session",
      "A session that others announced, and not for their own two hosts: FTP data between servers."};

  Timestamp time;
  Frames frames;
  std::string data_session;
  EndpointFields client;
  EndpointFields server;
  std::vector<AnnouncementFields> announced_by;
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> missing_bytes;

  static constexpr auto fields() {
    using R = AnnouncedSessionRecord;
    return FieldList{
        field("time", &R::time, "Start of the session."),
        field("frames", &R::frames, "Its first and last packet."),
        field("data_session", &R::data_session, "The session's number."),
        field("client", &R::client, "Who connected."),
        field("server", &R::server, "To whom: the endpoint that was announced."),
        field("announced_by", &R::announced_by,
              "The sessions that announced it, in the order in which their transfers ended."),
        field("bytes", &R::bytes, "Octets seen of it."),
        field("missing_bytes", &R::missing_bytes, "Octets of it that are not in the capture."),
    };
  }
};

/// What a protocol's sessions add up to.
struct ProtocolTotal {
  std::uint64_t sessions = 0;
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;

  static constexpr auto fields() {
    return FieldList{field("sessions", &ProtocolTotal::sessions, "Sessions."),
                     field("packets", &ProtocolTotal::packets, "Packets in them."),
                     field("bytes", &ProtocolTotal::bytes, "Sum of their IP lengths.")};
  }
};

/// Where reading stopped before the end of the input.
struct TruncatedAt {
  std::string file;
  std::uint64_t offset = 0;
  std::string reason;

  static constexpr auto fields() {
    return FieldList{field("file", &TruncatedAt::file, "The input."),
                     field("offset", &TruncatedAt::offset, "Octets from its start."),
                     field("reason", &TruncatedAt::reason, "What is wrong there.")};
  }
};

/// A stretch of an input that was passed over.
struct SkippedFields {
  std::string file;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::uint64_t bytes = 0;
  std::string reason;

  static constexpr auto fields() {
    return FieldList{
        field("file", &SkippedFields::file, "The input."),
        field("from", &SkippedFields::from, "Where it begins, in octets from the start of the input."),
        field("to", &SkippedFields::to, "Where reading went on."),
        field("bytes", &SkippedFields::bytes, "Octets between them."),
        field("reason", &SkippedFields::reason, "What is wrong there."),
    };
  }
};

/// Packets that were lost before they came into the capture, as it tells itself.
struct DroppedFields {
  std::optional<std::uint64_t> kernel;
  std::optional<std::uint64_t> interface;
  std::optional<std::uint64_t> application;
  std::optional<std::uint64_t> between_packets;

  static constexpr auto fields() {
    return FieldList{
        field("kernel", &DroppedFields::kernel, "By the operating system (pcapng isb_osdrop)."),
        field("interface", &DroppedFields::interface, "By the interface (pcapng isb_ifdrop)."),
        field("application", &DroppedFields::application,
              "By the capturing program: what passed the filter, and it did not get (pcapng isb_usrdeliv)."),
        field("between_packets", &DroppedFields::between_packets,
              "As packets tell of those lost just before them (pcapng epb_dropcount)."),
    };
  }
};

/// Keys that a capture brings along.
struct SecretsFields {
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;

  static constexpr auto fields() {
    return FieldList{field("blocks", &SecretsFields::blocks, "Blocks of the capture that hold them."),
                     field("bytes", &SecretsFields::bytes, "Octets of key material and its text.")};
  }
};

/// The last record of a run.
struct SummaryRecord {
  static constexpr RecordInfo info{"summary", "What the run adds up to: the last record."};

  std::optional<Timestamp> time;
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::optional<Timestamp> first;
  std::optional<Timestamp> last;
  std::uint64_t sessions = 0;
  Named<ProtocolTotal> protocols;
  Named<std::uint64_t> not_decoded;
  std::uint64_t without_session = 0;
  std::uint64_t filtered_out = 0;
  std::uint64_t frames_without_packet = 0;
  std::optional<TruncatedAt> truncated_at;
  std::vector<SkippedFields> skipped;
  std::uint64_t skipped_bytes = 0;
  DroppedFields dropped;
  Named<std::uint64_t> link_errors;
  Named<SecretsFields> decryption_secrets;
  Named<std::uint64_t> other_blocks;
  Named<std::uint64_t> limits_reached;
  std::vector<Anomaly> anomalies;

  static constexpr auto fields() {
    return FieldList{
        field("time", &SummaryRecord::time, "The last packet."),
        field("packets", &SummaryRecord::packets, "Packets read, those that the filter left out included."),
        field("bytes", &SummaryRecord::bytes, "Their octets on the wire."),
        field("first", &SummaryRecord::first, "Earliest packet."),
        field("last", &SummaryRecord::last, "Latest packet."),
        field("sessions", &SummaryRecord::sessions, "Sessions told."),
        field("protocols", &SummaryRecord::protocols, "By protocol, or service name, or `unknown`."),
        field(
            "not_decoded", &SummaryRecord::not_decoded,
            "Packets that belong to no session, by reason; with the name of a link type or ethertype that is unknown."),
        field("without_session", &SummaryRecord::without_session,
              "Packets decoded that open no session, as ARP and ICMP errors."),
        field("filtered_out", &SummaryRecord::filtered_out, "Packets that the filter left out."),
        field("frames_without_packet", &SummaryRecord::frames_without_packet,
              "Frame numbers of blocks that hold no packet, but that Wireshark numbers among them."),
        field("truncated_at", &SummaryRecord::truncated_at,
              "Where reading an input ended before its end: the first such place."),
        field("skipped", &SummaryRecord::skipped, "Damaged stretches of the inputs, behind which reading went on."),
        field("skipped_bytes", &SummaryRecord::skipped_bytes, "Octets in all of them."),
        field("dropped", &SummaryRecord::dropped, "Packets lost while capturing, where the capture tells it."),
        field("link_errors", &SummaryRecord::link_errors,
              "Packets with an error of the link, by its name (pcapng epb_flags)."),
        field("decryption_secrets", &SummaryRecord::decryption_secrets,
              "Keys that the capture brings along, by kind (pcapng DSB)."),
        field("other_blocks", &SummaryRecord::other_blocks,
              "Blocks of the capture that hold neither packets nor what is told here, by kind."),
        field("limits_reached", &SummaryRecord::limits_reached, "Caps that were reached, and how often."),
        field("anomalies", &SummaryRecord::anomalies, "What was wrong or odd with the capture itself."),
    };
  }
};

}  // namespace wiretale
