#include "ui/charts/chart_source.h"

#include <QElapsedTimer>

#include <algorithm>

namespace ui {

namespace {

constexpr double kRowsMs = 3;            // of a frame, for the rows that came
constexpr std::size_t kUnseenPart = 8;  // what is not seen has this part of that time
constexpr std::size_t kSourcesKept = 4;  // of a document

}  // namespace

ChartSource::ChartSource(Session& session, OpenDocument& open, const ChartView& view, bool mayNarrow,
                         QObject* parent)
    : QObject(parent),
      m_open(open),
      m_view(view),
      m_mayNarrow(mayNarrow),
      m_budget(kRowsMs),
      m_tap(session.client())
{
    m_feed.begin(m_view, m_mayNarrow);
    connect(&m_tap, &TapReader::rows, this, &ChartSource::takeRows);
    connect(&session, &Session::jobChanged, this, [this](const OpenDocument* changed) {
        if (changed == &m_open) follow();
    });
    follow();
}

bool ChartSource::draws(const ChartView& view) const
{
    return m_view.hasSameLines(view) || m_feed.view().hasSameLines(view);
}

void ChartSource::keepTo(const ChartView& view, bool mayNarrow)
{
    m_view = view;
    m_mayNarrow = mayNarrow;
    m_feed.setMayNarrow(mayNarrow);
}

void ChartSource::follow()
{
    if (m_open.job && m_open.job != m_job) {
        m_feed.begin(m_view, m_mayNarrow);
        Q_EMIT began();
    }
    m_job = m_open.job;
    const engine::PortRef& port = m_feed.view().port;
    if (m_job && m_open.hasRowsOf(port, m_feed.points() > 0))
        m_tap.watch(*m_job, port);
    else
        m_tap.close();
}

void ChartSource::takeRows(const engine::TapRows& rows)
{
    QElapsedTimer timer;
    timer.start();
    m_feed.append(rows, m_isSeen ? m_budget.pieces() : m_budget.pieces() / kUnseenPart + 1);
    m_budget.took(m_feed.rowsTaken(), static_cast<double>(timer.nsecsElapsed()) / 1e6);
    Q_EMIT taken();
    if (!m_open.isActive()) m_tap.close();
}

ChartSources::ChartSources(Session& session, QObject* parent) : QObject(parent), m_session(session)
{
    connect(&session, &Session::documentsChanged, this, [this] {
        std::erase_if(m_sources, [this](const auto& sources) { return !m_session.holds(sources.first); });
    });
}

ChartSource& ChartSources::of(OpenDocument& open, const ChartView& view, bool mayNarrow)
{
    for (auto& [document, sources] : m_sources)
        for (const auto& source : sources) source->setSeen(false);
    auto& sources = m_sources[&open];
    const auto found = std::find_if(sources.begin(), sources.end(), [&](const auto& source) {
        return source->draws(view);
    });
    if (found != sources.end()) {
        (*found)->keepTo(view, mayNarrow);
        std::rotate(found, found + 1, sources.end());
    } else {
        // One that was begun before the columns were known would take the same rows.
        std::erase_if(sources, [](const auto& source) { return source->feed().points() == 0; });
        sources.push_back(std::make_unique<ChartSource>(m_session, open, view, mayNarrow));
    }
    if (sources.size() > kSourcesKept) sources.erase(sources.begin());
    sources.back()->setSeen(true);
    return *sources.back();
}

}  // namespace ui
