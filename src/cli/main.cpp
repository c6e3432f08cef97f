#include <string>
#include <vector>

#include "cli/cli.hpp"

int main(int count, char** arguments) {
  return wiretale::cli::run({arguments + (count > 0 ? 1 : 0), arguments + count});
}
