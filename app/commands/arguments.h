#pragma once

#include "base/result.h"
#include "base/time.h"

#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

// One option of a command: `--name`, with a value where `value` names one.
struct OptionInfo {
    std::string name{};   // without the dashes
    std::string value{};  // "FILE"; empty: a switch
    std::string help{};
    bool repeats = false;
};

// What was written behind a command's name. Immutable once parsed.
class Arguments {
public:
    // `--name value`, `--name=value` and words in any order; behind `--` everything is a word. Errors name
    // the nearest option.
    static Result<Arguments> parse(std::span<const std::string> words, std::span<const OptionInfo> options);

    const std::vector<std::string>& words() const { return m_words; }
    bool has(std::string_view option) const { return m_options.count(std::string(option)) > 0; }
    std::string value(std::string_view option, std::string otherwise = {}) const;  // the last one given
    std::vector<std::string> values(std::string_view option) const;
    Result<int> number(std::string_view option, int least, int otherwise,
                       int most = std::numeric_limits<int>::max()) const;
    Result<Duration> duration(std::string_view option, Duration otherwise) const;  // never negative

private:
    std::vector<std::string> m_words;
    std::map<std::string, std::vector<std::string>> m_options;
};

}  // namespace engine
