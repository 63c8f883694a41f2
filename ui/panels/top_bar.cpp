#include "ui/panels/top_bar.h"

#include "ui/figures.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/job_look.h"
#include "ui/panels/elided_label.h"
#include "ui/plain_text.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace ui {

namespace {

constexpr int kNarrow = 1200;  // pixels, below which the search gives up its room
constexpr int kSearchWidth = 240, kSearchNarrow = 84;
constexpr int kSubtitleLeast = 100;  // pixels, of which it needs fewer for "not saved yet"

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

TopBar::TopBar(Session& session, CommandRegistry& commands, RecentFiles& recent, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_commands(commands),
      m_recent(recent),
      m_menu(new QMenu(this)),
      m_name(new ElidedLabel(320, this)),
      m_subtitle(new ElidedLabel(240, this)),
      m_nameEdit(new QLineEdit(this)),
      m_pill(new StatePill(this))
{
    setObjectName(QStringLiteral("topBar"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(48);
    m_menuButton = new QToolButton(this);
    m_menuButton->setPopupMode(QToolButton::InstantPopup);
    m_menuButton->setMenu(m_menu);
    m_menuButton->setObjectName(QStringLiteral("menuButton"));
    m_menuButton->setToolTip(tr("Menu (F10)"));
    m_menuButton->setAccessibleName(tr("Menu"));
    m_name->setObjectName(QStringLiteral("title"));
    m_name->installEventFilter(this);
    m_subtitle->setObjectName(QStringLiteral("soft"));
    m_nameEdit->setAccessibleName(tr("Name of the pipeline"));
    m_nameEdit->setFixedWidth(kSearchWidth);
    m_nameEdit->installEventFilter(this);
    m_nameEdit->hide();
    connect(m_nameEdit, &QLineEdit::editingFinished, this, [this] { finishRename(true); });
    m_run = makeButton(tr("Run"), QStringLiteral("run.run"), tr("Run the pipeline"));
    m_run->setObjectName(QStringLiteral("run"));
    m_anew = makeButton(tr("From the beginning…"), QStringLiteral("run.anew"),
                        tr("Set the saved state aside and read all input again"));
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
    left->addWidget(m_nameEdit);
    left->addWidget(m_subtitle);
    left->addStretch(1);
    auto* right = new QHBoxLayout;
    right->setSpacing(8);
    right->addStretch();
    right->addWidget(m_search);
    right->addWidget(m_open);
    right->addWidget(m_theme);
    row->addLayout(left, 1);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{m_pill, m_run, m_anew, m_pause, m_checkpoint, m_drain, m_stop})
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
    auto* row = new QHBoxLayout(button);
    row->setContentsMargins(12, 0, 12, 0);
    m_searchText = new QLabel(tr("Find a command"), button);
    m_searchKeys = new QLabel(QStringLiteral("Ctrl K"), button);
    m_searchKeys->setFont(theme().mono(TypeSize::Small));
    button->setToolTip(tr("Find a command (Ctrl+K)"));
    for (QLabel* label : {m_searchText, m_searchKeys}) {
        label->setObjectName(QStringLiteral("soft"));
        label->setAttribute(Qt::WA_TransparentForMouseEvents);
    }
    row->addWidget(m_searchText, 1);
    row->addWidget(m_searchKeys);
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
    m_recent.check();
}

QString TopBar::subtitle(const OpenDocument& open) const
{
    const PipelineDocument& document = *open.document;
    if (document.isReadOnly()) return tr("shown only");
    const QString file =
        document.path().isEmpty() ? tr("not saved yet") : QFileInfo(document.path()).fileName();
    // Where there is no room for all of it the end is cut: that is the file's.
    return document.isModified() && !document.path().isEmpty() ? tr("changed, %1").arg(file) : file;
}

void TopBar::refresh()
{
    const OpenDocument* open = m_session.current();
    if (m_renamed && m_renamed != open) finishRename(false);
    m_name->setText(open ? plainLine(open->document->name().simplified(), 120) : tr("Streamwright"));
    m_name->setToolTip(
        open ? plainToolTip(tr("%1\nDouble-click or Shift+F2 to rename").arg(open->document->name()))
             : QString());
    m_subtitle->setText(open ? plainLine(subtitle(*open), 120) : QString());
    const bool isActive = open && open->isActive();
    const bool hasControls = open && m_isRunShown;
    const auto state = open && open->hasTelemetry ? open->state() : engine::JobState::Starting;
    const bool isRunning = isActive && state == engine::JobState::Running;
    const bool isPaused = isActive && state == engine::JobState::Paused;
    m_run->setVisible(hasControls && (!isActive || isPaused));
    m_run->setText(isPaused ? tr("Resume") : tr("Run"));
    m_run->setEnabled(open && !open->document->isReadOnly());
    m_anew->setVisible(hasControls && open->canBeginAnew());
    m_pause->setVisible(hasControls && isActive && !isPaused);
    m_pause->setEnabled(isRunning);
    m_checkpoint->setVisible(hasControls && isActive);
    m_checkpoint->setEnabled(isRunning);
    m_drain->setVisible(hasControls && isActive);
    m_drain->setEnabled(isRunning || isPaused);
    m_stop->setVisible(hasControls && isActive);
    m_stop->setEnabled(isActive && open->job && state != engine::JobState::Stopping);

    fitWidth();
    const bool hasRun = hasControls && (isActive || open->hasTelemetry || open->failure);
    m_pill->setVisible(hasRun);
    if (!hasRun) return;
    const bool hasFailed = !isActive && open->failure && !open->hasTelemetry;
    const JobLook look =
        hasFailed ? JobLook{Tone::Warning, QStringLiteral("error"), tr("Not started")} : lookOf(state);
    QString text = look.text;
    if (open->hasTelemetry && !hasFailed && (isRunning || isPaused))
        text += QLatin1Char(' ') + formatRunningTime((open->telemetry.at - open->startedAt).count());
    m_pill->show(look.tone, look.icon, text);
}

void TopBar::fitWidth()
{
    const OpenDocument* open = m_session.current();
    const bool isNarrow = width() < kNarrow;
    m_search->setFixedWidth(isNarrow ? kSearchNarrow : kSearchWidth);
    m_searchText->setVisible(!isNarrow);
    // A long name is cut before what says whether it is saved.
    m_subtitle->setMinimumWidth(std::min(m_subtitle->sizeHint().width(), kSubtitleLeast));
    m_subtitle->setVisible(!m_renamed && !(isNarrow && m_isRunShown && open && open->isActive()));
}

void TopBar::setRunShown(bool isShown)
{
    m_isRunShown = isShown;
    refresh();
}

void TopBar::finishTyping()
{
    if (m_renamed) finishRename(true);
}

void TopBar::openMenu() { m_menu->popup(m_menuButton->mapToGlobal(m_menuButton->rect().bottomLeft())); }

void TopBar::rename()
{
    m_renamed = m_session.current();
    if (!m_renamed) return;
    m_nameEdit->setText(m_renamed->document->name());
    m_name->hide();
    m_subtitle->hide();
    m_nameEdit->show();
    m_nameEdit->setFocus();
    m_nameEdit->selectAll();
}

void TopBar::finishRename(bool isTaken)
{
    OpenDocument* open = std::exchange(m_renamed, nullptr);
    if (!open) return;
    const bool hadFocus = m_nameEdit->hasFocus();
    const std::string name = m_nameEdit->text().trimmed().toStdString();
    m_nameEdit->hide();
    m_name->show();
    const bool isOther = m_session.holds(open) && !name.empty() && name != open->document->spec().name;
    if (isTaken && isOther)
        open->document->edit(tr("Rename the pipeline"),
                             [&name](DocumentState& state) { state.spec.name = name; });
    refresh();
    if (hadFocus) Q_EMIT renamed();
}

bool TopBar::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_name && event->type() == QEvent::MouseButtonDblClick) rename();
    if (watched == m_nameEdit && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        finishRename(false);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void TopBar::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_F2) return rename();
    QWidget::keyPressEvent(event);
}

void TopBar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitWidth();
}

}  // namespace ui
