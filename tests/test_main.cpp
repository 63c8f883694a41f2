#include "test_main.h"

#include <cstdio>
#include <filesystem>
#include <map>
#include <string>

namespace {

std::map<std::string, RegisteredTest::Run>& registeredTests()
{
    static std::map<std::string, RegisteredTest::Run> tests;
    return tests;
}

}  // namespace

RegisteredTest::RegisteredTest(const char* file, Run run)
{
    registeredTests()[std::filesystem::path(file).stem().string()] = run;
}

int main(int argc, char** argv)
{
    const auto& tests = registeredTests();
    auto test = tests.find(std::filesystem::path(argv[0]).filename().string());
    if (test == tests.end() && argc > 1) {
        test = tests.find(argv[1]);
        ++argv;
        --argc;
    }
    if (test != tests.end()) return test->second(argc, argv);
    std::fputs("Name one of the tests of this program:\n", stderr);
    for (const auto& [name, run] : tests) std::fprintf(stderr, "  %s\n", name.c_str());
    return 2;
}
