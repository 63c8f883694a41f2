#include "ui/panels/top_bar.h"

#include "ui/figures.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/job_look.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace ui {

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

TopBar::TopBar(Session& session, CommandRegistry& commands, RecentFiles& recent, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_commands(commands),
      m_recent(recent),
      m_menu(new QMenu(this)),
      m_name(new QLabel(this)),
      m_subtitle(new QLabel(this)),
      m_pill(new StatePill(this))
{
    setObjectName(QStringLiteral("topBar"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(48);
    m_menuButton = new QToolButton(this);
    m_menuButton->setPopupMode(QToolButton::InstantPopup);
    m_menuButton->setMenu(m_menu);
    m_menuButton->setObjectName(QStringLiteral("menuButton"));
    m_menuButton->setToolTip(tr("Menu"));
    m_menuButton->setAccessibleName(tr("Menu"));
    m_name->setObjectName(QStringLiteral("title"));
    m_name->setTextFormat(Qt::PlainText);
    m_subtitle->setObjectName(QStringLiteral("soft"));
    m_subtitle->setTextFormat(Qt::PlainText);
    m_run = makeButton(tr("Run"), QStringLiteral("run.run"), tr("Run the pipeline"));
    m_run->setObjectName(QStringLiteral("run"));
    m_pause =
        makeButton(tr("Pause"), QStringLiteral("run.pause"), tr("Stop reading; what is on its way goes on"));
    m_checkpoint = makeButton(tr("Checkpoint"), QStringLiteral("run.checkpoint"), tr("Save the state now"));
    m_drain =
        makeButton(tr("Drain"), QStringLiteral("run.drain"), tr("End the input, fire all windows, finish"));
    m_stop = makeButton(tr("Stop"), QStringLiteral("run.stop"),
                        tr("Stop with a checkpoint; the next run goes on from it"));
    m_search = makeSearch();
    m_open = makeTool(tr("Open a pipeline"), QStringLiteral("file.open"));
    m_theme = makeTool(tr("Dark or light"), QStringLiteral("view.theme"));
    m_pill->setFixedHeight(30);
    m_pill->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    arrange();
    connect(m_menu, &QMenu::aboutToShow, this, &TopBar::fillMenu);
    connect(&session, &Session::currentChanged, this, &TopBar::refresh);
    connect(&session, &Session::runChanged, this, &TopBar::refresh);
    connect(&session, &Session::documentsChanged, this, &TopBar::refresh);
    connect(&theme(), &Theme::changed, this, &TopBar::retheme);
    fillMenu();
    retheme();
    refresh();
}

void TopBar::arrange()
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(10, 0, 12, 1);
    row->setSpacing(8);
    auto* left = new QHBoxLayout;
    left->setSpacing(8);
    left->addWidget(m_menuButton);
    left->addSpacing(4);
    left->addWidget(m_name);
    left->addWidget(m_subtitle);
    left->addStretch();
    auto* right = new QHBoxLayout;
    right->setSpacing(8);
    right->addStretch();
    right->addWidget(m_search);
    right->addWidget(m_open);
    right->addWidget(m_theme);
    row->addLayout(left, 1);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{m_pill, m_run, m_pause, m_checkpoint, m_drain, m_stop})
        row->addWidget(widget);
    row->addLayout(right, 1);
}

QPushButton* TopBar::makeButton(const QString& text, const QString& command, const QString& tip)
{
    auto* button = new QPushButton(text, this);
    const QString keys = keysText(*m_commands.action(command));
    button->setToolTip(keys.isEmpty() ? tip : tip + QStringLiteral(" (%1)").arg(keys));
    connect(button, &QPushButton::clicked, this, [this, command] { m_commands.run(command); });
    return button;
}

QToolButton* TopBar::makeTool(const QString& name, const QString& command)
{
    auto* button = new QToolButton(this);
    button->setToolTip(QStringLiteral("%1 (%2)").arg(name, keysText(*m_commands.action(command))));
    button->setAccessibleName(name);
    button->setFocusPolicy(Qt::TabFocus);
    connect(button, &QToolButton::clicked, this, [this, command] { m_commands.run(command); });
    return button;
}

QPushButton* TopBar::makeSearch()
{
    auto* button = new QPushButton(this);
    button->setObjectName(QStringLiteral("search"));
    button->setAccessibleName(tr("Search or run a command"));
    button->setFixedWidth(240);
    auto* row = new QHBoxLayout(button);
    row->setContentsMargins(12, 0, 12, 0);
    auto* text = new QLabel(tr("Find a command"), button);
    auto* keys = new QLabel(QStringLiteral("Ctrl K"), button);
    keys->setFont(theme().mono(TypeSize::Small));
    for (QLabel* label : {text, keys}) {
        label->setObjectName(QStringLiteral("soft"));
        label->setAttribute(Qt::WA_TransparentForMouseEvents);
    }
    row->addWidget(text, 1);
    row->addWidget(keys);
    connect(button, &QPushButton::clicked, this, [this] { m_commands.run(QStringLiteral("help.commands")); });
    return button;
}

void TopBar::retheme()
{
    m_menuButton->setIcon(themedIcon(QStringLiteral("rows"), Tone::TextSoft));
    m_open->setIcon(themedIcon(QStringLiteral("open"), Tone::TextSoft));
    m_theme->setIcon(themedIcon(
        theme().shade() == Shade::Dark ? QStringLiteral("sun") : QStringLiteral("moon"), Tone::TextSoft));
    m_pill->update();
}

void TopBar::fillMenu()
{
    m_commands.refresh();
    m_commands.fillMenu(*m_menu);
    auto* recent = new QMenu(tr("Recent files"), m_menu);
    for (const QString& path : m_recent.paths()) {
        QString text = path;
        QAction* action = recent->addAction(text.replace(QLatin1Char('&'), QLatin1String("&&")), this,
                                            [this, path] { Q_EMIT fileWanted(path); });
        action->setEnabled(!m_recent.isMissing(path));
    }
    if (recent->isEmpty()) recent->addAction(tr("None yet"))->setEnabled(false);
    const QList<QAction*> parts = m_menu->actions();
    m_menu->insertMenu(parts.size() > 1 ? parts[1] : nullptr, recent);
    m_recent.check();
}

QString TopBar::subtitle(const OpenDocument& open) const
{
    const PipelineDocument& document = *open.document;
    if (document.isReadOnly()) return tr("shown only");
    const QString file =
        document.path().isEmpty() ? tr("not saved yet") : QFileInfo(document.path()).fileName();
    return document.isModified() && !document.path().isEmpty() ? tr("%1, changed").arg(file) : file;
}

void TopBar::refresh()
{
    const OpenDocument* open = m_session.current();
    const QString name = open ? open->document->name().simplified() : tr("Streamwright");
    m_name->setText(m_name->fontMetrics().elidedText(name, Qt::ElideRight, 320));
    const QString below = open ? subtitle(*open) : QString();
    m_subtitle->setText(m_subtitle->fontMetrics().elidedText(below, Qt::ElideRight, 240));
    const bool isActive = open && open->isActive();
    const auto state = open && open->hasTelemetry ? open->state() : engine::JobState::Starting;
    const bool isRunning = isActive && state == engine::JobState::Running;
    const bool isPaused = isActive && state == engine::JobState::Paused;
    m_run->setVisible(open && (!isActive || isPaused));
    m_run->setText(isPaused ? tr("Resume") : tr("Run"));
    m_pause->setVisible(isActive && !isPaused);
    m_pause->setEnabled(isRunning);
    m_checkpoint->setVisible(isActive);
    m_checkpoint->setEnabled(isRunning);
    m_drain->setVisible(isActive);
    m_drain->setEnabled(isRunning || isPaused);
    m_stop->setVisible(isActive);
    m_stop->setEnabled(isActive && open->job && state != engine::JobState::Stopping);

    const bool hasRun = open && (isActive || open->hasTelemetry || open->failure);
    m_pill->setVisible(hasRun);
    if (!hasRun) return;
    const bool hasFailed = !isActive && open->failure && !open->hasTelemetry;
    const JobLook look = lookOf(hasFailed ? engine::JobState::Failed : state);
    QString text = look.text;
    if (open->hasTelemetry && !hasFailed && (isRunning || isPaused))
        text += QLatin1Char(' ') + formatRunningTime((open->telemetry.at - open->startedAt).count());
    m_pill->show(look.tone, look.icon, text);
}

}  // namespace ui
