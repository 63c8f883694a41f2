#include "ui/jobs/job_view.h"

#include "ui/alerts/alert_look.h"
#include "ui/figures.h"
#include "ui/format.h"
#include "ui/job_figures.h"
#include "ui/job_look.h"
#include "ui/jobs/rate_chart.h"
#include "ui/panels/elided_label.h"
#include "ui/panels/empty_hint.h"
#include "ui/panels/line_delegate.h"
#include "ui/panels/top_bar.h"
#include "ui/panels/wrapped_label.h"
#include "ui/plain_text.h"
#include "ui/properties/text_tone.h"

#include <QBoxLayout>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListView>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTableView>

namespace ui {

namespace {

QWidget* titled(const QString& title, QWidget* body)
{
    auto* part = new QWidget;
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 12, 0, 0);
    column->setSpacing(4);
    auto* head = new QLabel(title.toUpper(), part);
    head->setObjectName(QStringLiteral("heading"));
    head->setContentsMargins(16, 0, 16, 0);
    column->addWidget(head);
    column->addWidget(body, 1);
    return part;
}

}  // namespace

JobView::JobView(Session& session, const JobBook& book, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_book(book)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHead());
    column->addWidget(makeFigures());
    column->addWidget(makeReason());
    column->addWidget(makeLists(), 1);
    connect(&book, &JobBook::happened, this, [this](engine::JobId job) {
        if (m_job && *m_job == job) showEvents();
    });
    connect(&theme(), &Theme::changed, m_chart, qOverload<>(&QWidget::update));
    show({});
}

QWidget* JobView::makeHead()
{
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(16, 12, 16, 8);
    row->setSpacing(8);
    m_name = new ElidedLabel(600, head);
    m_name->setObjectName(QStringLiteral("title"));
    m_name->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_name->setMinimumWidth(80);
    m_said = new QLabel(head);
    m_said->setObjectName(QStringLiteral("soft"));
    m_said->setTextFormat(Qt::PlainText);
    m_pill = new StatePill(head);
    m_pill->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_open = new QPushButton(tr("Open pipeline"), head);
    m_open->setToolTip(tr("Show the document that this job runs"));
    connect(m_open, &QPushButton::clicked, this, [this] {
        if (OpenDocument* open = document()) return Q_EMIT documentWanted(open);
        if (const JobRecord* record = m_job ? m_book.find(*m_job) : nullptr) Q_EMIT fileWanted(record->file);
    });
    m_again = new QPushButton(tr("Run again"), head);
    m_again->setToolTip(tr("Run its pipeline as it is now; it goes on from the last checkpoint"));
    connect(m_again, &QPushButton::clicked, this, [this] {
        if (OpenDocument* open = document()) Q_EMIT runWanted(open);
    });
    row->addWidget(m_name, 1);
    row->addWidget(m_said);
    row->addWidget(m_pill);
    m_pause =
        makeButton(tr("Pause"), tr("Stop reading; what is on its way goes on"), engine::JobAction::Pause);
    m_resume = makeButton(tr("Resume"), tr("Read on"), engine::JobAction::Resume);
    m_checkpoint = makeButton(tr("Checkpoint"), tr("Save the state at once"), engine::JobAction::Checkpoint);
    m_drain =
        makeButton(tr("Drain"), tr("End the input, fire all windows, finish"), engine::JobAction::Drain);
    m_stop = makeButton(tr("Stop"), tr("Stop with a checkpoint; the next run goes on from it"),
                        engine::JobAction::Stop);
    for (QPushButton* button : {m_pause, m_resume, m_checkpoint, m_drain, m_stop, m_again, m_open})
        row->addWidget(button);
    return head;
}

QPushButton* JobView::makeButton(const QString& text, const QString& tip, engine::JobAction action)
{
    auto* button = new QPushButton(text, this);
    button->setToolTip(tip);
    connect(button, &QPushButton::clicked, this, [this, action] { act(action); });
    return button;
}

QWidget* JobView::makeFigures()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(16, 4, 16, 12);
    row->setSpacing(32);
    using Figure = std::function<QString(const JobRecord&)>;
    const auto count = [](std::int64_t value) { return formatShort(static_cast<double>(value)); };
    const std::pair<QString, Figure> figures[]{
        {tr("Started"), [](const JobRecord& job) { return momentText(job.startedAt, job.latest.at); }},
        {tr("Rows in"), [count](const JobRecord& job) { return count(flowOf(job.latest).in); }},
        {tr("Rows out"), [count](const JobRecord& job) { return count(flowOf(job.latest).out); }},
        {tr("Rejected"), [count](const JobRecord& job) { return count(flowOf(job.latest).rejected); }},
        {tr("Watermark"), [](const JobRecord& job) { return watermarkText(leastWatermark(job.latest)); }},
        {tr("Restarts"), [](const JobRecord& job) { return formatCount(job.latest.status.restarts); }},
        {tr("Guarantee"),
         [](const JobRecord& job) {
             return job.latest.guarantee.empty() ? QStringLiteral("–") : guaranteeText(job.latest.guarantee);
         }},
        {tr("Threads"), [](const JobRecord& job) { return formatCount(job.latest.threads); }}};
    for (const auto& [title, figure] : figures) {
        auto* column = new QVBoxLayout;
        column->setSpacing(2);
        auto* name = new QLabel(title, box);
        name->setObjectName(QStringLiteral("soft"));
        name->setFont(theme().font(TypeSize::Small));
        auto* value = new FiguresLabel(box);
        column->addWidget(name);
        column->addWidget(value);
        row->addLayout(column);
        m_figures.emplace_back(value, figure);
    }
    row->addStretch();
    return box;
}

// Why it failed, as far as four lines hold it and in full as its tooltip: its event has one line only.
QWidget* JobView::makeReason()
{
    m_reasonBox = new QWidget(this);
    auto* row = new QHBoxLayout(m_reasonBox);
    row->setContentsMargins(16, 0, 16, 12);
    constexpr int kReasonLines = 4;
    m_reason = new WrappedLabel({}, kReasonLines, m_reasonBox);
    setTextTone(m_reason, Tone::Error);
    row->addWidget(m_reason);
    return m_reasonBox;
}

QWidget* JobView::makeLists()
{
    m_chart = new RateChart(this);
    m_chart->setAccessibleName(tr("Rows in and out"));
    auto* checkpoints = new QTableView(this);
    checkpoints->setModel(&m_checkpoints);
    checkpoints->setAccessibleName(tr("Checkpoints"));
    checkpoints->setShowGrid(false);
    checkpoints->setTabKeyNavigation(false);
    checkpoints->verticalHeader()->hide();
    checkpoints->verticalHeader()->setDefaultSectionSize(24);
    checkpoints->verticalHeader()->setMinimumSectionSize(24);
    checkpoints->horizontalHeader()->setFixedHeight(28);
    checkpoints->horizontalHeader()->setHighlightSections(false);
    checkpoints->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    for (const int column : {0, 1})
        checkpoints->horizontalHeader()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    checkpoints->setFont(theme().mono(TypeSize::Small));
    checkpoints->setSelectionBehavior(QAbstractItemView::SelectRows);
    new EmptyHint(*checkpoints, tr("No checkpoint. While the job runs, Checkpoint (F7) makes one at once."));
    auto* events = new QListView(this);
    events->setModel(&m_events);
    events->setAccessibleName(tr("Events"));
    events->setItemDelegate(new LineDelegate(96, events));
    events->setUniformItemSizes(true);
    new EmptyHint(*events, tr("Nothing was noted of this job."));
    auto* upper = new QSplitter(Qt::Horizontal, this);
    upper->setHandleWidth(1);
    upper->setChildrenCollapsible(false);
    upper->addWidget(titled(tr("Rates"), m_chart));
    upper->addWidget(titled(tr("Checkpoints"), checkpoints));
    upper->setSizes({620, 480});
    auto* all = new QSplitter(Qt::Vertical, this);
    all->setHandleWidth(1);
    all->setChildrenCollapsible(false);
    all->addWidget(upper);
    all->addWidget(titled(tr("Events"), events));
    all->setSizes({260, 200});
    constexpr int kCheckpointRows = 4, kEventRows = 4;
    checkpoints->setMinimumHeight(28 + 24 * kCheckpointRows);
    events->setMinimumHeight(24 * kEventRows);
    auto* scroll = new QScrollArea(this);  // a low window shows one behind the other, none of them squeezed
    scroll->setWidget(all);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setMinimumHeight(132);
    return scroll;
}

OpenDocument* JobView::document() const
{
    for (const auto& open : m_session.documents())
        if (m_job && (open->job == m_job || open->refusedStart == m_job)) return open.get();
    return nullptr;
}

void JobView::act(engine::JobAction action)
{
    if (!m_job) return;
    m_said->clear();
    QPointer<JobView> self(this);
    m_session.client().act(*m_job, action, [self, job = m_job](engine::Status status) {
        if (self && !status && self->m_job == job)
            self->m_said->setText(QString::fromStdString(status.error().message));
    });
}

void JobView::show(std::optional<engine::JobId> job)
{
    m_job = job;
    m_said->clear();
    showEvents();
    refresh();
}

void JobView::showEvents()
{
    const JobRecord* record = m_job ? m_book.find(*m_job) : nullptr;
    m_events.show(record);
    m_checkpoints.show(record);
}

void JobView::refresh()
{
    const JobRecord* record = m_job ? m_book.find(*m_job) : nullptr;
    setVisible(record != nullptr);
    m_chart->show(record);
    if (!record) return;
    const engine::JobState state = record->latest.status.state;
    m_name->setText(plainLine(QString::fromStdString(record->latest.status.name)));
    const JobLook look = lookOf(state);
    m_pill->show(look.tone, look.icon,
                 look.text + u' ' + formatRunningTime((record->latest.at - record->startedAt).count()));
    for (const auto& [label, figure] : m_figures) label->setFigures(figure(*record));
    const QString reason = state == engine::JobState::Failed ? m_book.reasonOf(*record) : QString();
    m_reason->setText(plainLines(reason));
    m_reason->setToolTip(plainToolTip(reason));
    m_reasonBox->setVisible(!m_reason->text().isEmpty());
    const bool isRunning = state == engine::JobState::Running, isPaused = state == engine::JobState::Paused;
    const bool isOver = engine::isOver(state);
    for (QPushButton* button : {m_checkpoint, m_drain, m_stop}) button->setVisible(!isOver);
    m_pause->setVisible(!isOver && !isPaused);
    m_resume->setVisible(isPaused);
    m_pause->setEnabled(isRunning);
    m_checkpoint->setEnabled(isRunning);
    m_drain->setEnabled(isRunning || isPaused);
    m_stop->setEnabled(state != engine::JobState::Stopping);
    const OpenDocument* open = document();
    m_again->setVisible(isOver && open && !open->document->isReadOnly());
    m_open->setVisible(open || !record->file.isEmpty());
}

}  // namespace ui
