#include "ui/commands/key_sheet.h"

#include "ui/commands/command_registry.h"
#include "ui/theme.h"

#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>

#include <algorithm>
#include <map>
#include <vector>

namespace ui {

namespace {

constexpr int kColumnsMost = 3;
constexpr int kColumnWidth = 300, kColumnGap = 48, kMargins = 96;  // with those of the overlay

// Commands that come and go with the files that were opened have no keys.
bool isFile(const CommandRegistry::Entry& entry)
{
    return entry.action->objectName().startsWith(QLatin1String("file.recent"));
}

// One with a key of its own; the palette lists the others too.
bool isShown(const CommandRegistry::Entry& entry, const QString& category)
{
    return entry.category == category && !isFile(entry) && !entry.action->shortcuts().isEmpty();
}

QGridLayout* makeCategory(const CommandRegistry& registry, const QString& category, QWidget* body)
{
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(0, 1);
    auto* title = new QLabel(category.toUpper(), body);
    title->setObjectName(QStringLiteral("heading"));
    grid->addWidget(title, 0, 0, 1, 2);
    int row = 1;
    for (const CommandRegistry::Entry& entry : registry.entries()) {
        if (!isShown(entry, category)) continue;
        QStringList keys;
        for (const QKeySequence& key : entry.action->shortcuts()) keys += keysText(key);
        keys.removeDuplicates();
        auto* text = new QLabel(entry.action->text(), body);
        auto* key = new QLabel(keys.join(QStringLiteral("  ")), body);
        text->setTextFormat(Qt::PlainText);
        key->setObjectName(QStringLiteral("soft"));
        key->setFont(theme().mono(TypeSize::Small));
        key->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        grid->addWidget(text, row, 0);
        grid->addWidget(key, row++, 1);
    }
    return grid;
}

}  // namespace

KeySheet::KeySheet(const CommandRegistry& registry, QWidget* parent) : QFrame(parent)
{
    setObjectName(QStringLiteral("card"));
    setAccessibleName(tr("Keys"));
    auto* title = new QLabel(tr("Keys"), this);
    title->setObjectName(QStringLiteral("title"));
    auto* body = new QWidget;
    auto* columns = new QHBoxLayout(body);
    columns->setContentsMargins(24, 0, 24, 8);
    columns->setSpacing(kColumnGap);
    const int room = parent ? parent->window()->width() - kMargins : 0;
    const int columnCount = std::clamp((room + kColumnGap) / (kColumnWidth + kColumnGap), 1, kColumnsMost);
    std::vector<QVBoxLayout*> sides(static_cast<std::size_t>(columnCount));
    for (QVBoxLayout*& side : sides) {
        side = new QVBoxLayout;
        side->setSpacing(20);
        columns->addLayout(side, 1);
    }
    std::map<QString, int> lines;
    for (const CommandRegistry::Entry& entry : registry.entries())
        if (isShown(entry, entry.category)) ++lines[entry.category];
    std::vector<std::pair<int, QString>> categories;
    for (const auto& [category, count] : lines) categories.emplace_back(count, category);
    std::sort(categories.rbegin(), categories.rend());  // the longest first, so that the columns are alike
    std::vector<int> lengths(sides.size());
    for (const auto& [count, category] : categories) {
        const auto shortest = std::min_element(lengths.begin(), lengths.end()) - lengths.begin();
        lengths[static_cast<std::size_t>(shortest)] += count + 2;
        sides[static_cast<std::size_t>(shortest)]->addLayout(makeCategory(registry, category, body));
    }
    for (QVBoxLayout* side : sides) side->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setWidget(body);
    body->setAutoFillBackground(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 20, 1, 8);
    column->setSpacing(16);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(24, 0, 24, 0);
    head->addWidget(title);
    column->addLayout(head);
    column->addWidget(scroll, 1);
    setFocusProxy(scroll);
}

}  // namespace ui
