#include "commands/arguments.h"

#include "spec/suggest.h"
#include "spec/units.h"

#include <algorithm>
#include <charconv>

namespace engine {

namespace {

Error wrongLine(std::string message) { return {ErrorCode::InvalidSpec, std::move(message), {}}; }

const OptionInfo* findOption(std::span<const OptionInfo> options, const std::string& name)
{
    const auto found = std::find_if(options.begin(), options.end(),
                                    [&](const OptionInfo& option) { return option.name == name; });
    return found == options.end() ? nullptr : &*found;
}

Error unknownOption(std::span<const OptionInfo> options, const std::string& name)
{
    std::vector<std::string> names;
    for (const OptionInfo& option : options) names.push_back(option.name);
    const auto near = nearestName(name, names);
    return wrongLine("There is no option \"--" + name + "\"" +
                     (near ? " (did you mean \"--" + *near + "\"?)." : "."));
}

}  // namespace

Result<Arguments> Arguments::parse(std::span<const std::string> words, std::span<const OptionInfo> options)
{
    Arguments arguments;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "--") {
            arguments.m_words.insert(arguments.m_words.end(),
                                     words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
            break;
        }
        if (word.rfind("--", 0) != 0) {
            arguments.m_words.push_back(word);
            continue;
        }
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
        const OptionInfo* option = findOption(options, name);
        if (!option) return unknownOption(options, name);
        auto& values = arguments.m_options[name];
        if (!values.empty() && !option->repeats)
            return wrongLine("The option \"--" + name + "\" is given twice.");
        if (option->value.empty()) {
            if (equals != std::string::npos)
                return wrongLine("The option \"--" + name + "\" takes no value.");
            values.emplace_back();
        } else if (equals != std::string::npos) {
            values.push_back(word.substr(equals + 1));
        } else if (i + 1 < words.size()) {
            values.push_back(words[++i]);
        } else {
            return wrongLine("The option \"--" + name + "\" needs a value: --" + name + " " + option->value +
                             ".");
        }
    }
    return arguments;
}

std::string Arguments::value(std::string_view option, std::string otherwise) const
{
    const auto found = m_options.find(std::string(option));
    return found == m_options.end() ? otherwise : found->second.back();
}

std::vector<std::string> Arguments::values(std::string_view option) const
{
    const auto found = m_options.find(std::string(option));
    return found == m_options.end() ? std::vector<std::string>{} : found->second;
}

Result<int> Arguments::number(std::string_view option, int least, int otherwise, int most) const
{
    if (!has(option)) return otherwise;
    const std::string text = value(option);
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isBounded = most < std::numeric_limits<int>::max();
    if (error != std::errc() || end != text.data() + text.size() || number < least || number > most)
        return wrongLine("The option \"--" + std::string(option) + "\" wants a whole number " +
                         (isBounded ? "from " + std::to_string(least) + " to " + std::to_string(most)
                                    : "of at least " + std::to_string(least)) +
                         ", not \"" + text + "\".");
    return number;
}

Result<Duration> Arguments::duration(std::string_view option, Duration otherwise) const
{
    if (!has(option)) return otherwise;
    const auto given = parseInterval(value(option));
    if (!given) return wrongLine("--" + std::string(option) + ": " + given.error().message);
    if (given->count() < 0)
        return wrongLine("The option \"--" + std::string(option) + "\" wants a time from now on, not \"" +
                         value(option) + "\".");
    return *given;
}

}  // namespace engine
