#include "ui/properties/sample_view.h"

#include "ui/format.h"
#include "ui/panels/column_fit.h"
#include "ui/theme.h"
#include "ui/wording.h"

#include <QHeaderView>
#include <QLabel>
#include <QPointer>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

namespace {

constexpr int kSoonMs = 150;    // between two keys nothing is asked
constexpr int kAgainMs = 2000;  // while a job runs
constexpr std::size_t kTapped = 1000;
constexpr int kRowHeight = 24, kSampleRowsVisible = 6;
constexpr int kColumnWidthMost = 200, kMarkWidth = 24;

QString rowsText(std::size_t rows)
{
    return rows == 1 ? QObject::tr("1 row")
                     : QObject::tr("%1 rows").arg(formatCount(static_cast<std::int64_t>(rows)));
}

std::size_t rowsIn(const std::vector<engine::PortRows>& ports)
{
    std::size_t rows = 0;
    for (const engine::PortRows& port : ports) rows += engine::rowCount(port);
    return rows;
}

}  // namespace

SampleView::SampleView(Session& session, engine::NodeId node, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_node(std::move(node)),
      m_heading(new QLabel(this)),
      m_note(new QLabel(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    m_heading->setObjectName(QStringLiteral("heading"));
    m_heading->setTextFormat(Qt::PlainText);
    m_note->setObjectName(QStringLiteral("soft"));
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    column->addWidget(m_heading);
    column->addWidget(m_note);
    // What the node makes stands first, since that is what a change changes.
    m_afterTable = makeTable(m_after, tr("Sample rows out"));
    m_beforeTable = makeTable(m_before, tr("Sample rows in"));
    m_heading->setText(tr("On samples").toUpper());
    m_note->setText(tr("Reading a few rows…"));
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMs);
    connect(&m_soon, &QTimer::timeout, this, &SampleView::ask);
    m_again.setInterval(kAgainMs);
    connect(&m_again, &QTimer::timeout, this, [this] {
        if (!isVisible() || !m_session.current() || !m_session.current()->isActive()) return;
        m_taps.clear();
        ask();
    });
    m_again.start();
    refresh();
}

SampleView::Table SampleView::makeTable(SampleModel& model, const QString& name)
{
    auto* view = new QTableView(this);
    const auto widthOf = [this, view](int column) {
        if (view->model() == &m_before && m_before.hasMarks() && column == 0) return kMarkWidth;
        const QAbstractItemView& items = *view;
        const int width =
            std::max(items.sizeHintForColumn(column), view->horizontalHeader()->sectionSizeHint(column));
        return std::min(width, kColumnWidthMost);
    };
    Table table{new QLabel(this), view, new ColumnFit(*view, widthOf)};
    table.caption->setObjectName(QStringLiteral("soft"));
    table.caption->setTextFormat(Qt::PlainText);
    table.caption->setFont(theme().font(TypeSize::Small));
    table.view->setObjectName(QStringLiteral("samples"));
    table.view->setModel(&model);
    table.view->setAccessibleName(name);
    table.view->setShowGrid(false);
    table.view->setWordWrap(false);
    table.view->setTabKeyNavigation(false);
    table.view->setFont(theme().mono(TypeSize::Small));
    table.view->setSelectionMode(QAbstractItemView::NoSelection);
    table.view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table.view->verticalHeader()->hide();
    table.view->verticalHeader()->setMinimumSectionSize(kRowHeight);
    table.view->verticalHeader()->setDefaultSectionSize(kRowHeight);
    table.view->horizontalHeader()->setFixedHeight(28);
    table.view->horizontalHeader()->setMinimumSectionSize(kMarkWidth);
    table.view->horizontalHeader()->setHighlightSections(false);
    layout()->addWidget(table.caption);
    layout()->addWidget(table.view);
    table.caption->hide();
    table.view->hide();
    return table;
}

QString SampleView::heading() const { return m_heading->text(); }

void SampleView::refresh() { m_soon.start(); }

std::vector<engine::PortRef> SampleView::portsBefore() const
{
    std::vector<engine::PortRef> ports;
    for (const engine::EdgeSpec& edge : m_session.current()->document->spec().edges)
        if (edge.to.node == m_node) ports.push_back(edge.from);
    if (!ports.empty()) return ports;
    const engine::NodeSpec* node = m_session.current()->document->spec().find(m_node);
    const engine::ComponentInfo* info = node ? m_session.client().component(node->component) : nullptr;
    if (info && info->kind == engine::ComponentKind::Source)
        for (const engine::PortInfo& port : info->outputs)
            if (m_session.current()->analysis.schemas.contains({m_node, port.name}))
                ports.push_back({m_node, port.name});
    return ports;
}

void SampleView::ask()
{
    const OpenDocument* open = m_session.current();
    if (!open || !open->document->spec().find(m_node)) return;
    const bool isRunning = open->isActive() && open->job && open->hasTelemetry;
    if (!isRunning) m_taps.clear();
    if (isRunning && m_taps.empty() && !portsBefore().empty()) return tap();
    send();
}

// A tap stays open only until it has given rows.
void SampleView::tap()
{
    for (const engine::PortRef& port : portsBefore()) {
        m_taps.push_back({std::make_unique<TapReader>(m_session.client()), {port, {}, {}}});
        TapReader* reader = m_taps.back().reader.get();
        connect(reader, &TapReader::rows, this, [this, reader](const engine::TapRows& rows) {
            bool isComplete = true;
            for (Tapped& tapped : m_taps) {
                if (tapped.reader.get() == reader) {
                    tapped.rows.schema = rows.schema;
                    for (const engine::RecordBatch& batch : rows.batches)
                        if (engine::rowCount(tapped.rows) < kTapped) tapped.rows.batches.push_back(batch);
                    reader->close();
                }
                isComplete = isComplete && engine::rowCount(tapped.rows) > 0;
            }
            if (isComplete) send();
        });
        connect(reader, &TapReader::failed, this, [this] { send(); });
        reader->watch(*m_session.current()->job, port);
    }
}

void SampleView::send()
{
    const OpenDocument* open = m_session.current();
    if (!open) return;
    engine::PreviewRequest request;
    request.spec = specFromState(open->document->state());
    request.baseDirectory = open->document->directory();
    request.node = m_node;
    const auto& schemas = open->analysis.schemas;
    for (const Tapped& tapped : m_taps) {
        // Rows of a job that was started with other columns fit the document no longer.
        const auto schema = schemas.find(tapped.rows.port);
        if (schema != schemas.end() && tapped.rows.schema &&
            schema->second->fields() == tapped.rows.schema->fields())
            request.samples.push_back(tapped.rows);
    }
    QPointer<SampleView> self(this);
    m_session.client().preview(request, [self, asked = ++m_asked](engine::PreviewReply reply) {
        if (self && asked == self->m_asked) self->take(reply);
    });
}

void SampleView::take(const engine::PreviewReply& reply)
{
    const std::size_t in = rowsIn(reply.inputs), out = rowsIn(reply.outputs);
    const auto marks = passMarks(reply);
    const engine::Schema* inSchema = reply.inputs.empty() ? nullptr : reply.inputs.front().schema.get();
    const TimeZone zone = zoneOf(m_session.current());
    m_before.setRows(reply.inputs, nullptr, marks, zone);
    // Of several outputs the first with rows is shown.
    std::vector<engine::PortRows> shown;
    for (const engine::PortRows& port : reply.outputs)
        if (shown.empty() || engine::rowCount(shown.front()) == 0) shown = {port};
    m_after.setRows(marks ? std::vector<engine::PortRows>{} : shown, inSchema, {}, zone);
    QString heading = tr("On samples");
    if (marks)
        heading +=
            tr(" · %1 of %2 pass")
                .arg(formatCount(static_cast<std::int64_t>(out)), formatCount(static_cast<std::int64_t>(in)));
    m_heading->setText(heading.toUpper());
    const OpenDocument* open = m_session.current();
    QString note = QString::fromStdString(reply.problem);
    if (open) note = windowWords(note, *open);
    if (note.isEmpty() && in + out == 0) note = tr("No rows came.");
    if (note.isEmpty() && reply.rowsRejected > 0 && !reply.rejected.empty())
        note = tr("%1 rejected: %2")
                   .arg(rowsText(static_cast<std::size_t>(reply.rowsRejected)),
                        QString::fromStdString(reply.rejected.front().reason));
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
    fit(m_beforeTable, marks ? QString() : tr("In: %1").arg(rowsText(in)));
    fit(m_afterTable, tr("Out: %1").arg(rowsText(out)));
}

void SampleView::fit(Table& table, const QString& caption)
{
    QAbstractItemModel* model = table.view->model();
    const bool isShown = model->rowCount() > 0;
    table.caption->setText(caption);
    table.caption->setVisible(isShown && !caption.isEmpty());
    table.view->setVisible(isShown);
    if (!isShown) return;
    table.fit->start();
    const int bar = table.view->horizontalHeader()->length() > table.view->viewport()->width() ? 12 : 0;
    table.view->setFixedHeight(28 + kRowHeight * std::min(model->rowCount(), kSampleRowsVisible) + bar + 2);
}

}  // namespace ui
