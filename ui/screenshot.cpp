#include "ui/screenshot.h"

#include <QCoreApplication>
#include <QPixmap>

#include <cstdio>

namespace ui {

namespace {

constexpr int kTelemetryWanted = 10;
constexpr std::size_t kPointsWanted = 20;
constexpr int kLimitMs = 60'000;

}  // namespace

Screenshot::Screenshot(Session& session, MainWindow& window, QString file, int afterMs, QString select)
    : m_session(session),
      m_window(window),
      m_file(std::move(file)),
      m_select(std::move(select)),
      m_afterMs(afterMs)
{
    connect(&session, &Session::telemetry, this, [this] {
        ++m_telemetry;
        check();
    });
    connect(&m_limit, &QTimer::timeout, this, [this] {
        std::fputs("The window did not come to show a running pipeline within a minute.\n", stderr);
        Q_EMIT taken(false);
    });
    m_limit.setSingleShot(true);
    m_limit.start(kLimitMs);
}

void Screenshot::check()
{
    const OpenDocument* open = m_session.current();
    const bool isOver = open && open->hasTelemetry && engine::isOver(open->state());
    const bool isMoving = m_telemetry >= kTelemetryWanted && m_window.dock().feed().points() >= kPointsWanted;
    if (m_isDue || !(isMoving || isOver)) return;
    takeSoon();
}

void Screenshot::takeSoon()
{
    m_isDue = true;
    if (m_page) m_window.showPage(*m_page);
    if (!m_select.isEmpty()) m_window.selectNode(engine::NodeId{m_select.toStdString()});
    QTimer::singleShot(m_afterMs, this, &Screenshot::take);
}

void Screenshot::take()
{
    const bool isSaved = m_window.grab().save(m_file);
    if (!isSaved) std::fprintf(stderr, "%s: The picture cannot be written.\n", qPrintable(m_file));
    Q_EMIT taken(isSaved);
}

}  // namespace ui
