#pragma once

#include <string>
#include <string_view>

namespace engine {

enum class LogLevel { Debug, Info, Warning, Fault };

using LogSink = void (*)(LogLevel, std::string_view line);

// Where one-line records go; standard error until the app chooses. Any thread.
void setLogSink(LogSink sink, LogLevel least);
void log(LogLevel level, std::string_view line);

}  // namespace engine
