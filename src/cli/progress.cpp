#include "cli/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <string>

#include <unistd.h>

#include <fmt/format.h>

#include <wiretale/tale.hpp>

namespace wiretale::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 500ms, between = 100ms;
constexpr std::uint64_t bar_columns = 30;

std::string line_of(const engine::Progress& progress) {
  const std::string packets = human_count(progress.packets, "packet");
  if (progress.total == 0) return fmt::format("{}, {}", human_bytes(progress.read), packets);
  const std::uint64_t read = std::min(progress.read, progress.total);
  const auto part = static_cast<double>(read) / static_cast<double>(progress.total);
  const auto full = static_cast<std::uint64_t>(part * static_cast<double>(bar_columns));
  std::string bar;
  for (std::uint64_t i = 0; i < bar_columns; ++i) bar += i < full ? "━" : "─";
  return fmt::format("{} {:3.0f} %  {} of {}, {}", bar, part * 100, human_bytes(read), human_bytes(progress.total),
                     packets);
}

}  // namespace

ProgressBar::ProgressBar(bool wanted) : wanted_(wanted && isatty(STDERR_FILENO) == 1), next_(Clock::now() + patience) {}

void ProgressBar::show(const engine::Progress& progress) {
  if (!wanted_) return;
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + between;
  drawn_ = true;
  const std::string text = fmt::format("\r\x1b[K{}", line_of(progress));
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void ProgressBar::clear() {
  if (!drawn_) return;
  drawn_ = false;
  std::fputs("\r\x1b[K", stderr);
}

}  // namespace wiretale::cli
