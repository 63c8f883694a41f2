#include "commands/run_view.h"

#include "base/env.h"
#include "commands/command.h"
#include "commands/run_table.h"
#include "commands/signals.h"

#include <cstdio>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace engine {

namespace {

constexpr Duration kRedrawEvery = std::chrono::milliseconds(250);
constexpr Duration kTableEvery = std::chrono::seconds(2);
constexpr Duration kLineEvery = std::chrono::seconds(10);
constexpr Duration kMetricsEvery = std::chrono::seconds(1);
constexpr Duration kNever = std::chrono::hours(24 * 36500);
constexpr std::size_t kPlainWidth = 160;

std::size_t terminalWidth()
{
    winsize size{};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kPlainWidth;
    return size.ws_col;
}

// Whoever stops a run does not wait for a reader that has stopped too.
bool isOutputTaken()
{
    constexpr int kWaitMs = 1000;
    pollfd output{STDOUT_FILENO, POLLOUT, 0};
    return poll(&output, 1, kWaitMs) > 0;
}

Json withRejected(const JobTelemetry& telemetry, Duration running)
{
    Json json = telemetryJson(telemetry, running);
    json["rejected"] = rejectedJson(telemetry);
    return json;
}

}  // namespace

RunView::RunView(RunViewOptions options)
    : m_options(std::move(options)),
      m_onTerminal(isatty(STDERR_FILENO) && !m_options.json)
{
    m_every = m_onTerminal ? kRedrawEvery : m_options.table ? kTableEvery : kLineEvery;
    m_nextShown = m_every;
    m_nextMetrics = m_options.metricsFile.empty() ? kNever : kMetricsEvery;
}

void RunView::update(const JobTelemetry& telemetry, Duration running)
{
    if (running >= m_nextShown) {
        show(telemetry, running);
        m_nextShown = running + m_every;
    }
    if (running >= m_nextMetrics) {
        writeMetrics(telemetry, running);
        m_nextMetrics = running + kMetricsEvery;
    }
}

void RunView::say(const LogLine& line, const std::string& file)
{
    if (m_options.json && line.level > 0) return printErrorLine(compactJson(logJson(line)));
    if (line.level != 2) return;
    m_linesDrawn = 0;  // the table is drawn anew below
    printErrorLine(file + ": " +
                   (line.node.value.empty() ? std::string() : "node \"" + line.node.value + "\": ") +
                   line.text);
}

void RunView::show(const JobTelemetry& telemetry, Duration running)
{
    if (m_options.json) {
        printErrorLine(compactJson(telemetryJson(telemetry, running)));
    } else if (m_onTerminal) {
        drawInPlace(telemetry, running);
    } else if (m_options.table) {
        for (const std::string& line : telemetryTable(telemetry, running, kPlainWidth)) printErrorLine(line);
        printErrorLine("");
    } else {
        printErrorLine(telemetryLine(telemetry, running));
    }
}

void RunView::tell(const std::vector<AlertChange>& changes)
{
    for (const AlertChange& change : changes) {
        if (change.kind == AlertChange::Silent || change.kind == AlertChange::Observed) continue;
        // The table is drawn anew below the line.
        if (m_linesDrawn > 0) std::fprintf(stderr, "\x1b[%zuA\r\x1b[J", m_linesDrawn);
        m_linesDrawn = 0;
        printErrorLine(m_options.json ? compactJson(alertJson(change)) : alertLine(change));
    }
}

void RunView::drawInPlace(const JobTelemetry& telemetry, Duration running)
{
    std::string text;
    if (m_linesDrawn > 0) text = "\x1b[" + std::to_string(m_linesDrawn) + "A\r\x1b[J";
    const std::vector<std::string> lines = telemetryTable(telemetry, running, terminalWidth());
    for (const std::string& line : lines) text += line + "\n";
    m_linesDrawn = lines.size();
    std::fwrite(text.data(), 1, text.size(), stderr);
}

void RunView::finish(const JobTelemetry& telemetry, Duration running)
{
    if (m_onTerminal) drawInPlace(telemetry, running);
    if (!m_options.metricsFile.empty()) writeMetrics(telemetry, running);
    if (m_options.json) {
        if (wasInterrupted() && !isOutputTaken())
            return printErrorLine("The summary is not written: nobody takes it from standard output.");
        printLine(compactJson(withRejected(telemetry, running)));
        return;
    }
    if (!m_onTerminal && m_options.table)
        for (const std::string& line : telemetryTable(telemetry, running, kPlainWidth)) printErrorLine(line);
    for (const std::string& line : summaryLines(telemetry, running)) printErrorLine(line);
}

void RunView::writeMetrics(const JobTelemetry& telemetry, Duration running)
{
    const auto written = systemFiles().writeAtomically(m_options.metricsFile,
                                                       compactJson(withRejected(telemetry, running)) + "\n");
    // Metrics are no reason to stop a job: said once.
    if (!written && !m_metricsFailed) printErrorLine(written.error().message);
    m_metricsFailed = !written;
}

}  // namespace engine
