#include "harness/places.hpp"

namespace wiretale::harness {

std::filesystem::path source_folder() { return WIRETALE_SOURCE_DIR; }

}  // namespace wiretale::harness
