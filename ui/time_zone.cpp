#include "ui/time_zone.h"

#include "ui/format.h"
#include "ui/session.h"

#include <QDateTime>

#include <limits>

namespace ui {

TimeZone::TimeZone(const std::string& name)
{
    const QByteArray id = QByteArray::fromStdString(name);
    if (!id.isEmpty() && id != "UTC" && QTimeZone::isTimeZoneIdAvailable(id)) m_zone = QTimeZone(id);
}

std::int64_t TimeZone::local(std::int64_t timeUs) const
{
    constexpr std::int64_t kFarthest = std::numeric_limits<std::int64_t>::max() - kDayUs;
    if (isUtc() || timeUs > kFarthest || timeUs < -kFarthest) return timeUs;
    const int offsetSeconds = m_zone.offsetFromUtc(QDateTime::fromMSecsSinceEpoch(timeUs / 1000, Qt::UTC));
    return timeUs + std::int64_t{offsetSeconds} * 1'000'000;
}

QString TimeZone::name() const { return isUtc() ? QStringLiteral("UTC") : QString::fromLatin1(m_zone.id()); }

TimeZone zoneOf(const OpenDocument* open)
{
    return open ? TimeZone(open->document->spec().settings.timeZone) : TimeZone();
}

}  // namespace ui
