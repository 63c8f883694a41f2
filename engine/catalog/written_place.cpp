#include "catalog/written_place.h"

#include "base/limits.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <fnmatch.h>
#include <optional>
#include <vector>

namespace engine {

namespace {

// {instance}, and behind it {first epoch}, {how many times before}
constexpr std::size_t kNumbersMost = 3;

bool areEqualWithoutCase(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char one, unsigned char other) {
        return std::tolower(one) == std::tolower(other);
    });
}

// "-0-17": its numbers; nothing where it is something else, or a number has zeros before it.
std::optional<std::vector<std::uint64_t>> numbersOf(std::string_view text)
{
    std::vector<std::uint64_t> numbers;
    while (!text.empty()) {
        if (text.front() != '-') return {};
        text.remove_prefix(1);
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const auto length = static_cast<std::size_t>(end - text.data());
        if (error != std::errc{} || (length > 1 && text.front() == '0')) return {};
        numbers.push_back(number);
        text.remove_prefix(length);
    }
    return numbers;
}

// The numbers that stand in a path behind the name of `numbered`, of which the first is an instance; nothing
// where it is no such path.
std::optional<std::size_t> numbersBehind(const std::string& numbered, const std::string& path)
{
    const std::filesystem::path family(numbered), each(path);
    const std::string name = each.stem().string(), begin = family.stem().string();
    if (family.parent_path() != each.parent_path() || family.extension() != each.extension() ||
        !name.starts_with(begin))
        return {};
    const auto numbers = numbersOf(std::string_view(name).substr(begin.size()));
    if (!numbers || (!numbers->empty() && numbers->front() >= limits::kParallelismMax)) return {};
    return numbers->size();
}

// Whether files of one name with numbers may be called as those of the other: the one name is the other with
// an instance behind it.
bool isSameOrInstanceOf(const std::string& path, const std::string& other)
{
    const auto numbers = numbersBehind(other, path);
    return numbers && *numbers <= 1;
}

std::string firstFile(const std::string& numbered)
{
    const std::filesystem::path path(numbered);
    return (path.parent_path() / (path.stem().string() + "-0-1" + path.extension().string())).string();
}

}  // namespace

bool WrittenPlace::meets(const WrittenPlace& other) const
{
    if (path.empty() || other.path.empty()) return false;
    if (isNumbered && other.isNumbered)
        return isSameOrInstanceOf(path, other.path) || isSameOrInstanceOf(other.path, path);
    if (isNumbered != other.isNumbered) {
        const auto numbers =
            isNumbered ? numbersBehind(path, other.path) : numbersBehind(other.path, path);
        return numbers && *numbers >= 1 && *numbers <= kNumbersMost;
    }
    return path == other.path &&
        (table.empty() || other.table.empty() || areEqualWithoutCase(table, other.table));
}

bool WrittenPlace::isReadBy(const std::string& pattern) const
{
    if (path.empty() || !table.empty()) return false;
    const std::string example = isNumbered ? firstFile(path) : path;
    const bool isPattern = pattern.find_first_of("*?[") != std::string::npos;
    if (isPattern && ::fnmatch(pattern.c_str(), example.c_str(), FNM_PATHNAME) == 0) return true;
    return isNumbered ? numbersBehind(path, pattern).value_or(0) >= 2 : path == pattern;
}

std::string WrittenPlace::text() const
{
    if (!table.empty()) return "table \"" + table + "\" of " + path;
    return isNumbered ? "files like " + firstFile(path) : path;
}

}  // namespace engine
