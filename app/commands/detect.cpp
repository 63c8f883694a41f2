#include "detect/detect.h"

#include "base/env.h"
#include "catalog/component.h"
#include "commands/command.h"
#include "commands/detect_kafka.h"
#include "data/utf8.h"

#include <algorithm>

namespace engine {

namespace {

constexpr std::size_t kRowsShown = 5;

std::string paddedTo(std::string text, std::size_t width)
{
    const std::size_t characters = codePointCount(text);
    return characters < width ? text + std::string(width - characters, ' ') : text;
}

// What a terminal would take for an order is shown as a question mark.
std::string printable(std::string text)
{
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
    return text;
}

void printColumns(const Detected& detected)
{
    std::size_t width = 4;
    for (const DetectedColumn& column : detected.columns)
        width = std::max(width, codePointCount(column.name));
    for (std::size_t i = 0; i < detected.columns.size(); ++i) {
        const DetectedColumn& column = detected.columns[i];
        std::string line = "  " + paddedTo(printable(column.name), width) + "  " + paddedTo(column.type, 9);
        std::string samples;
        for (std::size_t row = 0; row < std::min(detected.samples.size(), kRowsShown); ++row)
            if (!detected.samples[row][i].empty())
                samples += (samples.empty() ? "" : ", ") + printable(detected.samples[row][i]);
        if (!column.encoding.empty()) line += "  " + column.encoding;
        if (!column.path.empty()) line += "  at " + printable(column.path);
        if (column.misfits > 0) line += "  " + misfitsText(column);
        if (column.name == detected.timeColumn) line += "  time column";
        printLine(line + (samples.empty() ? "" : "  " + samples));
    }
}

void printParams(const Json& params)
{
    const std::string text = writeJson(params);
    printLine(std::string_view(text).substr(0, text.find_last_not_of('\n') + 1));
}

int detectKafka(const std::string& address, const Arguments& arguments)
{
    auto params = kafkaParams(address, arguments);
    if (!params) return fail(params.error());
    const auto sample = builtinCatalog().find("kafka_source")->sample(*params, {systemEnv(), ".", true});
    if (!sample) return fail(sample.error());
    const bool asJson = arguments.has("json");
    if (asJson && sample->isList) (*params)["topics"] = topicsAsJson(sample->choices);
    if (!asJson) printLine(sample->summary);
    for (const SampleChoice& choice : sample->choices)
        if (!asJson) printLine("  " + choice.text());
    if (sample->isList || sample->lines.empty()) {
        if (asJson) printParams(*params);
        return kDone;
    }
    const auto detected = detect(sample->lines, true);
    if (!detected) return fail(kWrongInput, detected.error().message);
    if (asJson) {
        if (detected->columnsLeftOut > 0) printErrorLine(detectedSentence(*detected));
        const Json found = sourceParams(*detected);
        for (const auto& [name, value] : found.items())
            if (name != "path") (*params)[name] = value;
        printParams(*params);
        return kDone;
    }
    printLine(detectedSentence(*detected));
    printColumns(*detected);
    return kDone;
}

int detectColumns(const Arguments& arguments)
{
    if (arguments.words().size() != 1)
        return fail(kWrongInput, "This command wants one file, a pattern in quotes, or kafka://host/topic.");
    const std::string& address = arguments.words().front();
    if (address.rfind(kKafkaScheme, 0) == 0) return detectKafka(address, arguments);
    if (arguments.has("set"))
        return fail(kWrongInput,
                    "--set is for kafka:// addresses; how a file is written is found in the file itself.");
    if (const std::size_t scheme = address.find("://"); scheme != std::string::npos)
        return fail(kWrongInput,
                    address + ": Nothing here reads \"" + address.substr(0, scheme) +
                        "\" addresses; detect looks at a file, at the first that fits a pattern, or at "
                        "kafka://host/topic.");
    const auto detected = detectFile(systemFiles(), address);
    if (!detected) {
        const Error& error = detected.error();
        return fail(kWrongInput, error.where.empty() ? error.message : error.where + ": " + error.message);
    }
    if (arguments.has("json")) {
        if (detected->columnsLeftOut > 0) printErrorLine(detectedSentence(*detected));
        printParams(sourceParams(*detected));
        return kDone;
    }
    printLine(detectedSentence(*detected));
    if (!detected->note.empty()) printLine(detected->note);
    printColumns(*detected);
    return kDone;
}

}  // namespace

Command detectCommand()
{
    return {"detect",
            "FILE|kafka://HOST[/TOPIC] [--set NAME=VALUE] [--json]",
            "The columns of a file, a topic, or the topics that fit a pattern (^...), found in a part of it.",
            {{"set", "NAME=VALUE",
              "a parameter of kafka_source, such as security=sasl_ssl, user=NAME or "
              "'password=${secret:NAME}'; may be repeated",
              true},
             {"json", "", "as parameters of a source, to paste into a document; topics as a list", false}},
            detectColumns};
}

}  // namespace engine
