#pragma once

#include <QString>
#include <QTimeZone>

#include <cstdint>
#include <string>

namespace ui {

struct OpenDocument;

// Where the clock hangs by which times are shown: UTC, or a zone by its IANA name; UTC too when this computer
// does not know that. A value, GUI thread; changes no time, only how it reads.
class TimeZone {
public:
    TimeZone() = default;
    explicit TimeZone(const std::string& name);
    // What that clock shows, as microseconds that read like UTC.
    std::int64_t local(std::int64_t timeUs) const;
    bool isUtc() const { return !m_zone.isValid(); }
    QString name() const;  // "Europe/Berlin"
    bool operator==(const TimeZone& other) const { return m_zone == other.m_zone; }

private:
    QTimeZone m_zone;  // invalid: UTC
};

TimeZone zoneOf(const OpenDocument* open);  // of its settings; UTC when nothing is open

}  // namespace ui
