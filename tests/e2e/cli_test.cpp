// The program as its user meets it: options, exit codes, what goes to which stream.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/wait.h>

#include "report/display.hpp"

#ifdef WIRETALE_BINARY

namespace wiretale {
namespace {

namespace fs = std::filesystem;

struct Ran {
  int exit = -1;
  std::string out, err;
};

std::string slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class Cli : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "wiretale-cli-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
  }
  void TearDown() override { fs::remove_all(folder); }

  /// Runs a shell command in which `wiretale` is the program.
  [[nodiscard]] Ran run(const std::string& command) const {
    const fs::path out = folder / "out", err = folder / "err";
    const std::string line = "cd " + folder.string() + "; wiretale() { " WIRETALE_BINARY " \"$@\"; }; { " + command +
                             "; } >" + out.string() + " 2>" + err.string() + " </dev/null";
    Ran ran;
    const int status = std::system(("bash -c '" + line + "'").c_str());
    ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ran.out = slurp(out);
    ran.err = slurp(err);
    return ran;
  }

  static std::string sample(const std::string& name) { return WIRETALE_SOURCE_DIR "/samples/" + name; }

  fs::path folder;
};

TEST_F(Cli, HelpFitsAScreen) {
  for (const char* command : {"wiretale --help", "wiretale -h", "wiretale help", "wiretale read --help"}) {
    const Ran ran = run(command);
    EXPECT_EQ(ran.exit, 0);
    std::istringstream lines(ran.out);
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) EXPECT_LE(report::columns(line), 80U) << line;
    EXPECT_LE(count, 24U);
    for (const char* option :
         {"--format", "--only", "--session", "--explain", "--wide", "--color", "--filter", "--map", "--hash",
          "--tcp-detail", "--overlap", "--secrets", "--secrets-key", "--output", "--jobs", "--quiet"})
      EXPECT_NE(ran.out.find(option), std::string::npos) << option;
  }
  EXPECT_EQ(run("wiretale --version").out.substr(0, 9), "wiretale ");
}

TEST_F(Cli, WrongUsageIsToldWithAdvice) {
  for (const char* command :
       {"wiretale", "wiretale --no-such-option x", "wiretale --format xml x.pcap", "wiretale --only nonsense x",
        "wiretale --session abc x", "wiretale --map 25=smtp x", "wiretale --secrets-key missing x",
        "wiretale schema nonsense", "wiretale -j 0 x", "wiretale - -"}) {
    const Ran ran = run(command);
    EXPECT_EQ(ran.exit, 2) << command << ran.err;
    EXPECT_TRUE(ran.err.starts_with("wiretale: ")) << command << ran.err;
    EXPECT_EQ(ran.out, "") << command;
  }
}

TEST_F(Cli, UnreadableInputIsTold) {
  const Ran missing = run("wiretale missing.pcap");
  EXPECT_EQ(missing.exit, 2);
  EXPECT_NE(missing.err.find("missing.pcap: "), std::string::npos) << missing.err;
  EXPECT_EQ(run("echo nonsense > x; wiretale x").exit, 2);
  EXPECT_EQ(run("wiretale --filter \"tcp prt 25\" " + sample("dns-lookups.pcap")).exit, 2);
  EXPECT_EQ(run("wiretale -o /nonexistent/x " + sample("dns-lookups.pcap")).exit, 2);
}

TEST_F(Cli, ACutCaptureIsReportedUpToTheCut) {
  const Ran ran = run("head -c 3000 " + sample("dns-lookups.pcap") + " > cut.pcap; wiretale cut.pcap");
  EXPECT_EQ(ran.exit, 0);
  EXPECT_NE(ran.out.find("What was left out\n  cut.pcap could be read up to"), std::string::npos) << ran.out;
  EXPECT_NE(ran.err.find("warning: cut.pcap: "), std::string::npos) << ran.err;
  EXPECT_EQ(run("wiretale -q cut.pcap 2>&1 >/dev/null").out, "");
}

TEST_F(Cli, AReaderThatLeavesIsNoFault) {
  for (const char* format : {"text", "json", "ndjson"}) {
    const Ran ran = run("set -o pipefail; wiretale --format " + std::string(format) + " " + sample("dns-lookups.pcap") +
                        " | head -1");
    EXPECT_EQ(ran.exit, 0) << format;
    EXPECT_EQ(ran.err, "");
  }
}

TEST_F(Cli, AFullDiskIsAFault) {
  if (!fs::exists("/dev/full")) GTEST_SKIP();
  const Ran ran = run("wiretale " + sample("dns-lookups.pcap") + " > /dev/full");
  EXPECT_EQ(ran.exit, 1);
  EXPECT_NE(ran.err.find("can't be written"), std::string::npos) << ran.err;
}

TEST_F(Cli, AnOutputFileIsThereWhenItIsWhole) {
  const std::string input = sample("dns-lookups.pcap");
  EXPECT_EQ(run("wiretale -o report.txt " + input).exit, 0);
  EXPECT_EQ(slurp(folder / "report.txt"), run("wiretale " + input).out);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  EXPECT_EQ(names.size(), 3U);  // out, err, report.txt
  // A capture is never written over.
  fs::copy_file(input, folder / "in.pcap");
  EXPECT_EQ(run("wiretale -o in.pcap in.pcap").exit, 2);
  EXPECT_EQ(slurp(folder / "in.pcap"), slurp(input));
  EXPECT_EQ(run("wiretale --format json -o /dev/stdout in.pcap").out.substr(0, 12), "{\"wiretale\":");
}

TEST_F(Cli, StandardInputIsAnInput) {
  const std::string input = sample("dns-lookups.pcap");
  const Ran piped = run("wiretale --format ndjson - < " + input);
  EXPECT_EQ(piped.exit, 0);
  const std::string named = run("wiretale --format ndjson " + input).out;
  EXPECT_EQ(piped.out.substr(piped.out.find('\n')), named.substr(named.find('\n')));
}

TEST_F(Cli, AnyNumberOfWorkersSaysTheSame) {
  for (const char* format : {"text", "json", "ndjson"}) {
    const std::string command = "wiretale --format " + std::string(format) + " " + sample("mail-journey.pcap") + " -j ";
    const std::string one = run(command + "1").out;
    EXPECT_FALSE(one.empty());
    EXPECT_EQ(run(command + "2").out, one);
    EXPECT_EQ(run(command + "5").out, one);
  }
}

TEST_F(Cli, ColoursOnlyWhereAskedFor) {
  const std::string input = sample("dns-lookups.pcap");
  EXPECT_EQ(run("wiretale " + input).out.find('\x1b'), std::string::npos);
  EXPECT_NE(run("wiretale --color always " + input).out.find('\x1b'), std::string::npos);
}

TEST_F(Cli, TellsProtocolsAndSchema) {
  EXPECT_NE(run("wiretale protocols").out.find("dns  "), std::string::npos);
  EXPECT_NE(run("wiretale schema").out.find("\"$defs\""), std::string::npos);
  EXPECT_NE(run("wiretale schema dns").out.find("\"const\": \"dns\""), std::string::npos);
}

}  // namespace
}  // namespace wiretale

#endif
