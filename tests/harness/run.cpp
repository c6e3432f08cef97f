#include "harness/run.hpp"

#include <algorithm>
#include <string_view>

#include "engine/batch.hpp"
#include "engine/reader.hpp"
#include "engine/registry.hpp"
#include "engine/worker.hpp"
#include "report/report.hpp"

namespace wiretale::harness {
namespace {

/// Collects what a Writer writes.
class Collector final : public report::Output {
 public:
  bool write(std::string_view bytes) override {
    text_ += bytes;
    return true;
  }
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  std::string text_;
};

/// Hands pieces to the Writer; there is no analysis.
class Listener final : public report::Audience {
 public:
  explicit Listener(report::Writer& writer) : writer_(writer) {}
  void piece(const report::PieceHead& head, std::string_view bytes) override { writer_.piece(head, bytes, {}); }
  void fact(const NameFact&) override {}
  void fact(const LookupFact&) override {}
  void fact(const AnnouncedFact&) override {}
  void fact(const report::SessionFact&) override {}
  [[nodiscard]] bool listening() const override { return true; }

 private:
  report::Writer& writer_;
};

report::Style style_of(const engine::Settings& settings) {
  report::Style style;
  style.format = report::Format::ndjson;
  style.secrets = settings.secrets;
  return style;
}

}  // namespace

struct Run::Stage {
  explicit Stage(const engine::Settings& asked)
      : settings(asked),
        renderer(report::make_renderer(style_of(settings))),
        writer(report::make_writer(style_of(settings), output)),
        listener(*writer),
        outlet(listener),
        worker(settings, *renderer, outlet),
        clock(settings.limits) {}

  const engine::Settings settings;
  Collector output;
  std::unique_ptr<report::Renderer> renderer;
  std::unique_ptr<report::Writer> writer;
  Listener listener;
  engine::DirectOutlet outlet;
  engine::Worker worker;
  engine::Clock clock;
  Frame last = 0;
};

Run::Run(const engine::Settings& settings) : stage_(std::make_unique<Stage>(settings)) {}
Run::~Run() = default;

void Run::packet(const decode::Decoded& packet) {
  if (stage_->clock.advance(packet.time)) stage_->worker.tick(stage_->clock.now().second(), packet.frame);
  stage_->worker.packet(packet, stage_->clock.now());
  stage_->last = packet.frame;
}

Told Run::finish() {
  stage_->worker.finish(stage_->last + 1);
  stage_->outlet.flush();
  stage_->writer->flush();
  Told told;
  for (std::string_view text = stage_->output.text(); !text.empty();) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    (line.starts_with(R"({"type":"session")") ? told.sessions : told.records).emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return told;
}

Told run(const Packets& packets, const engine::Settings& settings) {
  Run run(settings);
  for (const OwnedPacket& packet : packets) run.packet(packet.view());
  return run.finish();
}

engine::Settings settings_of(const Script& script) {
  engine::Settings settings;
  if (script.protocol.empty()) return settings;
  const Protocol* protocol = engine::protocol(script.protocol);
  if (protocol == nullptr) throw ScriptError("there is no protocol '" + script.protocol + "'");
  settings.mapped[{script.transport, script.server.port}] = protocol;
  return settings;
}

}  // namespace wiretale::harness
