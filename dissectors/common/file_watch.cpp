#include "common/file_watch.hpp"

#include <openssl/evp.h>

#include <array>
#include <utility>

#include <wiretale/records.hpp>

#include "common/media_type.hpp"

namespace wiretale {
namespace {

/// One running hash of OpenSSL's.
class Hash {
 public:
  explicit Hash(const EVP_MD* kind) : context_(EVP_MD_CTX_new()) {
    good_ = context_ && EVP_DigestInit_ex(context_.get(), kind, nullptr) == 1;
  }
  void add(Bytes bytes) {
    if (good_) good_ = EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
  }
  /// In hex; empty where OpenSSL won't (MD5 in a FIPS build).
  std::string finish() {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> octets{};
    unsigned size = 0;
    std::string hex;
    if (!good_ || EVP_DigestFinal_ex(context_.get(), octets.data(), &size) != 1) return hex;
    static constexpr std::string_view digits = "0123456789abcdef";
    for (const std::uint8_t octet : Bytes(octets).first(size)) {
      hex += digits[octet >> 4U];
      hex += digits[octet & 0x0fU];
    }
    return hex;
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
  bool good_ = false;
};

}  // namespace

/// What only --hash and --extract ask for.
struct FileWatch::Digest {
  Hash sha256{EVP_sha256()};
  Hash md5{EVP_md5()};
  std::string start;  // its first media_type_octets, up to a hole

  void add(Bytes bytes) {
    sha256.add(bytes);
    md5.add(bytes);
    if (start.size() < media_type_octets) start += text_of(slice(bytes, 0, media_type_octets - start.size()));
  }
};

FileWatch::FileWatch(Session& session, FileAbout about) : session_(session), about_(std::move(about)) {
  if (session.wants().hashes) digest_ = std::make_unique<Digest>();
}

FileWatch::FileWatch(FileWatch&&) noexcept = default;
FileWatch::~FileWatch() = default;

void FileWatch::start(const Where& where) {
  id_ = session_.next_id();
  time_ = where.first;
  if (session_.wants().files) kept_ = session_.keep(id_);
}

void FileWatch::run(Bytes bytes, const Where& where) {
  const std::uint64_t offset = bytes_ + lost_;
  count(bytes.size(), where);
  if (kept_ && !bytes.empty()) kept_->write(offset, bytes);
  if (digest_ && lost_ == 0) digest_->add(bytes);
}

void FileWatch::count(std::uint64_t octets, const Where& where) {
  if (octets == 0) return;
  if (id_.empty()) start(where);
  frames_.add(where.frames);
  bytes_ += octets;
}

void FileWatch::missing(std::uint64_t count, const Where& where) {
  if (count == 0) return;
  if (id_.empty()) start(where);
  const std::uint64_t offset = bytes_ + lost_;
  lost_ += count;
  if (!holes_.empty() && holes_.back().offset + holes_.back().length == offset)
    holes_.back().length += count;
  else if (holes_.size() < session_.limits().record_items)
    holes_.push_back({offset, count});
  else
    session_.limit_reached("record_items");
}

void FileWatch::take(const Piece& piece) {
  if (piece.kind == Piece::Kind::run)
    run(piece.bytes, piece.where);
  else if (piece.kind == Piece::Kind::missing)
    missing(piece.missing, piece.where);
}

FileSeen FileWatch::finish(bool whole) {
  FileSeen seen;
  seen.bytes = bytes_;
  seen.complete = whole && lost_ == 0 && about_.expected_bytes.value_or(bytes_) == bytes_;
  if (id_.empty()) return seen;
  seen.id = id_;

  FileRecord record;
  if (digest_) {
    seen.detected_media_type = detect_media_type(bytes_of(digest_->start));
    if (seen.complete) {
      seen.sha256 = digest_->sha256.finish();
      record.md5 = digest_->md5.finish();
    }
  }
  record.id = id_;
  record.time = time_;
  record.protocol = about_.protocol;
  record.frames = frames_;
  record.direction = about_.sender == Side::server ? "to_client" : "to_server";
  record.name = about_.name;
  record.media_type = about_.media_type;
  record.detected_media_type = seen.detected_media_type;
  record.bytes = bytes_;
  record.expected_bytes = about_.expected_bytes;
  for (const Hole& hole : holes_) record.missing.push_back({hole.offset, hole.length});
  record.complete = seen.complete;
  record.sha256 = seen.sha256;
  if (kept_) {
    const KeptFile::Kept kept = kept_->finish(about_.name, bytes_ + lost_, holes_);
    record.extracted = kept.name;
    if (!kept.name.empty() && kept.bytes != bytes_) record.extracted_bytes = kept.bytes;
  }
  session_.emit(record);
  return seen;
}

}  // namespace wiretale
