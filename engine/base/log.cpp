#include "base/log.h"

#include <cstdio>
#include <mutex>

namespace engine {

namespace {

void toStandardError(LogLevel, std::string_view line)
{
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
}

std::mutex g_mutex;
LogSink g_sink = toStandardError;      // guarded by g_mutex
LogLevel g_least = LogLevel::Warning;  // guarded by g_mutex

}  // namespace

void setLogSink(LogSink sink, LogLevel least)
{
    const std::lock_guard lock(g_mutex);
    g_sink = sink ? sink : toStandardError;
    g_least = least;
}

void log(LogLevel level, std::string_view line)
{
    const std::lock_guard lock(g_mutex);
    if (level >= g_least) g_sink(level, line);
}

}  // namespace engine
