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
      m_extraGrid(new QGridLayout),
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
        if (!example.needsBroker && !example.isHelper) m_first = m_cards.size();
    }
    for (QGridLayout* grid : {m_grid, m_extraGrid}) grid->setSpacing(16);
    auto* extra = new QLabel(tr("With a broker, and helpers").toUpper(), body);
    extra->setObjectName(QStringLiteral("heading"));
    m_recent->setContentsMargins(0, 0, 0, 0);
    m_recent->setSpacing(0);
    m_recentBox->setLayout(m_recent);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(40, 24, 40, 40);
    column->setSpacing(24);
    column->addWidget(makeHead());
    column->addWidget(m_recentBox);
    column->addLayout(m_grid);
    column->addSpacing(8);
    column->addWidget(extra);
    column->addLayout(m_extraGrid);
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
        auto* link = new QPushButton;
        link->setObjectName(QStringLiteral("recentFile"));
        const bool isMissing = m_recentFiles.isMissing(path);
        const QFileInfo info(path);
        const QString folder = link->fontMetrics().elidedText(info.absolutePath(), Qt::ElideMiddle, 560);
        link->setText((isMissing ? tr("%1 — no longer in %2") : tr("%1 — %2")).arg(info.fileName(), folder));
        link->setToolTip(plainToolTip(path));
        link->setEnabled(!isMissing);
        connect(link, &QPushButton::clicked, this, [this, path] { Q_EMIT fileWanted(path); });
        m_recent->addWidget(link, 0, Qt::AlignLeft);
    }
}

void GalleryPage::arrange()
{
    const int inner = std::min(width(), kWidest) - 80;
    int columns = std::clamp((inner + 16) / (kCardWidth + 16), 1, 4);
    // Rather wider cards than one alone in the last row.
    const auto first = static_cast<int>(m_first);
    if (columns > 2 && first % columns == 1 && first % (columns - 1) == 0) --columns;
    if (columns == m_columns) return;
    for (QGridLayout* grid : {m_grid, m_extraGrid})
        for (int i = 0; i < std::max(m_columns, columns); ++i) grid->setColumnStretch(i, i < columns ? 1 : 0);
    m_columns = columns;
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        const int at = static_cast<int>(i < m_first ? i : i - m_first);
        gridOf(i)->addWidget(m_cards[i], at / columns, at % columns);
    }
}

// Across by one, down and up by a row; from the last row of a grid into the other one.
std::size_t GalleryPage::neighbour(std::size_t card, int key) const
{
    const auto columns = static_cast<std::size_t>(m_columns);
    const std::size_t last = m_cards.size() - 1;
    if (key == Qt::Key_Right) return std::min(card + 1, last);
    if (key == Qt::Key_Left) return card > 0 ? card - 1 : 0;
    const std::size_t column = (card < m_first ? card : card - m_first) % columns;
    if (key == Qt::Key_Down) {
        if (card + columns < m_first || (card >= m_first && card + columns <= last)) return card + columns;
        return card < m_first && m_first <= last ? std::min(m_first + column, last) : card;
    }
    if (card >= m_first + columns || (card < m_first && card >= columns)) return card - columns;
    if (card < m_first) return card;
    const std::size_t rowStart = (m_first - 1) / columns * columns;
    return std::min(rowStart + column, m_first - 1);
}

void GalleryPage::showEvent(QShowEvent*) { m_recentFiles.check(); }

void GalleryPage::resizeEvent(QResizeEvent*) { arrange(); }

// Arrows go from card to card, before the button and the scrolling see them.
bool GalleryPage::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress) return false;
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key != Qt::Key_Right && key != Qt::Key_Left && key != Qt::Key_Down && key != Qt::Key_Up) return false;
    const auto at = std::find(m_cards.begin(), m_cards.end(), watched) - m_cards.begin();
    GalleryCard* card = m_cards[neighbour(static_cast<std::size_t>(at), key)];
    card->setFocus(Qt::TabFocusReason);
    m_scroll->ensureWidgetVisible(card);
    return true;
}

}  // namespace ui
