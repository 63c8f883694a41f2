#include "ui/alerts/alert_card.h"

#include "ui/alerts/alert_chart.h"
#include "ui/alerts/alert_look.h"
#include "ui/alerts/alert_measure.h"
#include "ui/alerts/severity_sign.h"
#include "ui/figures.h"
#include "ui/format.h"
#include "ui/plain_text.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>

namespace ui {

namespace {

constexpr int kMoreMs = 300;  // so that a change each second does not ask at each of its parts
constexpr std::size_t kHistoryLines = 8;
// Longer than this no alert lasts: its rows are of another time than the clock on the wall.
constexpr std::int64_t kLastingMaxUs = 30 * kDayUs;

QLabel* plainLabel(QWidget* parent, const char* name, bool wraps)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setObjectName(QLatin1String(name));
    label->setWordWrap(wraps);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QWidget* headed(QWidget* parent, const QString& title, QWidget* body)
{
    auto* part = new QWidget(parent);
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto* head = new QLabel(title, part);
    head->setObjectName(QStringLiteral("heading"));
    column->addWidget(head);
    column->addWidget(body);
    return part;
}

}  // namespace

AlertCard::AlertCard(AlertBook& book, TextOf titleOf, TextOf placeOf, TextOf unitOf, QWidget* parent)
    : QWidget(parent),
      m_book(book),
      m_titleOf(std::move(titleOf)),
      m_placeOf(std::move(placeOf)),
      m_unitOf(std::move(unitOf))
{
    setObjectName(QStringLiteral("alertCard"));
    setFocusPolicy(Qt::StrongFocus);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 16, 24, 16);
    column->setSpacing(16);
    column->addWidget(makeHead());
    column->addWidget(makeFacts());
    m_chart = new AlertChart(this);
    m_chart->setAccessibleName(tr("Values round the alert"));
    m_chart->setFixedHeight(184);
    column->addWidget(m_chart);
    m_history = plainLabel(this, "alertHistory", true);
    column->addWidget(headed(this, tr("WHAT BECAME OF IT"), m_history));
    column->addWidget(makeActions());
    column->addStretch();
    m_more.setSingleShot(true);
    m_more.setInterval(kMoreMs);
    connect(&m_more, &QTimer::timeout, this, &AlertCard::askForMore);
    m_clock.setInterval(1000);
    connect(&m_clock, &QTimer::timeout, this, [this] {
        const engine::AlertEpisode* alert = m_key ? m_book.find(*m_key) : nullptr;
        if (alert && isVisible()) m_lasting->setFigures(lastingText(*alert));
    });
    m_clock.start();
    connect(&book, &AlertBook::told, this, [this](const AlertKey& told) {
        if (!m_key || told != *m_key) return;
        refresh();
        if (isVisible() && !m_more.isActive()) m_more.start();
    });
    connect(&book, &AlertBook::dropped, this, [this](const AlertKey& gone) {
        if (m_key && gone == *m_key) show({});
    });
    connect(&theme(), &Theme::changed, this, [this] {
        m_chart->update();
        refresh();
    });
    show({});
}

QWidget* AlertCard::makeHead()
{
    auto* head = new QWidget(this);
    auto* column = new QVBoxLayout(head);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_sign = new SeveritySign(head);
    m_state = plainLabel(head, "soft", false);
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(m_sign);
    row->addWidget(m_state, 1);
    m_summary = plainLabel(head, "alertSummary", true);
    m_place = plainLabel(head, "soft", true);
    m_labels = plainLabel(head, "soft", true);
    column->addLayout(row);
    column->addWidget(m_summary);
    column->addWidget(m_place);
    column->addWidget(m_labels);
    return head;
}

QWidget* AlertCard::makeFacts()
{
    auto* facts = new QWidget(this);
    auto* column = new QVBoxLayout(facts);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    auto* row = new QHBoxLayout;
    row->setSpacing(32);
    m_value = new FiguresLabel(facts);
    m_threshold = new FiguresLabel(facts);
    m_lasting = new FiguresLabel(facts);
    m_newest = new FiguresLabel(facts);
    for (FiguresLabel* label : {m_value, m_newest, m_threshold, m_lasting})
        label->setFont(theme().font(TypeSize::Title, QFont::DemiBold));
    // The first is what the sentence above speaks of.
    row->addWidget(headed(facts, tr("At its last change"), m_value));
    row->addWidget(headed(facts, tr("Newest value"), m_newest));
    row->addWidget(headed(facts, tr("Threshold"), m_threshold));
    row->addWidget(headed(facts, tr("Duration"), m_lasting));
    row->addStretch();
    column->addLayout(row);
    m_condition = plainLabel(facts, "code", true);
    m_condition->setFont(theme().mono(TypeSize::Small));
    column->addWidget(m_condition);
    return facts;
}

QWidget* AlertCard::makeActions()
{
    auto* actions = new QWidget(this);
    auto* column = new QVBoxLayout(actions);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_seen = plainLabel(actions, "alertSeen", true);
    m_note = new QLineEdit(actions);
    m_note->setPlaceholderText(tr("Note for the others (may be empty)"));
    m_note->setAccessibleName(tr("Note"));
    m_note->setMaxLength(500);
    connect(m_note, &QLineEdit::returnPressed, this, &AlertCard::acknowledge);
    m_acknowledge = new QPushButton(tr("Acknowledge"), actions);
    m_acknowledge->setObjectName(QStringLiteral("run"));
    m_acknowledge->setToolTip(tr("I have seen it and look after it (A)"));
    connect(m_acknowledge, &QPushButton::clicked, this, &AlertCard::acknowledge);
    m_jump = new QPushButton(tr("Jump to node"), actions);
    m_jump->setToolTip(tr("Open the pipeline and show the rule (J)"));
    connect(m_jump, &QPushButton::clicked, this, [this] {
        if (m_key) Q_EMIT nodeWanted(*m_key);
    });
    m_said = plainLabel(actions, "alertSaid", true);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_acknowledge);
    row->addWidget(m_jump);
    row->addStretch();
    column->addWidget(m_seen);
    column->addWidget(m_note);
    column->addLayout(row);
    column->addWidget(m_said);
    return actions;
}

QString AlertCard::said() const { return m_said->text(); }

void AlertCard::show(const std::optional<AlertKey>& key)
{
    const bool isOther = key != m_key;
    m_key = key;
    if (isOther) {
        m_note->clear();
        m_said->clear();
        m_history->clear();
        const engine::AlertEpisode* alert = m_key ? m_book.find(*m_key) : nullptr;
        m_chart->show(alert ? *alert : engine::AlertEpisode(), {});
        if (isVisible()) askForMore();
    }
    refresh();
}

void AlertCard::showEvent(QShowEvent*) { askForMore(); }

QString AlertCard::lastingText(const engine::AlertEpisode& alert) const
{
    const engine::Timestamp end = alert.isOpen ? AlertBook::now() : alert.last.at;
    const std::int64_t lastingUs = (end - alert.startedAt).count();
    if (lastingUs < 0 || (alert.isOpen && lastingUs > kLastingMaxUs)) return QStringLiteral("–");
    return formatDuration(alert.isOpen ? lastingUs / 1'000'000 * 1'000'000 : lastingUs);
}

void AlertCard::refresh()
{
    const engine::AlertEpisode* alert = m_key ? m_book.find(*m_key) : nullptr;
    for (QWidget* part : findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
        part->setVisible(alert != nullptr);
    if (!alert) return;
    const AlertStage stage = stageOf(*alert);
    m_sign->show(severityOf(*alert), stage == AlertStage::Firing);
    m_state->setText(tr("%1 since %2")
                         .arg(stageText(*alert),
                              longMomentText(stage == AlertStage::Firing     ? alert->startedAt
                                                 : stage == AlertStage::Over ? alert->last.at
                                                                             : alert->acknowledgement->at,
                                             AlertBook::now())));
    const QString summary = plainLines(QString::fromStdString(alert->last.summary), 600);
    const QString title = plainLine(m_titleOf(*alert), 120);
    m_summary->setText(summary.trimmed().isEmpty() ? title : summary);
    m_place->setText(m_placeOf(*alert));
    m_labels->setText(namedLabelsText(alert->last.labels));
    m_labels->setVisible(!m_labels->text().isEmpty());
    const QString unit = m_unitOf(*alert);
    m_value->setFigures(measuredText(alert->last.value, unit));
    m_newest->setFigures(measuredText(alert->value, unit));
    m_threshold->setFigures(measuredText(alert->threshold, unit));
    m_lasting->setFigures(lastingText(*alert));
    m_condition->setText(plainLines(QString::fromStdString(alert->condition), 400));
    m_condition->setVisible(!alert->condition.empty());
    QString seen;
    if (alert->acknowledgement) {
        const engine::AlertAcknowledgement& by = *alert->acknowledgement;
        seen =
            tr("Acknowledged by %1 at %2")
                .arg(plainLine(QString::fromStdString(by.user), 60), longMomentText(by.at, AlertBook::now()));
        if (!by.comment.empty())
            seen += tr(": “%1”").arg(plainLines(QString::fromStdString(by.comment), 500));
    }
    m_seen->setText(seen);
    m_seen->setVisible(!seen.isEmpty());
    m_said->setVisible(!m_said->text().isEmpty());
    m_note->setVisible(stage == AlertStage::Firing);
    m_acknowledge->setVisible(stage == AlertStage::Firing);
}

// The history and the values lie in the engine's table.
void AlertCard::askForMore()
{
    if (!m_key) return;
    const QPointer<AlertCard> self(this);
    const AlertKey key = *m_key;
    m_book.client().alertHistory(key.first, key.second,
                                 [self, key](const std::vector<engine::AlertChange>& history) {
                                     if (self && self->m_key == key) self->showHistory(history);
                                 });
    m_book.client().alertPoints(key.first, key.second,
                                [self, key](const std::vector<engine::AlertPoint>& points) {
                                    if (!self || self->m_key != key) return;
                                    if (const engine::AlertEpisode* alert = self->m_book.find(key))
                                        self->m_chart->show(*alert, points);
                                });
}

void AlertCard::showHistory(const std::vector<engine::AlertChange>& history)
{
    QStringList lines;
    const std::size_t left = history.size() > kHistoryLines ? history.size() - kHistoryLines : 0;
    if (left > 0) lines += tr("%1 earlier changes").arg(left);
    for (std::size_t i = left; i < history.size(); ++i) {
        const engine::AlertChange& change = history[i];
        QString line =
            longMomentText(change.at, AlertBook::now()) + QStringLiteral("  ") + phaseText(change.to);
        if (change.value) line += QLatin1Char(' ') + tr("at %1").arg(valueText(change.value));
        const bool isOpen = change.kind != engine::AlertChange::Resolved;
        if (isOpen && (i == 0 || change.severity != history[i - 1].severity))
            line += QStringLiteral(", ") + severityText(severityNamed(change.severity)).toLower();
        if (const QString why = reasonText(change.reason); !why.isEmpty()) line += QStringLiteral(": ") + why;
        lines += line;
    }
    m_history->setText(lines.join(QLatin1Char('\n')));
}

void AlertCard::acknowledge()
{
    const engine::AlertEpisode* alert = m_key ? m_book.find(*m_key) : nullptr;
    if (!alert || stageOf(*alert) != AlertStage::Firing) return;
    m_said->clear();
    const QPointer<AlertCard> self(this);
    m_book.acknowledge(*m_key, m_note->text(), [self, key = *m_key](const engine::Status& status) {
        if (!self || status || self->m_key != key) return;
        self->m_said->setText(plainLine(QString::fromStdString(status.error().message), 300));
        self->m_said->show();
    });
}

void AlertCard::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) return Q_EMIT left();
    QWidget::keyPressEvent(event);
}

}  // namespace ui
