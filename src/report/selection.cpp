#include "report/selection.hpp"

#include <algorithm>

namespace wiretale::report {

bool Selection::protocol(std::string_view name) const { return std::ranges::find(only_, name) != only_.end(); }

/// By the type's name, which is its protocol's or starts with it: `ftp_transfer`.
bool Selection::named_for(const RecordType& type) const {
  return std::ranges::any_of(only_, [&](std::string_view name) {
    return type.info.type.starts_with(name) &&
           (type.info.type.size() == name.size() || type.info.type[name.size()] == '_');
  });
}

bool Selection::record(const RecordType& type, const SessionFacts& session) const {
  if (!session_.empty() && session.id != session_) return false;
  if (only_.empty()) return true;
  if (!session.protocol.empty()) return protocol(session.protocol) || protocol(name_of(session.transport));
  return type.role != RecordRole::exchange || named_for(type);
}

bool Selection::session(const SessionRecord& record) const {
  if (!session_.empty() && record.session != session_) return false;
  if (only_.empty()) return true;
  // What the summary counts it under, or what IP carries.
  if (record.transport != "tcp" && record.transport != "udp" && protocol(record.transport)) return true;
  if (!record.protocols.empty())
    return std::ranges::any_of(record.protocols, [&](std::string_view name) { return protocol(name); });
  return protocol(record.service.empty() ? std::string_view("unknown") : record.service);
}

bool Selection::aside(const RecordType& type, const SessionFacts& about) const {
  if (!session_.empty() && about.id != session_) return false;
  return only_.empty() || named_for(type) || (!about.protocol.empty() && protocol(about.protocol));
}

bool Selection::loose(const RecordType& type) const {
  if (type.info.type == InterfaceRecord::info.type) return true;
  if (!session_.empty()) return false;
  return only_.empty() || type.role != RecordRole::exchange || named_for(type);
}

bool Selection::of_run(const RecordType& type, std::string_view session) const {
  if (session_.empty()) return true;
  return type.role == RecordRole::finding && session == session_;
}

}  // namespace wiretale::report
