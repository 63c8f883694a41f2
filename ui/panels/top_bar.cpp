#include "ui/panels/top_bar.h"

#include "ui/figures.h"
#include "ui/format.h"
#include "ui/icons.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace ui {

namespace {

struct StateLook {
    Tone tone;
    const char* icon;
    const char* text;
};

StateLook lookOf(engine::JobState state)
{
    switch (state) {
    case engine::JobState::Starting: return {Tone::Info, "play", QT_TRANSLATE_NOOP("ui", "Starting")};
    case engine::JobState::Running: return {Tone::Ok, "play", QT_TRANSLATE_NOOP("ui", "Running")};
    case engine::JobState::Paused: return {Tone::Warning, "pause", QT_TRANSLATE_NOOP("ui", "Paused")};
    case engine::JobState::Draining: return {Tone::Info, "drain", QT_TRANSLATE_NOOP("ui", "Draining")};
    case engine::JobState::Stopping: return {Tone::Info, "stop", QT_TRANSLATE_NOOP("ui", "Stopping")};
    case engine::JobState::Restarting: return {Tone::Warning, "play", QT_TRANSLATE_NOOP("ui", "Restarting")};
    case engine::JobState::Stopped: return {Tone::Idle, "stop", QT_TRANSLATE_NOOP("ui", "Stopped")};
    case engine::JobState::Finished: return {Tone::Ok, "stop", QT_TRANSLATE_NOOP("ui", "Finished")};
    case engine::JobState::Failed: return {Tone::Error, "error", QT_TRANSLATE_NOOP("ui", "Failed")};
    }
    return {Tone::Idle, "stop", ""};
}

}  // namespace

void StatePill::show(Tone tone, const QString& icon, const QString& text)
{
    const bool isLonger = text.size() != m_text.size();
    if (tone == m_tone && icon == m_icon && text == m_text) return;
    m_tone = tone;
    m_icon = icon;
    m_text = text;
    setAccessibleName(text);
    if (isLonger) updateGeometry();
    update();
}

QSize StatePill::sizeHint() const
{
    return {static_cast<int>(figuresWidth(theme().font(TypeSize::Body, QFont::DemiBold), m_text)) + 48, 30};
}

void StatePill::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().color(m_tone));
    painter.drawRoundedRect(QRectF(rect()), 6, 6);
    const QColor ink = theme().ink(m_tone);
    painter.drawPixmap(QRect(12, height() / 2 - 7, 14, 14), iconPixmap(m_icon, 14, ink, devicePixelRatioF()));
    painter.setPen(ink);
    drawFigures(painter, QRectF(rect()).adjusted(33, 0, 0, 0), Qt::AlignLeft,
                theme().font(TypeSize::Body, QFont::DemiBold), m_text);
}

TopBar::TopBar(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_name(new QToolButton(this)),
      m_menu(new QMenu(this)),
      m_subtitle(new QLabel(this)),
      m_pill(new StatePill(this)),
      m_open(new QToolButton(this)),
      m_theme(new QToolButton(this))
{
    setObjectName(QStringLiteral("topBar"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(48);
    m_name->setObjectName(QStringLiteral("name"));
    m_name->setPopupMode(QToolButton::InstantPopup);
    m_name->setMenu(m_menu);
    m_name->setToolTip(tr("Open documents"));
    m_subtitle->setObjectName(QStringLiteral("soft"));
    m_run = makeButton(tr("Run"), QStringLiteral("F5"), tr("Run the pipeline"), &TopBar::run);
    m_run->setObjectName(QStringLiteral("run"));
    m_pause = makeButton(tr("Pause"), {}, tr("Stop reading; what is on its way goes on"), &TopBar::pause);
    m_drain = makeButton(tr("Drain"), {}, tr("End the input, fire all windows, finish"), &TopBar::drain);
    m_stop = makeButton(tr("Stop"), QStringLiteral("Shift+F5"),
                        tr("Stop with a checkpoint; the next run goes on from it"), &TopBar::stop);
    m_pill->setFixedHeight(30);
    m_pill->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_open->setToolTip(tr("Open a pipeline (Ctrl+O)"));
    m_open->setAccessibleName(tr("Open"));
    m_theme->setToolTip(tr("Dark or light"));
    m_theme->setAccessibleName(tr("Dark or light"));

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 0, 12, 1);
    row->setSpacing(8);
    auto* left = new QHBoxLayout;
    left->setSpacing(4);
    left->addWidget(m_name);
    left->addWidget(m_subtitle);
    left->addStretch();
    auto* right = new QHBoxLayout;
    right->addStretch();
    right->addWidget(m_open);
    right->addWidget(m_theme);
    row->addLayout(left, 1);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_pill, m_run, m_pause, m_drain, m_stop})
        row->addWidget(widget);
    row->addLayout(right, 1);

    connect(m_menu, &QMenu::aboutToShow, this, &TopBar::fillMenu);
    connect(m_open, &QToolButton::clicked, this, &TopBar::openWanted);
    connect(m_theme, &QToolButton::clicked, this, &TopBar::themeWanted);
    connect(&session, &Session::currentChanged, this, &TopBar::refresh);
    connect(&session, &Session::runChanged, this, &TopBar::refresh);
    connect(&theme(), &Theme::changed, this, &TopBar::retheme);
    retheme();
    refresh();
}

QPushButton* TopBar::makeButton(const QString& text, const QString& keys, const QString& tip,
                                void (TopBar::*slot)())
{
    auto* button = new QPushButton(text, this);
    button->setToolTip(keys.isEmpty() ? tip : tip + QStringLiteral(" (%1)").arg(keys));
    connect(button, &QPushButton::clicked, this, slot);
    return button;
}

void TopBar::retheme()
{
    m_open->setIcon(themedIcon(QStringLiteral("open"), Tone::TextSoft));
    m_theme->setIcon(themedIcon(
        theme().shade() == Shade::Dark ? QStringLiteral("sun") : QStringLiteral("moon"), Tone::TextSoft));
    m_pill->update();
}

void TopBar::fillMenu()
{
    m_menu->clear();
    m_menu->addAction(tr("Open…"), this, &TopBar::openWanted);
    if (!m_session.documents().empty()) m_menu->addSeparator();
    for (const auto& open : m_session.documents()) {
        OpenDocument* document = open.get();
        m_menu->addAction(document->document->name(), this, [this, document] { m_session.show(document); });
    }
}

void TopBar::refresh()
{
    const OpenDocument* open = m_session.current();
    m_name->setText(open ? open->document->name() : tr("Streamwright"));
    m_subtitle->setText(open ? QFileInfo(open->document->path()).fileName() : QString());
    const bool isActive = open && open->isActive();
    const auto state = open && open->hasTelemetry ? open->state() : engine::JobState::Starting;
    const bool isRunning = isActive && state == engine::JobState::Running;
    const bool isPaused = isActive && state == engine::JobState::Paused;
    m_run->setVisible(!isActive || isPaused);
    m_run->setText(isPaused ? tr("Resume") : tr("Run"));
    m_run->setEnabled(open != nullptr);
    m_pause->setVisible(isActive && !isPaused);
    m_pause->setEnabled(isRunning);
    m_drain->setVisible(isActive);
    m_drain->setEnabled(isRunning || isPaused);
    m_stop->setVisible(isActive);
    m_stop->setEnabled(isActive && open->job && state != engine::JobState::Stopping);

    const bool hasRun = open && (isActive || open->hasTelemetry || open->failure);
    m_pill->setVisible(hasRun);
    if (!hasRun) return;
    const bool hasFailed = !isActive && open->failure && !open->hasTelemetry;
    const StateLook look = lookOf(hasFailed ? engine::JobState::Failed : state);
    QString text = QCoreApplication::translate("ui", look.text);
    if (open->hasTelemetry && !hasFailed && (isRunning || isPaused))
        text += QLatin1Char(' ') + formatRunningTime((open->telemetry.at - open->startedAt).count());
    m_pill->show(look.tone, QString::fromLatin1(look.icon), text);
}

}  // namespace ui
