// Runs a fuzz target over files and folders of inputs, for compilers without libFuzzer.
//
// Each argument is a file, or a folder whose files are taken in order of their names. A crash or a
// failed assertion ends the program, after the name of the input has been printed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> inputs(const std::vector<fs::path>& roots) {
  std::vector<fs::path> files;
  for (const fs::path& root : roots) {
    if (fs::is_regular_file(root)) files.push_back(root);
    if (!fs::is_directory(root)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

void run(const std::string& text) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

}  // namespace

int main(int count, char** arguments) {
  const auto files = inputs({arguments + 1, arguments + count});
  run("");
  for (const fs::path& file : files) {
    std::cout << file.string() << std::endl;  // flushed: the last name printed is the culprit
    std::ifstream stream(file, std::ios::binary);
    run({std::istreambuf_iterator<char>(stream), {}});
  }
  std::cout << files.size() + 1 << " inputs\n";
  return files.empty() ? 1 : 0;
}
