#include "ui/alerts/alert_herald.h"

#include "ui/alerts/alert_look.h"

#include <algorithm>

namespace ui {

namespace {

constexpr int kGroupMs = 1000, kQuietMs = 60'000;

}  // namespace

AlertHerald::AlertHerald(const AlertBook& book, QObject* parent) : QObject(parent), m_book(book)
{
    m_group.setSingleShot(true);
    m_quiet.setSingleShot(true);
    setWaits(kGroupMs, kQuietMs);
    connect(&book, &AlertBook::fired, this, &AlertHerald::take);
    connect(&m_group, &QTimer::timeout, this, &AlertHerald::tell);
    connect(&m_quiet, &QTimer::timeout, this, &AlertHerald::tell);
}

void AlertHerald::setWaits(int groupMs, int quietMs)
{
    m_group.setInterval(groupMs);
    m_quiet.setInterval(quietMs);
}

void AlertHerald::take(const std::vector<engine::AlertEpisode>& fresh)
{
    for (const engine::AlertEpisode& alert : fresh)
        if (severityOf(alert) != Severity::Info) m_waiting.insert(keyOf(alert));
    if (!m_waiting.empty() && !m_group.isActive() && !m_quiet.isActive()) m_group.start();
}

void AlertHerald::tell()
{
    // What has been seen or is over by now needs no word any more.
    std::vector<const engine::AlertEpisode*> firing;
    for (const AlertKey& key : std::exchange(m_waiting, {}))
        if (const engine::AlertEpisode* alert = m_book.find(key))
            if (stageOf(*alert) == AlertStage::Firing) firing.push_back(alert);
    if (firing.empty()) return;
    const auto isLess = [](const auto* one, const auto* other) {
        return std::pair(severityOf(*one), one->startedAt) < std::pair(severityOf(*other), other->startedAt);
    };
    const engine::AlertEpisode& first = **std::max_element(firing.begin(), firing.end(), isLess);
    const bool isGrave = severityOf(first) == Severity::Critical;
    const auto grave = std::count_if(firing.begin(), firing.end(), [](const auto* alert) {
        return severityOf(*alert) == Severity::Critical;
    });
    const auto count = static_cast<int>(firing.size());
    const QString sentence = count == 1 ? sentenceOf(first)
        : grave > 0
        ? tr("%1 alerts fire, %2 of them critical. %3").arg(count).arg(grave).arg(sentenceOf(first))
        : tr("%1 alerts fire. %2").arg(count).arg(sentenceOf(first));
    m_quiet.start();
    Q_EMIT told(sentence, isGrave, keyOf(first));
}

}  // namespace ui
