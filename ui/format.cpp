#include "ui/format.h"

#include <QStringList>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace ui {

namespace {

constexpr int kPaddedDecimals = 6;
constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kMinuteUs = 60 * kSecondUs;
constexpr std::int64_t kHourUs = 60 * kMinuteUs;

// Three digits that count, the zeros of a fraction left away: 1.24, 61.2, 612, 8.
QString threeDigits(double value)
{
    const double size = std::abs(value);
    const int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    QString text = QString::number(value, 'f', decimals);
    if (text.contains(QLatin1Char('.'))) {
        while (text.endsWith(QLatin1Char('0'))) text.chop(1);
        if (text.endsWith(QLatin1Char('.'))) text.chop(1);
    }
    return text == QLatin1String("-0") ? QStringLiteral("0") : text;
}

template <std::size_t N>
QString withPrefix(double value, double step, const std::array<const char*, N>& prefixes)
{
    std::size_t prefix = 0;
    while (prefix + 1 < N && std::abs(value) >= step * 0.9995) {
        value /= step;
        ++prefix;
    }
    const QString digits = threeDigits(value);
    return *prefixes[prefix] ? digits + QLatin1Char(' ') + QLatin1String(prefixes[prefix]) : digits;
}

QString twoParts(std::int64_t first, const char* firstUnit, std::int64_t second, const char* secondUnit)
{
    QString text = QStringLiteral("%1 %2").arg(first).arg(QLatin1String(firstUnit));
    if (second > 0) text += QStringLiteral(" %1 %2").arg(second).arg(QLatin1String(secondUnit));
    return text;
}

std::int64_t floorDivide(std::int64_t value, std::int64_t by)
{
    return value / by - (value % by < 0 ? 1 : 0);
}

QString padded(std::int64_t value, int width)
{
    return QStringLiteral("%1").arg(value, width, 10, QLatin1Char('0'));
}

}  // namespace

QString formatCount(std::int64_t count)
{
    QString digits = QString::number(count);
    const qsizetype first = digits.startsWith(QLatin1Char('-')) ? 1 : 0;
    for (qsizetype at = digits.size() - 3; at > first; at -= 3) digits.insert(at, QLatin1Char(','));
    return digits;
}

QString formatShort(double value)
{
    if (!std::isfinite(value)) return QStringLiteral("–");
    static constexpr std::array<const char*, 6> kPrefixes{"", "k", "M", "G", "T", "P"};
    return withPrefix(value, 1000, kPrefixes);
}

QString formatRate(double perSecond) { return formatShort(perSecond) + QStringLiteral("/s"); }

QString formatBytes(std::int64_t bytes)
{
    static constexpr std::array<const char*, 6> kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    return withPrefix(static_cast<double>(bytes), 1024, kUnits);
}

QString formatDuration(std::int64_t durationUs)
{
    if (durationUs < 0) return QStringLiteral("−") + formatDuration(-durationUs);
    if (durationUs < 1000) return QStringLiteral("%1 µs").arg(durationUs);
    if (durationUs < 100'000)
        return threeDigits(static_cast<double>(durationUs) / 1e3) + QStringLiteral(" ms");
    if (durationUs < kMinuteUs)
        return QString::number(static_cast<double>(durationUs) / 1e6, 'f', durationUs < 9'950'000 ? 1 : 0) +
            QStringLiteral(" s");
    if (durationUs < kHourUs)
        return twoParts(durationUs / kMinuteUs, "min", durationUs % kMinuteUs / kSecondUs, "s");
    if (durationUs < kDayUs)
        return twoParts(durationUs / kHourUs, "h", durationUs % kHourUs / kMinuteUs, "min");
    return twoParts(durationUs / kDayUs, "d", durationUs % kDayUs / kHourUs, "h");
}

QString formatRunningTime(std::int64_t durationUs)
{
    const std::int64_t seconds = std::max<std::int64_t>(durationUs, 0) / kSecondUs;
    const QString clock = padded(seconds / 3600 % 24, 2) + QLatin1Char(':') + padded(seconds / 60 % 60, 2) +
        QLatin1Char(':') + padded(seconds % 60, 2);
    const std::int64_t days = seconds / 86400;
    return days ? QStringLiteral("%1 d ").arg(days) + clock : clock;
}

QString formatAge(std::int64_t durationUs)
{
    if (durationUs < kSecondUs / 2) return QStringLiteral("now");
    if (durationUs < kMinuteUs)
        return QStringLiteral("%1 s ago").arg((durationUs + kSecondUs / 2) / kSecondUs);
    if (durationUs < kHourUs) return QStringLiteral("%1 min ago").arg(durationUs / kMinuteUs);
    if (durationUs < kDayUs) return QStringLiteral("%1 h ago").arg(durationUs / kHourUs);
    return QStringLiteral("%1 d ago").arg(durationUs / kDayUs);
}

QString formatTimeOfDay(std::int64_t timeUs)
{
    const std::int64_t ofDay = timeUs - floorDivide(timeUs, kDayUs) * kDayUs;
    return padded(ofDay / kHourUs, 2) + QLatin1Char(':') + padded(ofDay / kMinuteUs % 60, 2) +
        QLatin1Char(':') + padded(ofDay / kSecondUs % 60, 2) + QLatin1Char('.') +
        padded(ofDay / 1000 % 1000, 3);
}

QString formatDateTime(std::int64_t timeUs)
{
    // Days since 1970 to a date, counted in years that begin in March so that the leap day comes last.
    const std::int64_t days = floorDivide(timeUs, kDayUs) + 719468;
    const std::int64_t era = floorDivide(days, 146097);
    const std::int64_t ofEra = days - era * 146097;
    const std::int64_t yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146096) / 365;
    const std::int64_t ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const std::int64_t marchMonth = (5 * ofYear + 2) / 153;
    const std::int64_t day = ofYear - (153 * marchMonth + 2) / 5 + 1;
    const std::int64_t month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
    const std::int64_t year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    return padded(year, 4) + QLatin1Char('-') + padded(month, 2) + QLatin1Char('-') + padded(day, 2) +
        QLatin1Char(' ') + formatTimeOfDay(timeUs);
}

QString formatPercent(double share) { return QStringLiteral("%1 %").arg(std::lround(share * 100)); }

int decimalsOf(const QString& value)
{
    const qsizetype point = value.indexOf(QLatin1Char('.'));
    if (point < 0 || value.contains(QLatin1Char('e'))) return 0;
    return static_cast<int>(std::min<qsizetype>(value.size() - point - 1, kPaddedDecimals));
}

QString withDecimals(const QString& value, int decimals)
{
    const int missing = std::min(decimals, kPaddedDecimals) - decimalsOf(value);
    if (missing <= 0 || value.isEmpty() || !value.back().isDigit() || value.contains(QLatin1Char('e')))
        return value;
    return value + (value.contains(QLatin1Char('.')) ? QString() : QStringLiteral(".")) +
        QString(missing, QLatin1Char('0'));
}

QString formatValue(double value)
{
    if (std::isnan(value)) return QStringLiteral("NaN");
    if (std::isinf(value)) return value > 0 ? QStringLiteral("Infinity") : QStringLiteral("-Infinity");
    return QString::number(value, 'g', 7);
}

}  // namespace ui
