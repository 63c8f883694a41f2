#include "ui/pages/gallery_page.h"

#include "ui/pages/gallery_card.h"
#include "ui/plain_text.h"

#include <QBoxLayout>
#include <QFileInfo>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>

#include <algorithm>

namespace ui {

namespace {

constexpr int kWidest = 1480;  // wider cards say no more
constexpr int kCardWidth = 320;
constexpr int kRecentShown = 6;

}  // namespace

GalleryPage::GalleryPage(const engine::EngineClient& client, RecentFiles& recent, QWidget* parent)
    : QWidget(parent),
      m_recentFiles(recent),
      m_examples(examples()),
      m_scroll(new QScrollArea(this)),
      m_grid(new QGridLayout),
      m_recent(new QVBoxLayout),
      m_recentBox(new QWidget)
{
    setObjectName(QStringLiteral("gallery"));
    setAttribute(Qt::WA_StyledBackground);
    auto* body = new QWidget;
    body->setMaximumWidth(kWidest);
    for (const Example& example : m_examples) {
        auto* card = new GalleryCard(example, client, body);
        connect(card, &QAbstractButton::clicked, this, [this, &example] { Q_EMIT exampleWanted(example); });
        card->installEventFilter(this);
        m_cards.push_back(card);
    }
    m_grid->setSpacing(16);
    m_recent->setContentsMargins(0, 0, 0, 0);
    m_recent->setSpacing(0);
    m_recentBox->setLayout(m_recent);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(40, 40, 40, 40);
    column->setSpacing(24);
    column->addWidget(makeHead());
    column->addWidget(m_recentBox);
    column->addLayout(m_grid);
    column->addStretch();
    auto* middle = new QWidget;
    auto* row = new QHBoxLayout(middle);
    row->setContentsMargins(0, 0, 0, 0);
    row->addStretch(1);
    row->addWidget(body, 1000);
    row->addStretch(1);
    m_scroll->setWidgetResizable(true);
    m_scroll->setWidget(middle);
    middle->setAutoFillBackground(false);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_scroll);
    if (!m_cards.empty()) setFocusProxy(m_cards.front());
    connect(&recent, &RecentFiles::changed, this, &GalleryPage::showRecent);
    showRecent();
    arrange();
}

QWidget* GalleryPage::makeHead()
{
    auto* head = new QWidget;
    auto* title = new QLabel(tr("Draw it. Run it. Watch it."), head);
    title->setObjectName(QStringLiteral("emptyTitle"));
    auto* text =
        new QLabel(tr("Pick an example: it runs at once, on this computer, with nothing to set up."), head);
    text->setObjectName(QStringLiteral("soft"));
    text->setWordWrap(true);
    auto* create = new QPushButton(tr("New pipeline"), head);
    create->setObjectName(QStringLiteral("run"));
    auto* open = new QPushButton(tr("Open…"), head);
    connect(create, &QPushButton::clicked, this, &GalleryPage::newWanted);
    connect(open, &QPushButton::clicked, this, &GalleryPage::openWanted);
    auto* words = new QVBoxLayout;
    words->setSpacing(4);
    words->addWidget(title);
    words->addWidget(text);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addLayout(words, 1);
    row->addWidget(create);
    row->addWidget(open);
    return head;
}

void GalleryPage::showRecent()
{
    while (QLayoutItem* item = m_recent->takeAt(0)) {
        if (item->widget()) item->widget()->deleteLater();
        delete item;
    }
    const QStringList paths = m_recentFiles.paths().mid(0, kRecentShown);
    m_recentBox->setVisible(!paths.isEmpty());
    if (paths.isEmpty()) return;
    auto* title = new QLabel(tr("Recent").toUpper());
    title->setObjectName(QStringLiteral("heading"));
    title->setContentsMargins(0, 0, 0, 4);
    m_recent->addWidget(title);
    for (const QString& path : paths) {
        auto* link = new QToolButton;
        link->setObjectName(QStringLiteral("recentFile"));
        const bool isMissing = m_recentFiles.isMissing(path);
        const QFileInfo info(path);
        const QString folder = link->fontMetrics().elidedText(info.absolutePath(), Qt::ElideMiddle, 560);
        link->setText((isMissing ? tr("%1 — no longer in %2") : tr("%1 — %2")).arg(info.fileName(), folder));
        link->setToolTip(plainToolTip(path));
        link->setEnabled(!isMissing);
        connect(link, &QToolButton::clicked, this, [this, path] { Q_EMIT fileWanted(path); });
        m_recent->addWidget(link, 0, Qt::AlignLeft);
    }
}

void GalleryPage::arrange()
{
    const int inner = std::min(width(), kWidest) - 80;
    const int columns = std::clamp((inner + 16) / (kCardWidth + 16), 1, 4);
    if (columns == m_columns) return;
    for (int i = 0; i < m_columns; ++i) m_grid->setColumnStretch(i, 0);
    m_columns = columns;
    for (std::size_t i = 0; i < m_cards.size(); ++i)
        m_grid->addWidget(m_cards[i], static_cast<int>(i) / columns, static_cast<int>(i) % columns);
    for (int i = 0; i < columns; ++i) m_grid->setColumnStretch(i, 1);
}

void GalleryPage::showEvent(QShowEvent*) { m_recentFiles.check(); }

void GalleryPage::resizeEvent(QResizeEvent*) { arrange(); }

// Arrows go from card to card, before the button and the scrolling see them.
bool GalleryPage::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress) return false;
    const int key = static_cast<QKeyEvent*>(event)->key();
    const int step = key == Qt::Key_Right ? 1
        : key == Qt::Key_Left             ? -1
        : key == Qt::Key_Down             ? m_columns
        : key == Qt::Key_Up               ? -m_columns
                                          : 0;
    if (!step) return false;
    const auto at = std::find(m_cards.begin(), m_cards.end(), watched) - m_cards.begin();
    const auto next = at + step;
    if (next < 0 || next >= static_cast<std::ptrdiff_t>(m_cards.size())) return true;
    GalleryCard* card = m_cards[static_cast<std::size_t>(next)];
    card->setFocus(Qt::TabFocusReason);
    m_scroll->ensureWidgetVisible(card);
    return true;
}

}  // namespace ui
