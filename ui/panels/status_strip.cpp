#include "ui/panels/status_strip.h"

#include "spec/unread.h"
#include "ui/figures.h"
#include "ui/format.h"
#include "ui/job_figures.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace ui {

StatusStrip::StatusStrip(Session& session, QWidget* parent) : QWidget(parent), m_session(session)
{
    setObjectName(QStringLiteral("statusBar"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(28);
    connect(&session, &Session::currentChanged, this, &StatusStrip::refresh);
    connect(&session, &Session::runChanged, this, &StatusStrip::refresh);
    connect(&session, &Session::analysed, this, &StatusStrip::refresh);
    connect(&session, &Session::connectionChanged, this, &StatusStrip::refresh);
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
    refresh();
}

std::vector<StatusStrip::Part> StatusStrip::leftParts() const
{
    std::vector<Part> parts;
    const OpenDocument* open = m_session.current();
    const bool hasRun = open && open->hasTelemetry;
    parts.push_back({m_session.engineName() + (m_session.isConnected() ? QString() : tr(" (not connected)")),
                     Tone::TextSoft, false});
    if (!hasRun) {
        parts.push_back({open ? tr("not running") : tr("no document"), Tone::TextFaint, true});
        return parts;
    }
    const engine::JobTelemetry& job = open->telemetry;
    if (job.threads > 0)
        parts.push_back(
            {job.threads == 1 ? tr("1 thread") : tr("%1 threads").arg(job.threads), Tone::TextSoft, false});
    const Flow flow = flowOf(job);
    const bool isOver = engine::isOver(job.status.state);
    const TimeZone zone = zoneOf(open);
    const auto count = [](std::int64_t rows) { return formatShort(static_cast<double>(rows)); };
    if (isOver) parts.push_back({tr("ended %1").arg(clockText(job.at, zone)), Tone::TextSoft, true});
    parts.push_back(
        {isOver ? tr("%1 rows in").arg(count(flow.in)) : tr("%1 rows/s in").arg(formatShort(flow.inRate)),
         Tone::TextSoft, true});
    parts.push_back(
        {isOver ? tr("%1 rows out").arg(count(flow.out)) : tr("%1 rows/s out").arg(formatShort(flow.outRate)),
         Tone::TextSoft, false});
    if (flow.rejected > 0)
        parts.push_back({tr("%1 rejected").arg(count(flow.rejected)), Tone::Warning, false});
    const std::int64_t watermark = leastWatermark(job);
    const auto lag = isOver ? std::nullopt : lagUs(job, watermark);
    if (lag) parts.push_back({tr("lag %1").arg(formatDuration(*lag)), Tone::TextSoft, true});
    const auto unread = isOver ? std::nullopt : engine::unreadRecords(job);
    if (unread) parts.push_back({tr("%1 unread").arg(count(*unread)), Tone::TextSoft, !lag});
    const bool isFirst = !lag && !unread;
    if (!isOver || watermark != engine::kNoWatermark)
        parts.push_back({tr("watermark %1").arg(watermarkText(watermark, zone)), Tone::TextSoft, isFirst});
    if (job.checkpoint.epoch)
        parts.push_back({tr("checkpoint %1, %2, %3")
                             .arg(checkpointText(job, zone), formatBytes(job.checkpoint.bytes),
                                  formatDuration(job.checkpoint.durationUs)),
                         Tone::TextSoft, true});
    else
        parts.push_back({tr("no checkpoint yet"), Tone::TextSoft, true});
    if (!job.guarantee.empty()) parts.push_back({guaranteeText(job.guarantee), Tone::TextSoft, true});
    return parts;
}

std::vector<StatusStrip::Part> StatusStrip::rightParts() const
{
    std::vector<Part> parts;
    const OpenDocument* open = m_session.current();
    if (m_isDraftMissing) parts.push_back({tr("draft not written, trying again"), Tone::Warning, false});
    if (open && open->hasTelemetry)
        parts.push_back({formatBytes(open->telemetry.memoryBytes), Tone::TextSoft, false});
    parts.push_back({m_alerts == 0       ? tr("no alert fires")
                         : m_alerts == 1 ? tr("1 alert fires")
                                         : tr("%1 alerts fire").arg(m_alerts),
                     m_alerts == 0          ? Tone::TextSoft
                         : m_areAlertsGrave ? Tone::Error
                                            : Tone::Warning,
                     false});
    std::size_t count = 0;
    bool isGrave = false;
    if (open) {
        const auto problems = open->problems();
        count =
            static_cast<std::size_t>(std::count_if(problems.begin(), problems.end(), [](const auto& each) {
                return each.severity != engine::Diagnostic::Hint;
            }));
        isGrave = engine::hasProblem(problems);
    }
    parts.push_back({count == 1 ? tr("1 problem") : tr("%1 problems").arg(count),
                     isGrave     ? Tone::Error
                         : count ? Tone::Warning
                                 : Tone::TextSoft,
                     false});
    parts.push_back({formatPercent(m_zoom), Tone::TextSoft, false});
    return parts;
}

void StatusStrip::refresh()
{
    auto left = leftParts(), right = rightParts();
    if (left == m_left && right == m_right) return;
    m_left = std::move(left);
    m_right = std::move(right);
    QStringList texts;
    for (const Part& part : m_left) texts += part.text;
    for (const Part& part : m_right) texts += part.text;
    setAccessibleName(texts.join(QStringLiteral(", ")));
    update();
}

void StatusStrip::setZoom(double zoom)
{
    m_zoom = zoom;
    refresh();
}

void StatusStrip::setAlerts(int firing, bool isGrave)
{
    m_alerts = firing;
    m_areAlertsGrave = isGrave;
    refresh();
}

void StatusStrip::setDraftMissing(bool isMissing)
{
    m_isDraftMissing = isMissing;
    refresh();
}

void StatusStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(Tone::Panel));
    painter.fillRect(0, 0, width(), 1, theme().color(Tone::Line));
    const QFont font = theme().font(TypeSize::Small);
    const OpenDocument* open = m_session.current();
    const bool isActive = open && open->isActive();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().color(!m_session.isConnected() ? Tone::Error
                                       : isActive           ? Tone::Ok
                                                            : Tone::Idle));
    painter.drawEllipse(QRectF(16, 10.5, 8, 8));
    painter.setRenderHint(QPainter::Antialiasing, false);

    double right = width() - 16;
    for (auto part = m_right.rbegin(); part != m_right.rend(); ++part) {
        const double partWidth = figuresWidth(font, part->text);
        const QRectF rect(right - partWidth, 1, partWidth, height() - 1);
        painter.setPen(theme().readable(part->tone, Tone::Panel));
        drawFigures(painter, rect, Qt::AlignLeft, font, part->text);
        if (part == m_right.rbegin()) m_zoomRect = rect;
        if (part == m_right.rbegin() + 1) m_problemsRect = rect;
        if (part == m_right.rbegin() + 2) m_alertsRect = rect;
        right -= partWidth + 16;
    }
    double x = 32;
    for (const Part& part : m_left) {
        const double partWidth = figuresWidth(font, part.text);
        const double begin = x + (part.beginsGroup ? 16 : 0);
        if (begin + partWidth > right) break;
        if (part.beginsGroup) painter.fillRect(QRectF(x + 1, 8, 1, height() - 15), theme().color(Tone::Line));
        x = begin;
        painter.setPen(theme().readable(part.tone, Tone::Panel));
        drawFigures(painter, {x, 1, partWidth, height() - 1.0}, Qt::AlignLeft, font, part.text);
        x += partWidth + 14;
    }
}

void StatusStrip::mousePressEvent(QMouseEvent* event)
{
    if (m_alertsRect.contains(event->position())) Q_EMIT alertsWanted();
    if (m_problemsRect.contains(event->position())) Q_EMIT problemsWanted();
    if (m_zoomRect.contains(event->position())) Q_EMIT fitWanted();
}

}  // namespace ui
