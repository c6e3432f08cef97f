// Writes the cases of a protocol in the form that protocol_fuzz reads.
//
// usage: fuzz_seeds PROTOCOL FOLDER
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "harness/cases.hpp"
#include "harness/wire_form.hpp"

using namespace wiretale::harness;

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: fuzz_seeds PROTOCOL FOLDER\n", stderr);
    return 2;
  }
  try {
    std::filesystem::create_directories(argv[2]);
    for (const Case& one : find_cases()) {
      if (one.protocol != argv[1]) continue;
      const Loaded loaded = load(one);
      if (!loaded.script) continue;
      std::ofstream out(std::filesystem::path(argv[2]) / one.name, std::ios::binary);
      out << wire_form_of(*loaded.script);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fuzz_seeds: %s\n", error.what());
    return 1;
  }
  return 0;
}
